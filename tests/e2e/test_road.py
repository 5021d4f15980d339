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


def test_a_returned_visit_comes_back_with_the_words(
    phone: Phone, ledger: Ledger, desk: Desk
) -> None:
    screens = Screens(phone)
    screens.enrol()
    visit_id = screens.open_visit()
    screens.report_eligible()
    screens.open_outbox()
    screens.expect_all_sent()

    desk.sign_in("office1")
    desk.confirm_phones()
    desk.open_case(ledger, visit_id)
    desk.give_back("照片看不清脸，请再拍一张。")

    screens.sync_now()
    expect(screens.lines().filter(has_text="照片看不清脸，请再拍一张。")).not_to_have_count(0)
    screens.go(f"visits/{visit_id}")
    expect(phone.page.get_by_text("照片看不清脸，请再拍一张。")).to_be_visible()
    screens.report_eligible()
    screens.open_outbox()
    screens.expect_all_sent()
    desk.open_case(ledger, visit_id)
    desk.accept()
    states = ledger.rows("SELECT state FROM result WHERE visit_id = ?", [visit_id.replace("-", "")])
    assert sorted(row["state"] for row in states) == ["accepted", "returned"]
    ledger.check()


def test_a_visit_to_be_made_again_by_one_key_is_to_do_on_the_phone(
    phone: Phone, ledger: Ledger, desk: Desk
) -> None:
    screens = Screens(phone)
    screens.enrol()
    visit_id = screens.open_visit()
    screens.report_eligible()
    screens.open_outbox()
    screens.expect_all_sent()

    desk.sign_in("office1")
    desk.confirm_phones()
    desk.open_case(ledger, visit_id)
    desk.ask_again()

    screens.sync_now()
    screens.go(f"visits/{visit_id}")
    expect(phone.page.get_by_role("button", name="开始走访")).to_be_visible()
    screens.report_eligible()
    screens.open_outbox()
    screens.expect_all_sent()
    desk.open_case(ledger, visit_id)
    desk.accept()
    states = ledger.rows("SELECT state FROM result WHERE visit_id = ?", [visit_id.replace("-", "")])
    assert sorted(row["state"] for row in states) == ["accepted", "superseded"]
    ledger.check()
