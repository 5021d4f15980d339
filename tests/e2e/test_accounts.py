"""Several people on one phone, sign-out and revocation: nobody's unsent work is seen or lost."""

from typing import cast

from flask.testing import FlaskClient
from playwright.sync_api import expect

from tests.e2e.ledger import Ledger, bare
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import PASSWORD, LiveServer
from tests.e2e.storage import check_storage
from tests.e2e.wire import WireClient
from tests.phones import TestPhone, jwk_of, new_key

EVIDENCE = "**/api/v1/{captures,deliveries}**"


def report_offline(screens: Screens) -> str:
    """Keep a whole visit on the phone while there is no signal."""
    screens.phone.go_offline()
    visit_id = screens.open_visit()
    screens.report_eligible()
    return visit_id


def test_signing_out_keeps_unsent_work_and_signing_in_sends_it(
    phone: Phone, ledger: Ledger
) -> None:
    screens = Screens(phone)
    screens.enrol()
    visit_id = report_offline(screens)
    screens.sign_out()
    assert len(check_storage(phone).captures) == 1

    phone.context.route(EVIDENCE, lambda route: route.abort())
    phone.go_online()
    phone.page.reload()
    screens.sign_in()
    expect(phone.page.get_by_role("link", name="3 未传")).to_be_visible()
    phone.context.unroute(EVIDENCE)
    screens.open_outbox()
    screens.expect_all_sent()
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1]


def test_another_worker_neither_sees_nor_deletes_it(phone: Phone, ledger: Ledger) -> None:
    screens = Screens(phone)
    screens.enrol("worker1")
    visit_id = report_offline(screens)
    name = screens.name_of(visit_id)
    screens.sign_out()
    expect(phone.page.get_by_text("这部手机上还有 3 件没传完，不会丢。")).to_be_visible()

    phone.context.route(EVIDENCE, lambda route: route.abort())
    phone.go_online()
    phone.page.reload()
    screens.sign_in("worker2")
    expect(phone.page.get_by_role("link", name="他人 3 未传")).to_be_visible()
    screens.open_outbox()
    expect(phone.page.get_by_text("另有 3 件是这部手机上其他人的")).to_be_visible()
    expect(phone.page.get_by_text("都已上传", exact=True)).to_have_count(0)
    screens.tab("设置")
    expect(phone.page.get_by_text("没有未上传的资料。")).to_have_count(0)
    screens.open_outbox()
    expect(screens.lines()).to_have_count(0)
    screens.go(f"visits/{visit_id}")
    expect(phone.page.get_by_text("这次走访不在名单里了")).to_be_visible()
    expect(phone.page.get_by_text(name)).to_have_count(0)
    screens.sign_out()
    assert len(check_storage(phone).captures) == 1
    assert ledger.captures(visit_id) == []

    phone.context.unroute(EVIDENCE)
    screens.sign_in("worker1")
    screens.open_outbox()
    screens.expect_all_sent()
    assert [row["seq"] for row in ledger.captures(visit_id)] == [1]
    ledger.check()


def test_a_revoked_phone_loses_nothing_when_its_worker_enrols_again(
    phone: Phone, ledger: Ledger, server: LiveServer
) -> None:
    screens = Screens(phone)
    screens.enrol()
    visit_id = report_offline(screens)
    revoke(phone, server)

    phone.go_online()
    screens.go("outbox")
    expect(phone.page.get_by_text("登录已过期")).to_be_visible()
    assert len(check_storage(phone).captures) == 1
    screens.go("sign-in")
    screens.sign_in()
    screens.open_outbox()
    phone.wait_for(lambda: len(ledger.captures(visit_id)) == 1, "the record at the office")
    # Committed after the revocation: it is kept apart, with every byte, for a person to judge.
    kept = ledger.captures(visit_id)[0]
    assert kept["state"] == "quarantined"
    phone.wait_for(lambda: bool(ledger.blob(kept["body"]["media"][0]["sha256"])), "its photo")
    where = f"visit_id = '{bare(visit_id)}'"
    phone.wait_for(lambda: ledger.count("result", where) == 1, "its result")

    screens.go("")
    screens.expect_today()
    other = screens.open_visit()
    screens.report_eligible()
    phone.wait_for(lambda: len(ledger.captures(other)) == 1, "the new phone's record")
    assert ledger.captures(other)[0]["device_kid"] != kept["device_kid"]
    assert ledger.captures(other)[0]["seq"] == 1


def revoke(phone: Phone, server: LiveServer) -> None:
    """Revoke the phone at the office, as after a theft."""
    session = phone.stores("sessions")["sessions"][0]
    answer = WireClient(server.port).send(
        "DELETE", f"/api/v1/devices/{session['device_kid']}",
        headers={"Authorization": f"Bearer {session['token']}"},
    )  # fmt: skip
    assert answer.status_code == 204


def test_a_phone_that_signs_in_elsewhere_is_asked_about(phone: Phone, server: LiveServer) -> None:
    screens = Screens(phone)
    screens.enrol("volunteer1")
    own, foreign = (TestPhone(cast(FlaskClient, server.wire()), "volunteer1", PASSWORD)
                    for _ in range(2))  # fmt: skip
    own.enrol()
    question = phone.page.get_by_text("有一部手机用您的账号登录了")
    phone.page.reload()
    expect(question).to_be_visible()

    phone.go_offline()
    screens.press("是我的")
    expect(phone.page.get_by_text("连不上办公室，请稍后再答。")).to_be_visible()
    phone.go_online()
    screens.press("是我的")
    expect(question).to_have_count(0)
    assert own.get("/pack").status_code == 200

    foreign.enrol()
    phone.page.reload()
    screens.press("不认识")
    expect(phone.page.get_by_text("那部手机已停用")).to_be_visible()
    expect(question).to_have_count(0)
    assert foreign.get("/pack").status_code == 401
    assert own.get("/pack").status_code == 200


def test_a_known_phone_signs_in_while_strangers_guess(phone: Phone, server: LiveServer) -> None:
    screens = Screens(phone)
    screens.enrol("volunteer1")
    screens.sign_out()

    def try_elsewhere(password: str) -> int:
        body = {"username": "volunteer1", "password": password, "name": "别处的手机",
                "public_key": jwk_of(new_key())}  # fmt: skip
        return server.wire().send("POST", "/api/v1/devices", body=body).status_code

    tried = [try_elsewhere(f"wrong {number}") for number in range(21)]
    assert tried == [401] * 20 + [429]
    assert try_elsewhere(PASSWORD) == 429
    screens.sign_in("volunteer1")
