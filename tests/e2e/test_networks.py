"""Networks that let only some of it through, and offices in trouble: it arrives, or it is said."""

import pytest
from playwright.sync_api import expect

from tests.e2e.box import Page, boxed, every_call, only_get_and_post
from tests.e2e.conftest import MakePhone
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import WITHOUT_DELIVERIES
from tests.e2e.server import LiveServer

HTML = {"Content-Type": "text/html"}
NOT_ALLOWED = b"<html><h1>Method not allowed</h1></html>"


@pytest.mark.parametrize("status", [405, 200, 0], ids=["refused", "a page", "broken off"])
def test_a_visit_passes_a_box_that_knows_only_get_and_post(
    make_phone: MakePhone, server: LiveServer, ledger: Ledger, status: int
) -> None:
    with boxed(server.port) as box:
        box.meddle = only_get_and_post(Page(status, NOT_ALLOWED))
        screens = Screens(make_phone(base_url=box.url, init_scripts=[WITHOUT_DELIVERIES]))
        screens.enrol()
        before = ledger.counts()
        visit_id = screens.open_visit()
        screens.report_eligible()
        screens.open_outbox()
        screens.expect_all_sent()
        assert box.answered
        many = len(box.answered)

        # What the line did is remembered, also by the next start.
        screens.phone.close()
        screens.phone.open()
        screens.expect_today()
        screens.open_visit()
        screens.report_eligible()
        screens.open_outbox()
        screens.expect_all_sent()
        assert len(box.answered) == many
    assert ledger.grown(before, "capture", "media", "result") == [2, 2, 2]
    assert len(ledger.captures(visit_id)) == 1
    ledger.check()


@pytest.mark.parametrize("status", [404, 413, 501, 200, 0])
def test_a_visit_passes_a_box_that_lets_no_deliveries_through(
    make_phone: MakePhone, server: LiveServer, ledger: Ledger, status: int
) -> None:
    with boxed(server.port) as box:
        page = Page(status)
        box.meddle = lambda _method, path: page if path == "/api/v1/deliveries" else None
        screens = Screens(make_phone(base_url=box.url))
        screens.enrol()
        before = ledger.counts()
        screens.open_visit()
        screens.report_eligible()
        screens.open_outbox()
        screens.expect_all_sent()
        assert box.answered
    assert ledger.grown(before, "capture", "media", "result") == [1, 1, 1]
    ledger.check()


TROUBLES = {
    "portal": (Page(200), "要先在它的网页上登录"),
    "redirect": (Page(302, b"", {"Location": "http://portal.invalid/"}), "要先在它的网页上登录"),
    "wants sign-in": (Page(511), "要先在它的网页上登录"),
    "forbidden": (Page(403), "这个网络拦住了上传"),
    "broken off": (Page(0), "连不上办公室"),
    "fault": (Page(500), "办公室的系统出了故障"),
    "bad gateway": (Page(502), "正在维护或重新启动"),
    "unavailable": (Page(503, b"", HTML | {"Retry-After": "30"}), "正在维护或重新启动"),
    "timeout": (Page(504), "正在维护或重新启动"),
    "too many": (Page(429, b"", HTML | {"Retry-After": "30"}), "请您稍等"),
    "office full": (Page(507), "办公室的系统存满了"),
}


def test_each_trouble_has_its_own_sentence_and_nothing_is_lost(
    make_phone: MakePhone, server: LiveServer, ledger: Ledger
) -> None:
    with boxed(server.port) as box:
        screens = Screens(make_phone(base_url=box.url))
        screens.enrol()
        screens.phone.go_offline()
        before = ledger.counts()
        screens.open_visit()
        screens.report_eligible()
        screens.open_outbox()
        first = next(iter(TROUBLES.values()))[0]
        box.meddle = every_call(first)
        screens.phone.go_online()
        for page, words in TROUBLES.values():
            box.meddle = every_call(page)
            screens.upload_now()
            summary = screens.page.get_by_role("main")
            expect(summary).to_contain_text(words)
            expect(summary).to_contain_text("资料都存在本机")
            shown = summary.inner_text()
            assert "http" not in shown
            assert str(page.status) not in shown.split("\n")

        box.meddle = lambda _method, _path: None
        screens.upload_now()
        screens.expect_all_sent()
    assert ledger.grown(before, "capture", "media", "result") == [1, 1, 1]
    ledger.check()


def test_signing_in_through_a_portal_says_what_to_do(
    make_phone: MakePhone, server: LiveServer
) -> None:
    with boxed(server.port) as box:
        screens = Screens(make_phone(base_url=box.url))
        screens.phone.open()
        for page, words in (
            (Page(200), "要先在它的网页上登录"), (Page(403), "不让连办公室"),
            (Page(503), "正在维护"), (Page(500), "出了故障"), (Page(0), "连不上办公室"),
        ):  # fmt: skip
            box.meddle = every_call(page)
            screens.fill_sign_in("worker1", "whatever-it-is")
            expect(screens.page.get_by_text(words)).to_be_visible()
