"""The administrator's pages, which show no case data."""

import re

from tests.builders import PASSWORD, City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.pages import Desk
from webapp import clock
from webapp.extensions import db
from webapp.people.models import Account, Device


def enrol(city: City, username: str, kid: str = "k" * 43) -> Device:
    device = Device(
        kid=kid, account_id=city.accounts[username].id, name="测试手机", public_jwk={},
        confirmed_at=clock.now(),
        token_hash=kid.encode()[:32], enrolled_at=clock.now(), enrolled_index=0,
    )  # fmt: skip
    db.session.add(device)
    db.session.commit()
    return device


def test_the_administrator_sees_accounts_and_nothing_of_any_case(sit: Sit) -> None:
    admin = sit("admin")
    links = admin.get("/today").links()
    assert "/accounts" in links
    assert not {"/visits", "/review", "/archive", "/roster", "/map"} & set(links)


def test_others_do_not_manage_accounts(sit: Sit) -> None:
    sit("office1").get("/accounts", status=403)


def test_accounts_are_found_by_name_and_role(sit: Sit) -> None:
    admin = sit("admin")
    assert "worker9" not in admin.get("/accounts?search=agency").text
    assert "office1" not in admin.get("/accounts?role=auditor").text
    assert "没有符合条件" in admin.get("/accounts?search=nobody").text


def test_a_new_account_signs_in_with_the_password_told_once(
    sit: Sit, visitor: Desk, city: City
) -> None:
    form = {"username": "office2", "name": "测试新人", "role": "office_manager",
            "area_id": str(city.areas["b1"].id)}  # fmt: skip
    told = sit("admin").post("/accounts", form)
    secret = re.search(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", told.text)
    assert secret
    assert visitor.sign_in("office2", secret[0]).response.request.path == "/password"
    made = db.session.scalars(db.select(Account).filter_by(username="office2")).one()
    assert made.area_path == city.areas["b1"].path


def test_a_taken_name_is_said_and_the_form_kept(sit: Sit, city: City) -> None:
    form = {"username": "office1", "name": "测试新人", "role": "city",
            "area_id": str(city.areas["city"].id)}  # fmt: skip
    page = sit("admin").post("/accounts", form, status=409)
    assert "office1 已经有人用了" in page.text
    assert "测试新人" in [e.get("value") for e in page.all("input")]


def test_switching_off_ends_the_session(sit: Sit, city: City) -> None:
    office, admin = sit("office1"), sit("admin")
    admin.post(f"/accounts/{city.accounts['office1'].id}/activity", {"is_active": "0"})
    office.get("/today", status=401)


def test_nobody_switches_off_themselves(sit: Sit, city: City) -> None:
    path = f"/accounts/{city.accounts['admin'].id}/activity"
    sit("admin").post(path, {"is_active": "0"}, status=422)


def test_a_replaced_password_no_longer_opens(sit: Sit, visitor: Desk, city: City) -> None:
    sit("admin").post(f"/accounts/{city.accounts['office1'].id}/password")
    visitor.post("/sign-in", {"username": "office1", "password": PASSWORD}, status=401)


def test_another_area_of_duty_takes_effect(sit: Sit, city: City) -> None:
    path = f"/accounts/{city.accounts['office1'].id}/area"
    sit("admin").post(path, {"area_id": str(city.areas["b1"].id)})
    assert city.accounts["office1"].area_path == city.areas["b1"].path
    sit("admin").post(path, {"area_id": "999999"}, status=404)


def test_a_phone_is_revoked(sit: Sit, city: City) -> None:
    device = enrol(city, "worker1")
    owner = city.accounts["worker1"].id
    page = sit("admin").post(f"/accounts/{owner}/devices/{device.kid}/revocation")
    assert "已停用" in page.text
    assert device.revoked_at is not None


def test_a_phone_is_revoked_only_under_its_owner(sit: Sit, city: City) -> None:
    device = enrol(city, "worker1")
    other = city.accounts["worker2"].id
    sit("admin").post(f"/accounts/{other}/devices/{device.kid}/revocation", status=404)
    assert device.revoked_at is None


def test_silent_phones_are_named_to_their_own_office(sit: Sit, city: City) -> None:
    device = enrol(city, "worker1")
    device.enrolled_at = clock.now().replace(year=2020)
    db.session.commit()
    assert "测试手机" in sit("office1").get("/today").text
    assert "测试手机" not in sit("office9").get("/today").text
