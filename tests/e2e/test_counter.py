"""A walk-in at the counter: the office's browser enrols and signs, and somebody else reviews."""

import json
from uuid import UUID

from playwright.sync_api import Browser, Page, expect

from tests.e2e.desk import Desk
from tests.e2e.ledger import Ledger
from tests.e2e.server import PASSWORD, LiveServer
from webapp.evidence.records.challenge import derive_challenge


def somebody_without_visit(ledger: Ledger) -> UUID:
    """Return a pensioner of the office's area whom nobody is sent to."""
    query = (
        "SELECT id FROM person WHERE area_path LIKE (SELECT area_path FROM account "
        "WHERE username = 'office1') || '%' AND id NOT IN (SELECT person_id FROM visit) LIMIT 1"
    )
    return UUID(ledger.rows(query)[0]["id"])


def enrol(page: Page) -> None:
    """Enrol the browser with the password of whoever sits at it."""
    page.get_by_label("您的密码").fill(PASSWORD)
    page.get_by_role("button", name="登记", exact=True).click()


def photograph(page: Page) -> str:
    """Take the picture again once, then the one that is sent; return the code that was asked."""
    shoot = page.get_by_role("button", name="拍照")
    expect(shoot).to_be_visible()
    code = page.locator("[data-part='code']").inner_text()
    shoot.click()
    page.get_by_role("button", name="重拍").click()
    shoot.click()
    return code


def begun(desk: Desk, ledger: Ledger) -> str:
    """Open the camera's page for somebody; return the visit's id."""
    desk.sign_in("office1")
    desk.go(f"people/{somebody_without_visit(ledger)}")
    desk.page.get_by_role("button", name="本人在窗口，现在认证").click()
    desk.page.wait_for_url("**/counter/*")
    return desk.page.url.rpartition("/")[2]


def test_a_walk_in_is_certified_reviewed_by_another_and_verified(
    desk: Desk, desk_browser: Browser, ledger: Ledger, server: LiveServer
) -> None:
    visit_id = begun(desk, ledger)
    enrol(desk.page)
    code = photograph(desk.page)
    desk.page.get_by_role("button", name="本人健在，提交").click()
    desk.page.wait_for_url(f"**/visits/{visit_id}")

    (capture,) = ledger.captures(visit_id)
    record = json.loads(capture["record"])
    (device,) = ledger.rows("SELECT * FROM device WHERE kid = ?", [record["device_kid"]])
    assert (record["v"], device["kind"], record["challenge"]["code"]) == (2, "desk", code)
    assert UUID(record["holder"]["account"]).hex == device["account_id"]
    (ticket,) = ledger.rows("SELECT * FROM ticket WHERE id = ?", [UUID(record["ticket"]["id"]).hex])
    asked = derive_challenge(seed=ticket["challenge_seed"], subject_id=UUID(visit_id))
    assert asked.code == code
    assert ledger.rows("SELECT kind FROM visit WHERE id = ?", [UUID(visit_id).hex]) == [
        {"kind": "counter"}
    ]

    context = desk_browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    reviewer = Desk(context.new_page(), server.url)
    reviewer.sign_in("agency2")
    reviewer.open_case(ledger, visit_id)
    reviewer.accept()
    context.close()
    assert "sound" in server.flask("evidence", "verify-all")


def kept_here(desk: Desk, ledger: Ledger) -> str:
    """Certify somebody while the line is cut; return the visit, whose picture lies here."""
    visit_id = begun(desk, ledger)
    enrol(desk.page)
    photograph(desk.page)
    desk.page.route("**/api/v1/captures", lambda route: route.abort())
    desk.page.get_by_role("button", name="本人健在，提交").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("照片已存在这台电脑里")
    desk.page.unroute("**/api/v1/captures")
    return visit_id


def test_what_the_server_keeps_apart_keeps_nobody_waiting(
    desk: Desk, desk_browser: Browser, ledger: Ledger, server: LiveServer
) -> None:
    """The clerk certified the same person at another computer meanwhile."""
    visit_id = kept_here(desk, ledger)
    context = desk_browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    other = Desk(context.new_page(), server.url)
    other.sign_in("office1")
    other.go(f"counter/{visit_id}")
    enrol(other.page)
    photograph(other.page)
    other.page.get_by_role("button", name="本人健在，提交").click()
    other.page.wait_for_url(f"**/visits/{visit_id}")
    context.close()

    desk.go(f"people/{somebody_without_visit(ledger)}")
    desk.page.get_by_role("button", name="本人在窗口，现在认证").click()
    expect(desk.page.get_by_role("button", name="拍照")).to_be_visible()
    assert [one["state"] for one in ledger.captures(visit_id)] == ["received", "received"]
    assert ledger.count("result", f"visit_id = '{UUID(visit_id).hex}'") == 2


def test_a_picture_that_could_not_be_sent_is_kept_and_sent_later(
    desk: Desk, ledger: Ledger
) -> None:
    visit_id = kept_here(desk, ledger)
    assert ledger.captures(visit_id) == []
    desk.page.reload()
    desk.page.wait_for_url(f"**/visits/{visit_id}")
    assert len(ledger.captures(visit_id)) == 1
    assert ledger.count("result", f"visit_id = '{UUID(visit_id).hex}'") == 1
