"""Leaving a screen with a shot that is not kept: it is asked about, whichever way is taken."""

from pathlib import Path

from playwright.sync_api import CDPSession, Dialog, expect

from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.storage import check_storage
from tests.e2e.test_storage import at_shutter, start_full


def unkept_shot(phone: Phone, screens: Screens, number: int = 0) -> tuple[str, CDPSession]:
    """Take a picture for which the phone has no room, until the session that is returned ends."""
    screens.enrol()
    phone.go_offline()
    visit_id = at_shutter(screens, number)
    full = start_full(phone, room=8_000)
    screens.go(f"visits/{visit_id}")
    screens.begin()
    screens.press("拍照", exact=True)
    screens.ready_shutter("拍照").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("存储满了")
    return visit_id, full


def test_the_back_key_asks_and_the_picture_can_go_to_the_album(
    phone: Phone, ledger: Ledger
) -> None:
    screens = Screens(phone)
    visit_id, full = unkept_shot(phone, screens)
    question = phone.page.get_by_role("dialog", name="还没存上，先别走")

    phone.page.go_back()
    expect(question).to_be_visible()
    assert phone.page.url.endswith("/capture/photo")
    with phone.page.expect_download() as download:
        question.get_by_role("button", name="存到相册").click()
    saved = Path(download.value.path()).read_bytes()
    assert saved.startswith(b"\xff\xd8")
    assert download.value.suggested_filename.endswith(".jpg")

    question.get_by_role("button", name="先不离开").click()
    expect(question).to_have_count(0)
    phone.page.go_back()
    expect(question).to_be_visible()
    full.detach()
    question.get_by_role("button", name="再存一次").click()
    screens.expect_kept()
    assert len(check_storage(phone).captures) == 1

    # Now nothing holds the worker back.
    phone.page.go_back()
    phone.page.wait_for_url("**/result/*")
    phone.go_online()
    screens.open_outbox()
    screens.expect_all_sent()
    assert len(ledger.captures(visit_id)) == 1


def test_whoever_drops_the_picture_leaves(phone: Phone) -> None:
    screens = Screens(phone)
    unkept_shot(phone, screens, 1)
    phone.page.go_back()
    question = phone.page.get_by_role("dialog", name="还没存上，先别走")
    question.get_by_role("button", name="不要了，离开").click()
    phone.page.wait_for_url("**/result/*")
    screens.expect_question("请给本人拍照")


def test_closing_the_tab_asks(phone: Phone) -> None:
    screens = Screens(phone)
    unkept_shot(phone, screens, 2)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    phone.page.on("dialog", stay)
    phone.page.close(run_before_unload=True)
    phone.wait_for(lambda: asked == ["beforeunload"], "the browser's question")
    expect(phone.page.get_by_role("alert")).to_contain_text("存储满了")


def test_a_sign_out_in_another_tab_takes_no_picture_away(phone: Phone) -> None:
    screens = Screens(phone)
    _visit_id, full = unkept_shot(phone, screens, 3)
    full.detach()
    other = phone.context.new_page()
    other.goto(f"{phone.base_url}/app/settings")
    other.get_by_role("button", name="退出登录").click()
    dialog = other.get_by_role("dialog", name="要退出登录吗？")
    dialog.get_by_role("button", name="退出登录").click()
    expect(other.get_by_label("密码")).to_be_visible()

    expect(phone.page.get_by_role("alert")).to_contain_text("存储满了")
    other.close()
    screens.press("再存一次")
    # It is kept under the name of whoever took it; then the page follows the sign-out.
    expect(phone.page.get_by_label("密码")).to_be_visible()
    rows = phone.stores("captures", "sessions")
    assert [row["worker_id"] for row in rows["captures"]] == [rows["sessions"][0]["worker_id"]]


def test_a_second_tab_takes_nothing_from_the_first(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    visit_id = screens.open_visit(4)
    second = phone.context.new_page()
    second.goto(f"{phone.base_url}/app/visits/{visit_id}")
    begin = second.get_by_role("button", name="开始走访")
    expect(begin).to_be_visible()

    screens.begin()
    screens.answer_met_at_home()
    screens.photo_of_person()
    screens.press("下一步")
    screens.answer_identity()
    # The second tab begins what the first is in the middle of.
    second.get_by_role("button", name="走访").first.click()
    expect(second.locator("h2.question")).to_be_visible()
    second.close()

    screens.answer_contact()
    screens.answer_note("三楼")
    screens.expect_question("请核对一遍")
    expect(phone.page.get_by_role("main")).to_contain_text("身份证")
    screens.confirm()
    assert len(phone.stores("reports")["reports"]) == 1


FULL_FOR_DRAFTS = """isFull => {
  const { prototype } = IDBObjectStore;
  prototype.really ??= prototype.put;
  prototype.put = function (...given) {
    if (isFull && this.name === "drafts") throw new DOMException("full", "QuotaExceededError");
    return this.really(...given);
  };
}"""


def test_answers_for_which_there_is_no_room_outlive_the_back_key(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    visit_id = screens.open_visit(3)
    phone.page.evaluate(FULL_FOR_DRAFTS, True)
    screens.press("还没找到人？记下这次走访")
    screens.press("家里没人")
    note = phone.page.get_by_role("textbox")
    note.fill("邻居说去了女儿家")
    expect(phone.page.get_by_text("没有存上")).to_be_attached()
    phone.page.go_back()
    phone.page.wait_for_url(f"**/visits/{visit_id}")
    phone.page.evaluate(FULL_FOR_DRAFTS, False)
    screens.press("还没找到人？记下这次走访")
    expect(note).to_have_value("邻居说去了女儿家")
    phone.wait_for(lambda: bool(phone.stores("drafts")["drafts"]), "the answers are stored")
    phone.page.reload()
    expect(note).to_have_value("邻居说去了女儿家")
