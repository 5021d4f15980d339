"""Around the app: its first start, WeChat, no service worker, and updates at the right moment."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import MakePhone
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.proxy import Proxy, proxied
from tests.e2e.server import LiveServer

WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2166A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300473 MicroMessenger/8.0.56"
)
UPDATE = "有新版本"
# A film may be used from its second second; a busy machine need not show that very second.
LONG_ENOUGH = re.compile("00:(0[2-9]|1[0-9])")


def test_a_wrong_password_is_said_in_words(phone: Phone) -> None:
    screens = Screens(phone)
    phone.open()
    screens.fill_sign_in("worker1", "not the password")
    expect(phone.page.get_by_text("账号或密码不对")).to_be_visible()


def test_wechat_is_told_before_sign_in(make_phone: MakePhone) -> None:
    phone = make_phone(changes={"user_agent": WECHAT})
    screens = Screens(phone)
    phone.open()
    expect(phone.page.get_by_role("heading", name="请换浏览器打开")).to_be_visible()
    expect(phone.page.get_by_label("密码")).to_have_count(0)
    screens.press("仍在微信里使用")
    screens.sign_in()


def test_it_works_without_a_service_worker_while_it_is_open(
    make_phone: MakePhone, ledger: Ledger
) -> None:
    phone = make_phone(changes={"service_workers": "block"})
    screens = Screens(phone)
    phone.open()
    screens.sign_in()
    phone.wait_for(lambda: bool(phone.stores("tickets")["tickets"]), "tickets")
    phone.go_offline()
    visit_id = screens.open_visit()
    screens.report_eligible()
    phone.go_online()
    screens.expect_all_sent()
    assert len(ledger.captures(visit_id)) == 1
    assert phone.page.evaluate("navigator.serviceWorker.controller") is None


WAITING = "navigator.serviceWorker.getRegistration().then(found => found.waiting !== null)"


def deploy(proxy: Proxy) -> None:
    """Bring out a service worker with another cache, as a new version has."""
    proxy.swaps[b"GET /app/sw.js"] = (b"anzai-app-", b"anzai-new-")


def look_for_update(phone: Phone) -> None:
    """Let the browser look for a new version now, and wait until one waits."""
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
    phone.wait_for(lambda: bool(phone.page.evaluate(WAITING)), "a new version that waits")


@pytest.fixture
def proxy(server: LiveServer) -> Iterator[Proxy]:
    with proxied(server.port) as running:
        yield running


def test_an_update_waits_until_the_visit_is_left(make_phone: MakePhone, proxy: Proxy) -> None:
    phone = make_phone(base_url=proxy.url)
    screens = Screens(phone)
    screens.enrol()
    screens.open_visit()
    screens.begin()
    screens.answer_met_at_home()
    screens.press("录短视频")
    screens.ready_shutter("开始录像").click()
    deploy(proxy)
    look_for_update(phone)
    prompt = phone.page.get_by_role("dialog", name=UPDATE)
    expect(phone.page.get_by_role("timer")).to_contain_text(LONG_ENOUGH)
    expect(prompt).to_have_count(0)
    screens.shutter("停止录像").click()
    expect(screens.button("就用这个")).to_be_visible()
    expect(prompt).to_have_count(0)
    screens.press("就用这个")
    screens.expect_kept()
    expect(prompt).to_have_count(0)

    screens.press("下一步")
    screens.expect_question("请给本人拍照")
    screens.leave_visit()
    expect(prompt).to_be_visible()
    with phone.page.expect_navigation():
        prompt.get_by_role("button", name="现在更新").click()
    phone.wait_for_worker()
    assert len(phone.stores("captures")["captures"]) == 1
    expect(prompt).to_have_count(0)
