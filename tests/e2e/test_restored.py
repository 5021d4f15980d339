"""The office is put back to a backup: what the phone still has arrives, and what is lost is named.

Either the database alone, or the whole folder with the originals, is of before the phone's last
visit. The phone says in words what happened.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.ledger import Ledger, bare
from tests.e2e.pages import Screens, wait_while_moving
from tests.e2e.phone import WITHOUT_DELIVERIES, Phone
from tests.e2e.server import LiveServer

PATIENCE_MS = 60_000
TICKETS = "**/api/v1/tickets"


def no_ticket(route: Route) -> None:
    """Answer as an office whose tickets are used up for an hour."""
    problem = {"status": 429, "code": "quota_tickets", "detail": "later"}
    route.fulfill(
        status=429, content_type="application/problem+json", body=json.dumps(problem)
    )  # fmt: skip


def back_up(server: LiveServer, target: Path) -> None:
    """Copy the database of the running server, as operations.md says."""
    source = sqlite3.connect(server.data_dir / "anzai.sqlite")
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def restore(server: LiveServer, backup: Path) -> None:
    """Put the backup in the place of the database; keys and blobs stay where they are."""
    for ending in ("-wal", "-shm"):
        (server.data_dir / f"anzai.sqlite{ending}").unlink(missing_ok=True)
    (server.data_dir / "anzai.sqlite").write_bytes(backup.read_bytes())


def test_a_visit_under_a_ticket_that_the_office_lost_arrives_whole(
    phone: Phone, ledger: Ledger, server: LiveServer, tmp_path: Path
) -> None:
    screens = Screens(phone)
    phone.launch()
    phone.context.route(TICKETS, no_ticket)
    phone.open()
    screens.sign_in()
    phone.wait_for_worker()
    before = ledger.count("ticket")
    back_up(server, tmp_path / "backup.sqlite")
    phone.context.unroute(TICKETS)
    screens.sync_now()
    phone.wait_for(lambda: bool(phone.stores("tickets")["tickets"]), "tickets")
    assert ledger.count("ticket") > before
    screens.go("")
    screens.expect_today()

    phone.go_offline()
    visit_id = screens.open_visit()
    screens.report_eligible()
    server.stop()
    restore(server, tmp_path / "backup.sqlite")
    server.start()
    assert ledger.count("ticket") == before
    phone.go_online()
    screens.open_outbox()
    waiting = {"saved", "queued", "sending"}
    wait_while_moving(
        phone, lambda: not waiting & set(phone.states().values()), PATIENCE_MS
    )  # fmt: skip

    assert not {"refused", "aside"} & set(phone.states().values())
    [capture] = ledger.captures(visit_id)
    assert capture["state"] == "received"
    flags = ledger.rows("SELECT code FROM flag WHERE capture_id = ?", [capture["id"]])
    assert "ticket_presented" in {row["code"] for row in flags}
    results = ledger.rows("SELECT state FROM result WHERE visit_id = ?", [bare(visit_id)])
    assert [row["state"] for row in results] == ["submitted"]
    assert "sound" in server.flask("evidence", "verify-all")


# The invented camera may show two visits the same picture; no real one does.
NEVER_TWICE = """(() => {
  for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const draw = kind.prototype.drawImage;
    kind.prototype.drawImage = function (...given) {
      draw.apply(this, given);
      for (let x = 0; x < 64; x += 8) {
        this.fillStyle = `hsl(${Math.random() * 360} 90% 50%)`;
        this.fillRect(x, 0, 8, 8);
      }
    };
  }
})();"""
# What is put back; where the phone had let go of its original, nobody has it any more.
DATABASE, FOLDER, FOLDER_ALONE = "the database", "the folder", "the folder, originals let go"
RECEIPT = "**/api/v1/captures/*/receipt"
NO_MATCH = "存证日志对不上"
RESTORED = "办公室恢复过备份"
LOST_THERE = "这个文件在那里丢了"


def report(screens: Screens) -> str:
    """Make a visit with a photo and a result; return its id."""
    visit_id = screens.open_visit()
    screens.report_eligible()
    return visit_id


def keep_folder(server: LiveServer, target: Path) -> None:
    """Copy the whole data folder while nobody writes, as operations.md says."""
    server.stop()
    shutil.copytree(server.data_dir, target)
    server.start()


def put_folder_back(server: LiveServer, backup: Path) -> None:
    """Put the copy in the place of the data folder, originals included."""
    shutil.rmtree(server.data_dir)
    shutil.copytree(backup, server.data_dir)


def arrived(ledger: Ledger, visit_id: str) -> tuple[list[str], list[str]]:
    """Return the states of the visit's captures and results at the office."""
    captures = [row["state"] for row in ledger.captures(visit_id)]
    query = "SELECT state FROM result WHERE visit_id = ?"
    return captures, [row["state"] for row in ledger.rows(query, [bare(visit_id)])]


def hold_receipts(phone: Phone) -> None:
    """Let no receipt through, so that the phone keeps its originals."""
    phone.context.route(RECEIPT, lambda route: route.abort())


def all_at_the_office(phone: Phone) -> bool:
    """Whether nothing waits any more that the phone could send."""
    return not {"saved", "queued", "sending"} & set(phone.states().values())


def visits_around_a_backup(
    screens: Screens, ledger: Ledger, server: LiveServer, backup: Path, *, back: str
) -> tuple[str, str]:
    """Make one visit before the backup and one after it, both of which arrive; return their ids."""
    phone = screens.phone
    first = report(screens)
    screens.open_outbox()
    screens.expect_all_sent()
    back_up(server, backup) if back == DATABASE else keep_folder(server, backup)
    screens.go("")
    screens.expect_today()
    if back == FOLDER:
        hold_receipts(phone)
    second = report(screens)
    screens.open_outbox()
    wait_while_moving(phone, lambda: all_at_the_office(phone), PATIENCE_MS)
    if back != FOLDER:
        screens.expect_all_sent()
    assert arrived(ledger, second) == (["received"], ["submitted"])
    return first, second


def read_what_happened(screens: Screens, server: LiveServer) -> None:
    """Let the phone notice the other journal, and then read that the office had gone back."""
    phone = screens.phone
    screens.sync_now()
    expect(phone.page.get_by_text(NO_MATCH)).to_be_visible()
    wait_while_moving(phone, lambda: all_at_the_office(phone), PATIENCE_MS)
    server.flask("evidence", "restored")
    screens.sync_now()
    expect(phone.page.get_by_text(RESTORED)).to_be_visible()
    expect(phone.page.get_by_text(NO_MATCH)).to_have_count(0)


@pytest.mark.parametrize("back", [DATABASE, FOLDER, FOLDER_ALONE])
def test_two_visits_one_of_them_after_the_backup(
    phone: Phone, ledger: Ledger, server: LiveServer, tmp_path: Path, back: str
) -> None:
    screens, backup = Screens(phone), tmp_path / "backup"
    phone.init_scripts.append(NEVER_TWICE)
    if back == FOLDER:
        # In a delivery the receipts come with the answer, and could not be held.
        phone.init_scripts.append(WITHOUT_DELIVERIES)
    screens.enrol()
    first, second = visits_around_a_backup(screens, ledger, server, backup, back=back)
    server.stop()
    restore(server, backup) if back == DATABASE else put_folder_back(server, backup)
    assert arrived(ledger, second) == ([], [])
    phone.context.unroute(RECEIPT)
    server.start()
    read_what_happened(screens, server)

    state = "committed" if back == FOLDER_ALONE else "received"
    whole = ([state], ["submitted"])
    phone.wait_for(lambda: arrived(ledger, second) == whole, "the second visit", PATIENCE_MS)
    assert arrived(ledger, first) == (["received"], ["submitted"])
    if back == FOLDER_ALONE:
        line = screens.lines().filter(has_text=LOST_THERE)
        expect(line).to_have_count(1)
        expect(line).not_to_contain_text("仍存在本机")
    else:
        screens.expect_all_sent()
        ledger.check()
    ledger.check_chains()
    assert "\nsound" in server.flask("evidence", "verify-all")
