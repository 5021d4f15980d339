"""The whole road in Chromium: signed in, out of signal, evidence, back, reviewed, kept."""

from playwright.sync_api import expect

from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone


def test_everything_that_was_recorded_offline_arrives_exactly_once(
    phone: Phone, ledger: Ledger
) -> None:
    phone.open()
    screens = Screens(phone)
    screens.sign_in()
    phone.wait_for_worker()
    phone.wait_for(lambda: bool(phone.stores("tickets")["tickets"]), "tickets")

    before = ledger.counts()
    phone.go_offline()
    phone.page.reload()
    expect(screens.cards().first).to_be_visible()
    visit_id = screens.open_visit()
    screens.report_eligible(video=True, note="老人身体很好。")

    screens.open_outbox()
    expect(screens.lines()).to_have_count(5)
    assert ledger.counts() == before

    phone.go_online()
    screens.expect_all_sent()
    expect(screens.lines().filter(has_text="已存证")).to_have_count(4)
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1, 2]
    assert ledger.grown(before, "capture", "media", "result") == [2, 2, 1]
    ledger.check()
    assert not phone.complaints
