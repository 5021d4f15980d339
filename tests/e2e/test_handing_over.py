"""Work that a phone cannot send is handed over as a file, and what came back is mended."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.ledger import Ledger, bare
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import LiveServer


def test_saved_work_comes_in_from_its_file_and_once(
    phone: Phone, server: LiveServer, ledger: Ledger, tmp_path: Path
) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    visit_id = screens.open_visit()
    screens.report_eligible()
    screens.tab("设置")
    with phone.page.expect_download() as handed:
        screens.press("存成文件")
    handed.value.save_as(tmp_path / "work.zip")
    expect(phone.page.get_by_role("link", name="没信号")).to_contain_text("3 未传")

    printed = server.flask("evidence", "take-in", str(tmp_path / "work.zip"))
    assert printed.count("ok: ") == 3, printed
    [capture] = ledger.captures(visit_id)
    assert capture["state"] == "received"
    assert ledger.count("result", f"visit_id = '{bare(visit_id)}'") == 1

    phone.go_online()
    screens.open_outbox()
    screens.upload_now()
    screens.expect_all_sent()
    assert len(ledger.captures(visit_id)) == 1
    assert ledger.count("result", f"visit_id = '{bare(visit_id)}'") == 1
    ledger.check()


def test_a_loss_is_reported_with_one_tap_and_each_outcome_keeps_its_own_words(
    phone: Phone,
) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    visit_id = screens.open_visit()
    screens.press("马上报告")
    screens.expect_question("是哪种情况？")
    screens.press("已去世")
    screens.expect_question("什么时候去世的？")
    phone.page.get_by_label("日期").fill("2026-01-02")
    phone.page.get_by_label("地点").fill("家中")
    expect(phone.page.get_by_text("1月2日")).to_be_visible()
    screens.press("返回")
    screens.press("正在服刑")
    expect(phone.page.get_by_label("地点")).to_have_value("")
    expect(screens.button("请先填写")).to_be_disabled()
    screens.press("返回")
    screens.press("已去世")
    expect(phone.page.get_by_label("地点")).to_have_value("家中")
    screens.press("下一步")
    screens.press("家属告知")
    screens.press("下一步")
    screens.press("没有材料，继续")
    screens.answer_note()
    screens.confirm()
    assert phone.states()
    screens.go(f"visits/{visit_id}")
    expect(phone.page.get_by_text("已完成")).to_be_visible()
    expect(screens.button("马上报告")).to_have_count(0)


def test_the_bar_says_at_once_that_the_signal_is_gone(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    expect(phone.page.get_by_role("link", name="有信号")).to_be_visible()
    phone.go_offline()
    expect(phone.page.get_by_role("link", name="没信号")).to_be_visible()
    phone.go_online()
    expect(phone.page.get_by_role("link", name="有信号")).to_be_visible()


def test_a_refresh_that_fails_says_so(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    broken = {"status": 500, "content_type": "application/problem+json", "body": "{}"}
    phone.page.route("**/api/v1/pack*", lambda route: route.fulfill(**broken))
    screens.press("更新")
    expect(phone.page.get_by_text("办公室的系统暂时没有回应，名单还是原来的。")).to_be_visible()
    phone.page.unroute("**/api/v1/pack*")
    phone.go_offline()
    screens.press("更新")
    expect(phone.page.get_by_text("没有信号，名单还是原来的。")).to_be_visible()
    expect(screens.cards().first).to_be_visible()


def test_a_day_that_has_not_come_holds_the_worker_back(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    screens.open_visit()
    screens.press("马上报告")
    screens.press("已去世")
    phone.page.get_by_label("日期").fill("2099-01-01")
    expect(phone.page.get_by_text("日期不能在今天之后。")).to_be_visible()
    expect(screens.button("请先改正")).to_be_disabled()
    phone.page.get_by_label("日期").fill("2026-01-02")
    expect(screens.button("下一步")).to_be_enabled()


def test_nobody_is_told_that_there_are_no_visits_before_the_list_has_come(phone: Phone) -> None:
    screens = Screens(phone)
    phone.open()
    phone.page.route("**/api/v1/pack*", lambda route: route.abort())
    screens.fill_sign_in("worker1", "demo-password-for-tests")
    expect(phone.page.get_by_role("heading", name="还没领到名单")).to_be_visible()
    expect(phone.page.get_by_text("今天没有走访")).to_have_count(0)
    phone.page.unroute("**/api/v1/pack*")
    phone.page.reload()
    expect(screens.cards().first).to_be_visible()
