"""The road with a reload or a killed browser at every step: the same person, the same step."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.storage import check_storage

Look = Callable[[], None]
NOTE = "老人身体很好。"


def walk(screens: Screens) -> Iterator[Look]:
    """Walk from the visit to its result; each stop gives the look that must hold after it."""
    screens.begin()
    yield from question(screens, "见到本人了吗？")
    screens.answer_met_at_home()
    yield from question(screens, "请给本人拍照")
    screens.press("拍照", exact=True)
    yield lambda: expect(screens.ready_shutter("拍照")).to_be_visible()
    screens.take_photo()
    yield lambda: expect(screens.ready_shutter("拍照")).to_be_visible()
    screens.press("返回")
    yield from question(screens, "请给本人拍照")
    screens.press("录短视频")
    screens.record_video()
    yield lambda: expect(screens.ready_shutter("开始录像")).to_be_visible()
    screens.press("返回")
    screens.press("下一步")
    yield from question(screens, "核对了什么证件？")
    screens.answer_identity()
    yield from question(screens, "住址和电话还对吗？")
    screens.answer_contact()
    yield from question(screens, "还有要说的吗？")
    screens.answer_note(NOTE)
    yield from question(screens, "请核对一遍")
    expect(screens.page.get_by_text(NOTE)).to_be_visible()
    screens.confirm()


def question(screens: Screens, words: str) -> Iterator[Look]:
    screens.expect_question(words)
    yield lambda: screens.expect_question(words)


def reload(phone: Phone) -> None:
    phone.page.reload()


def kill_and_start(phone: Phone) -> None:
    phone.kill()
    phone.open("/app/")


@pytest.mark.parametrize("disturb", [reload, kill_and_start])
def test_the_road_survives(phone: Phone, ledger: Ledger, disturb: Callable[[Phone], None]) -> None:
    screens = Screens(phone)
    screens.enrol()
    before = ledger.counts()
    phone.go_offline()
    disturb(phone)
    expect(screens.cards().first).to_be_visible()
    visit_id = screens.open_visit()
    disturb(phone)
    expect(screens.button("开始走访")).to_be_visible()
    for look in walk(screens):
        disturb(phone)
        look()
        assert screens.visit_id() == visit_id
        check_storage(phone)
    disturb(phone)
    screens.open_outbox()
    expect(screens.lines()).to_have_count(5)

    phone.go_online()
    phone.wait_for(lambda: "received" in phone.states().values(), "something received")
    disturb(phone)
    screens.open_outbox()
    screens.expect_all_sent()
    assert ledger.grown(before, "capture", "media", "result") == [2, 2, 1]
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1, 2]
    ledger.check()
    assert not phone.complaints
