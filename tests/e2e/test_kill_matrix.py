"""The browser is killed between any two writes of a capture: all of it is there, or none."""

import os

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import MakePhone
from tests.e2e.killing import Frozen, Tap
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import WITHOUT_DELIVERIES, Phone
from tests.e2e.server import LiveServer
from tests.e2e.storage import check_storage

NIGHTLY = bool(os.environ.get("ANZAI_NIGHTLY"))
# The points of a photo: two for each of five writes, and its transaction's end; then the sync's.
PHOTO = range(1, 31) if NIGHTLY else (1, 3, 5, 7, 9, 10, 11)
VIDEO = range(1, 46) if NIGHTLY else (3, 6, 12, 16)
RESULT = range(1, 12) if NIGHTLY else (2, 6, 7)
SENDING = range(2, 62, 2) if NIGHTLY else (8, 24)

# A page that stands still answers nobody, so it is driven from within.
KEEP_TWO_SECONDS = """() => setInterval(() => {
  const timer = document.querySelector("[role=timer]");
  if (timer?.textContent.slice(0, 5) >= "00:02") document.querySelector("button.shutter")?.click();
  const buttons = [...document.querySelectorAll("button")];
  buttons.find(each => each.textContent.includes("就用这个"))?.click();
}, 100)"""


@pytest.fixture
def tapped(make_phone: MakePhone) -> tuple[Phone, Tap, Screens]:
    """A signed-in phone, out of signal, in which every write can be stopped."""
    phone = make_phone()
    tap, screens = Tap(phone), Screens(phone)
    tap.install()
    screens.enrol()
    phone.go_offline()
    return phone, tap, screens


def come_back(phone: Phone, tap: Tap) -> None:
    """Start the app again at its first address, as the phone's own icon does."""
    phone.open()
    tap.listen()


def at_camera(screens: Screens, use: str) -> str:
    """Open a visit, and its camera."""
    visit_id = screens.open_visit()
    screens.begin()
    screens.answer_met_at_home()
    screens.press("拍照" if use == "photo" else "录短视频", exact=use == "photo")
    return visit_id


def check_after_kill(phone: Phone, frozen: Frozen, before: int, camera: str) -> int:
    """The same person, the same step, and the capture there if it had been written, else not."""
    phone.page.wait_for_url(f"**/app/visits/{camera}")
    captures = check_storage(phone).captures
    assert len(captures) == before + frozen.saves, frozen
    return len(captures)


def arrives_exactly_once(phone: Phone, screens: Screens, ledger: Ledger, visit_id: str) -> None:
    """Back in signal, the server ends up with the phone's captures, each once."""
    phone.go_online()
    screens.open_outbox()
    screens.expect_all_sent()
    here = [(row["device_kid"], row["record_sha256"]) for row in check_storage(phone).captures]
    kept = [(row["device_kid"], row["record_sha256"]) for row in ledger.captures(visit_id)]
    # Another phone of the same worker may have been at this visit before.
    assert [row for row in kept if row[0] == here[0][0]] == here
    ledger.check()


def test_killed_while_a_photo_is_kept(
    tapped: tuple[Phone, Tap, Screens], ledger: Ledger, server: LiveServer
) -> None:
    phone, tap, screens = tapped
    visit_id = at_camera(screens, "photo")
    kept = 0
    for point in PHOTO:
        screens.ready_shutter("拍照")
        tap.listen()
        tap.freeze_after(point, "button.shutter")
        frozen = tap.wait_and_kill()
        come_back(phone, tap)
        kept = check_after_kill(phone, frozen, kept, f"{visit_id}/capture/photo")
    screens.ready_shutter("拍照")
    screens.take_photo()
    arrives_exactly_once(phone, screens, ledger, visit_id)
    assert "sound" in server.flask("evidence", "verify-all")


def test_killed_while_a_video_is_recorded_and_kept(
    tapped: tuple[Phone, Tap, Screens], ledger: Ledger
) -> None:
    phone, tap, screens = tapped
    visit_id = at_camera(screens, "video")
    kept = 0
    for point in VIDEO:
        screens.ready_shutter("开始录像")
        tap.listen()
        phone.page.evaluate(KEEP_TWO_SECONDS)
        tap.freeze_after(point, "button.shutter")
        frozen = tap.wait_and_kill()
        come_back(phone, tap)
        kept = check_after_kill(phone, frozen, kept, f"{visit_id}/capture/video")
        take_what_was_recovered(phone, screens)
        kept = len(check_storage(phone).captures)
    assert kept > 0, "no slice outlived its kill"
    arrives_exactly_once(phone, screens, ledger, visit_id)


def take_what_was_recovered(phone: Phone, screens: Screens) -> None:
    """What a killed recording left is offered once; it is kept, and then nothing is left."""
    sheet = phone.page.get_by_role("dialog", name="上次的录像没录完")
    leftovers = phone.stores("slices")["slices"]
    if not leftovers:
        expect(sheet).to_have_count(0)
        return
    sheet.get_by_role("button", name="保留这段").click()
    screens.expect_kept()
    assert phone.stores("slices")["slices"] == []
    screens.press("再录一段")


def test_killed_while_a_result_is_kept(tapped: tuple[Phone, Tap, Screens], ledger: Ledger) -> None:
    phone, tap, screens = tapped
    before = ledger.counts()
    points = iter(RESULT)
    for point in points:
        visit_id = screens.open_visit()
        screens.begin()
        screens.answer_met_at_home()
        screens.photo_of_person()
        screens.press("下一步")
        screens.answer_identity()
        screens.answer_contact()
        screens.answer_note()
        screens.expect_question("请核对一遍")
        tap.listen()
        tap.freeze_after(point, ".actions .button--main")
        tap.wait_and_kill()
        come_back(phone, tap)
        finish_result(phone, screens, visit_id)
    phone.go_online()
    screens.open_outbox()
    screens.expect_all_sent()
    many = len(RESULT)
    assert ledger.grown(before, "result", "capture") == [many, many]
    ledger.check()


def finish_result(phone: Phone, screens: Screens, visit_id: str) -> None:
    """Either the result is kept and the draft is gone, or the last question stands there again."""
    phone.wait_for(lambda: is_settled(phone, screens), "today's list or the last question")
    storage = check_storage(phone)
    results = [row for row in phone.stores("reports")["reports"] if row["visit_id"] == visit_id]
    assert len(results) + storage.drafts == 1
    if not results:
        screens.expect_question("请核对一遍")
        screens.confirm()
    screens.go("")
    screens.expect_today()


def is_settled(phone: Phone, screens: Screens) -> bool:
    """Whether the app has found its place after the start."""
    ends = (screens.button("确认并保存"), phone.page.get_by_role("searchbox", name="搜索"),
            phone.page.get_by_text("已完成"))  # fmt: skip
    return any(end.count() for end in ends)


@pytest.mark.parametrize("way", ["together", "each alone"])
def test_killed_while_work_is_sent(
    tapped: tuple[Phone, Tap, Screens], ledger: Ledger, way: str
) -> None:
    phone, tap, screens = tapped
    if way == "each alone":
        phone.init_scripts.append(WITHOUT_DELIVERIES)
        come_back(phone, tap)
    before = ledger.counts()
    for point in SENDING:
        phone.go_offline()
        screens.go("")
        screens.expect_today()
        screens.open_visit()
        screens.report_eligible()
        screens.open_outbox()
        tap.listen()
        tap.freeze_at(point)
        phone.go_online()
        tap.wait_and_kill()
        come_back(phone, tap)
        check_storage(phone)
        screens.open_outbox()
        screens.expect_all_sent()
    many = len(SENDING)
    assert ledger.grown(before, "result", "capture", "media") == [many, many, many]
    ledger.check()
