"""Tries at a door: a call says which number it went to, and the ladder counts by number."""

from playwright.sync_api import expect

from tests.e2e.pages import Screens
from tests.e2e.phone import Phone


def open_visit_with_two_numbers(screens: Screens) -> tuple[str, str]:
    """Open a visit whose person and contact both have a number; return the person's own."""
    for number in range(6):
        visit_id = screens.open_visit(number)
        calls = screens.page.locator("a[href^='tel:']")
        if calls.count() > 1:
            return visit_id, calls.first.locator("b").inner_text()
        screens.press("返回")
        screens.expect_today()
    raise AssertionError("nobody in the demo has two numbers")


def test_a_call_names_its_number_and_counts_for_it(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    visit_id, own = open_visit_with_two_numbers(screens)
    screens.press("还没找到人？记下这次走访")
    screens.press("电话关机或没人接")
    expect(screens.button("请先选号码")).to_be_disabled()
    screens.press(own)
    screens.press("保存记录")
    expect(phone.page.get_by_text("走访记录", exact=True)).to_be_visible()

    screens.go(f"visits/{visit_id}/result/outcome")
    screens.press("联系不上")
    rung = phone.page.get_by_role("listitem").filter(has_text="每个号码打过三次电话")
    expect(rung).to_contain_text("1 / 3")
    screens.press("记下一次走访")
    screens.press("电话是亲属接的")
    screens.press("别的号码")
    screens.press("保存记录")
    expect(rung).to_contain_text("1 / 3")
    screens.press("记下一次走访")
    screens.press("电话是空号")
    screens.press(own)
    screens.press("保存记录")
    expect(rung).to_contain_text("已做")
