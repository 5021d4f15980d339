"""`make run LAN=1` in Chromium: a secure origin with worker, camera, cookies and uploads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.e2e.conftest import phones
from tests.e2e.desk import Desk
from tests.e2e.lan_server import LanServer
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens

# As on a phone that trusts the root. One that merely continues past the warning gets no worker.
TRUST_KEY = "--ignore-certificate-errors-spki-list"
SECURE = "() => isSecureContext && 'serviceWorker' in navigator && 'mediaDevices' in navigator"


@pytest.fixture(scope="module")
def lan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanServer]:
    """A demo city, served on the local network."""
    served = LanServer(tmp_path_factory.mktemp("lan"))
    served.prepare()
    served.start()
    yield served
    served.stop()


def test_a_phone_takes_its_photo_out_of_signal_and_sends_it(
    playwright: Playwright, lan_server: LanServer, tmp_path: Path
) -> None:
    with phones(playwright, lan_server, tmp_path) as make:
        phone = make(changes={"args": [f"{TRUST_KEY}={lan_server.fingerprint()}"]})
        screens = Screens(phone)
        screens.enrol()
        assert phone.page.evaluate(SECURE)
        phone.go_offline()
        phone.page.reload()
        visit_id = screens.open_visit()
        screens.report_eligible()
        phone.go_online()
        screens.open_outbox()
        screens.expect_all_sent()

        ledger = Ledger(lan_server.data_dir)
        assert len(ledger.captures(visit_id)) == 1
        ledger.check()
        assert not phone.complaints


def test_the_desks_cookies_are_secure(desk_browser: Browser, lan_server: LanServer) -> None:
    context = desk_browser.new_context(locale="zh-CN", ignore_https_errors=True)
    desk = Desk(context.new_page(), lan_server.url)
    desk.sign_in("office1")

    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    # The session's cookie, and the one by which the browser is known.
    assert [cookie["secure"] for cookie in context.cookies()] == [True, True]
    context.close()
