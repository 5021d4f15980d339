"""A reviewer opens a case whose previews the disk has lost: never a broken picture."""

from playwright.sync_api import Response, expect

from tests.e2e.desk import Desk, result_of
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import LiveServer
from tests.e2e.test_road import report_to_office

SHOWN = "image => image.complete && image.naturalWidth > 0"


def lose(server: LiveServer, sha256: str, *places: str) -> None:
    """Delete what lies in these folders of a file, as a restored folder lacks it."""
    blobs = server.data_dir / "blobs"
    files = [path for place in places for path in (blobs / place).rglob(f"{sha256}*")]
    assert files
    for path in files:
        path.unlink()


def test_lost_previews_come_again_while_the_case_is_open(
    phone: Phone, ledger: Ledger, desk: Desk, server: LiveServer
) -> None:
    visit_id = report_to_office(Screens(phone), ledger, desk)
    [capture] = ledger.captures(visit_id)
    sha256 = capture["body"]["media"][0]["sha256"]
    made = f"source_sha256 = '{sha256}'"
    phone.wait_for(lambda: ledger.count("derivation", made) == 2, "previews")
    desk.go("today")
    failed: list[str] = []

    def note(answer: Response) -> None:
        if "/media/" in answer.url and not answer.ok:
            failed.append(f"{answer.status} {answer.url}")

    desk.page.on("response", note)
    lose(server, sha256, "derived")
    desk.go(f"review/{result_of(ledger, visit_id)}")
    large = desk.page.locator(f".frame img[src='/media/{sha256}/preview']")
    expect(large).to_be_visible()
    phone.wait_for(lambda: bool(large.evaluate(SHOWN)), "the picture")
    assert failed == []
    assert "\nsound" in server.flask("evidence", "verify-all")

    lose(server, sha256, "derived", "sha256")
    desk.page.reload()
    expect(desk.page.get_by_text("预览丢失了，没能重新制作").first).to_be_visible()
    expect(desk.page.locator(f"img[src^='/media/{sha256}']")).to_have_count(0)
    assert failed == []
