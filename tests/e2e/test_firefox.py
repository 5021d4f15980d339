"""The core of the road in a second engine, Firefox ESR; out of signal is a stopped server there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import MakePhone
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import LiveServer
from tests.e2e.storage import check_storage


@pytest.fixture
def fox(make_phone: MakePhone, server: LiveServer) -> Iterator[Phone]:
    """A phone with Firefox; the server runs again afterwards, whatever happened."""
    yield make_phone(engine="firefox")
    if server.process is None:
        server.start()


def test_the_road_in_firefox(fox: Phone, ledger: Ledger, server: LiveServer) -> None:
    screens = Screens(fox)
    screens.enrol()
    before = ledger.counts()
    server.stop()
    fox.page.reload()
    expect(screens.cards().first).to_be_visible()
    visit_id = screens.open_visit()
    screens.begin()
    screens.answer_met_at_home()
    screens.photo_of_person()
    fox.kill()
    fox.open("/app/")
    screens.expect_question("请给本人拍照")
    assert screens.visit_id() == visit_id
    assert len(check_storage(fox).captures) == 1
    screens.video_of_person()
    screens.press("下一步")
    screens.answer_identity()
    screens.answer_contact()
    screens.answer_note()
    screens.confirm()

    server.start()
    screens.open_outbox()
    screens.upload_now()
    screens.expect_all_sent()
    assert ledger.grown(before, "capture", "media", "result") == [2, 2, 1]
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1, 2]
    ledger.check()
