"""A password that the office set: changed on the phone, and nothing unsent is lost."""

import re
from uuid import UUID

from playwright.sync_api import expect

from tests.e2e.desk import Desk
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone

OWN = "tianqi baicai wazi"


def reset(desk: Desk, ledger: Ledger, username: str) -> str:
    """Have the administrator give somebody a new password, and return it."""
    account = ledger.rows("SELECT id FROM account WHERE username = ?", [username])[0]["id"]
    desk.sign_in("admin")
    desk.go(f"accounts/{UUID(account)}")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.get_by_role("button", name="发新密码").click()
    for sure in desk.page.get_by_role("dialog").get_by_role("button", name="发新密码").all():
        sure.click()
    told = desk.page.get_by_text(re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}"))
    expect(told.first).to_be_visible()
    found = re.search(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", told.first.inner_text())
    assert found
    return found[0]


def test_a_given_password_is_changed_on_the_phone_before_the_list_comes(
    phone: Phone, desk: Desk, ledger: Ledger
) -> None:
    screens = Screens(phone)
    given = reset(desk, ledger, "worker2")
    phone.open()
    screens.fill_sign_in("worker2", given)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("修改密码")
    expect(phone.page.get_by_text("请先改成自己的密码")).to_be_visible()
    screens.go("")
    expect(phone.page.get_by_text("请先改成自己的密码")).to_be_visible()
    expect(screens.cards()).to_have_count(0)
    screens.press("修改密码")

    def try_with(present: str, wanted: str, words: str) -> None:
        phone.page.get_by_label("现在的密码").fill(present)
        phone.page.get_by_label("新密码").fill(wanted)
        screens.press("改密码", exact=True)
        expect(phone.page.get_by_text(words)).to_be_visible()

    try_with("not the one", OWN, "现在的密码不对")
    try_with(given, "short", "至少 10 个字符。")
    try_with(given, "1234567890", "太容易猜")
    phone.go_offline()
    try_with(given, OWN, "没有信号，改密码要联网")
    phone.go_online()
    screens.press("改密码", exact=True)
    expect(screens.cards().first).to_be_visible()
    expect(phone.page.get_by_text("请先改成自己的密码")).to_have_count(0)
    # The owner is told that somebody else had set one.
    expect(phone.page.get_by_text("改了您的密码")).to_be_visible()
    screens.press("是我要求的")
    expect(phone.page.get_by_text("改了您的密码")).to_have_count(0)

    screens.sign_out()
    screens.sign_in("worker2", OWN)


def test_a_known_phone_sends_what_lies_on_it_under_a_given_password(
    phone: Phone, desk: Desk, ledger: Ledger
) -> None:
    screens = Screens(phone)
    screens.enrol("worker1")
    phone.go_offline()
    visit_id = screens.open_visit()
    screens.report_eligible()
    screens.sign_out()
    given = reset(desk, ledger, "worker1")
    phone.go_online()
    phone.page.reload()
    screens.fill_sign_in("worker1", given)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("修改密码")
    screens.open_outbox()
    screens.expect_all_sent()
    assert len(ledger.captures(visit_id)) == 1
    ledger.check()
