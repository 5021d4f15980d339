"""The whole road in Chromium: signed in, out of signal, evidence, back, reviewed, kept."""

from playwright.sync_api import expect

from tests.e2e.desk import Desk, result_of
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import LiveServer


def test_everything_that_was_recorded_offline_arrives_exactly_once(
    phone: Phone, ledger: Ledger, desk: Desk, server: LiveServer
) -> None:
    screens = Screens(phone)
    screens.enrol()
    before = ledger.counts()
    phone.go_offline()
    phone.page.reload()
    expect(screens.cards().first).to_be_visible()
    visit_id = screens.open_visit()
    screens.report_eligible(video=True, note="老人身体很好。")

    screens.open_outbox()
    expect(screens.lines()).to_have_count(5)
    # Nothing of the visit can have come; tickets fetched ahead may still be on their way.
    arrived = ledger.grown(before, "capture", "media", "upload", "attempt", "result")
    assert arrived == [0, 0, 0, 0, 0]

    phone.go_online()
    screens.expect_all_sent()
    expect(screens.lines().filter(has_text="已存证")).to_have_count(4)
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1, 2]
    assert ledger.grown(before, "capture", "media", "result") == [2, 2, 1]
    ledger.check()

    desk.sign_in("office1")
    desk.confirm_phones()
    desk.open_case(ledger, visit_id)
    desk.accept()
    screens.sync_now()
    expect(screens.lines().filter(has_text="审核通过")).not_to_have_count(0)

    desk.go(f"archive/{result_of(ledger, visit_id)}")
    expect(desk.page.get_by_text("老人身体很好。")).to_be_visible()
    assert "sound" in server.flask("evidence", "verify-all")
    assert not phone.complaints


def report_to_office(screens: Screens, ledger: Ledger, desk: Desk) -> str:
    """Report a visit from a new phone and open its case at the desk; return the visit."""
    screens.enrol()
    visit_id = screens.open_visit()
    send_report(screens)
    desk.sign_in("office1")
    desk.confirm_phones()
    desk.open_case(ledger, visit_id)
    return visit_id


def send_report(screens: Screens) -> None:
    """Report the visit that is open, and wait until all of it has arrived."""
    screens.report_eligible()
    screens.open_outbox()
    screens.expect_all_sent()


def states_after_another(screens: Screens, ledger: Ledger, desk: Desk, visit_id: str) -> list[str]:
    """Report once more, accept that, and return the states of all results of the visit."""
    send_report(screens)
    desk.open_case(ledger, visit_id)
    desk.accept()
    states = ledger.rows("SELECT state FROM result WHERE visit_id = ?", [visit_id.replace("-", "")])
    return sorted(row["state"] for row in states)


def test_a_returned_visit_comes_back_with_the_words(
    phone: Phone, ledger: Ledger, desk: Desk
) -> None:
    screens = Screens(phone)
    visit_id = report_to_office(screens, ledger, desk)
    desk.give_back("照片看不清脸，请再拍一张。")

    screens.sync_now()
    expect(screens.lines().filter(has_text="照片看不清脸，请再拍一张。")).not_to_have_count(0)
    screens.go(f"visits/{visit_id}")
    expect(phone.page.get_by_text("照片看不清脸，请再拍一张。")).to_be_visible()
    assert states_after_another(screens, ledger, desk, visit_id) == ["accepted", "returned"]
    ledger.check()


def test_a_visit_to_be_made_again_by_one_key_is_to_do_on_the_phone(
    phone: Phone, ledger: Ledger, desk: Desk
) -> None:
    screens = Screens(phone)
    visit_id = report_to_office(screens, ledger, desk)
    desk.ask_again()

    screens.sync_now()
    screens.go(f"visits/{visit_id}")
    expect(phone.page.get_by_role("button", name="开始走访")).to_be_visible()
    assert states_after_another(screens, ledger, desk, visit_id) == ["accepted", "superseded"]
    ledger.check()
