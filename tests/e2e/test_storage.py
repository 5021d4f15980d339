"""A full phone, a cleared phone, two tabs: nothing half kept, everything said, one runner."""

from collections.abc import Callable

from playwright.sync_api import CDPSession, Request, expect

from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.storage import check_storage


def at_shutter(screens: Screens, number: int) -> str:
    """Open a visit and its camera."""
    visit_id = screens.open_capture(number)
    screens.ready_shutter("拍照")
    return visit_id


def start_full(phone: Phone, room: int) -> CDPSession:
    """Start the browser anew with room for so many bytes more, until the session is detached.

    Chromium remembers the room that it once gave to an open database: hence the new start.
    """
    session = phone.context.new_cdp_session(phone.page)
    origin = {"origin": phone.base_url}
    used = session.send("Storage.getUsageAndQuota", origin)["usage"]
    phone.close()
    page = phone.launch()
    session = phone.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", origin | {"quotaSize": used + room})
    return session


def test_a_full_phone_says_so_and_keeps_the_picture_for_another_try(
    phone: Phone, ledger: Ledger
) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    visit_id = at_shutter(screens, 0)
    full = start_full(phone, room=8_000)
    screens.go(f"visits/{visit_id}/capture/photo")
    screens.ready_shutter("拍照").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("存储满了")
    storage = check_storage(phone)
    assert (storage.captures, storage.files) == ([], 0)

    full.detach()
    screens.press("再存一次")
    screens.expect_kept()
    assert len(check_storage(phone).captures) == 1
    phone.go_online()
    screens.open_outbox()
    screens.expect_all_sent()
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1]


def test_a_cleared_phone_is_noticed_and_said(phone: Phone) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    at_shutter(screens, 1)
    screens.take_photo()
    session = phone.context.new_cdp_session(phone.page)
    phone.page.goto("about:blank")
    kinds = "indexeddb,cache_storage,service_workers,file_systems"
    session.send("Storage.clearDataForOrigin", {"origin": phone.base_url, "storageTypes": kinds})

    phone.go_online()
    phone.open()
    notice = phone.page.get_by_role("complementary", name="浏览器清掉了手机里的资料")
    expect(notice).to_contain_text("请告诉管理员")
    phone.page.reload()
    expect(notice).to_contain_text("请告诉管理员")
    screens.sign_in()
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    phone.page.reload()
    screens.expect_today()
    expect(notice).to_have_count(0)


def counted(calls: list[str], method: str, path: str) -> Callable[[Request], None]:
    """Note each request of one kind."""

    def note(request: Request) -> None:
        if request.method == method and path in request.url:
            calls.append(request.headers.get("upload-offset", request.url))

    return note


def test_several_tabs_send_everything_once(phone: Phone, ledger: Ledger) -> None:
    screens = Screens(phone)
    screens.enrol()
    phone.go_offline()
    visit_id = screens.open_visit(2)
    screens.report_eligible()
    for _ in range(2):
        phone.context.new_page().goto(f"{phone.base_url}/app/outbox")
    # Now already: a tab that is loaded anew breaks off what it sends, and sends it again.
    screens.open_outbox()
    commits: list[str] = []
    chunks: list[str] = []
    for path in ("/api/v1/captures", "/api/v1/deliveries"):
        phone.context.on("request", counted(commits, "POST", path))
    phone.context.on("request", counted(chunks, "PATCH", "/api/v1/uploads"))

    phone.go_online()
    for each in phone.context.pages:
        each.evaluate("dispatchEvent(new Event('online'))")
    screens.expect_all_sent()
    assert len(commits) == 1
    assert len(chunks) == len(set(chunks))
    assert len(ledger.captures(visit_id)) == 1
    ledger.check()
    for each in phone.context.pages[1:]:
        expect(each.get_by_text("都已上传")).to_be_visible()
