"""A password that somebody else set opens nothing but the form to change it; nothing is lost."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.builders import PASSWORD, City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.conftest import sit as sit
from tests.integration.desk.conftest import visitor as visitor
from tests.integration.desk.pages import Desk
from tests.integration.evidence.fieldwork import jpeg
from tests.phones import TestPhone, enrolled
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.people import sessions
from webapp.people.models import Account

OWN = "tianqi baicai wazi"


def reset(sit: Sit, city: City, username: str) -> str:
    """Have the administrator set somebody's password, and return it."""
    told = sit("admin").post(f"/accounts/{city.accounts[username].id}/password")
    found = re.search(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", told.text)
    assert found
    return found[0]


def change(desk: Desk, present: str, wanted: str = OWN, status: int = 200) -> str:
    fields = {"present": present, "wanted": wanted, "again": wanted}
    return desk.post("/password", fields, status=status).text


def test_a_given_password_leads_to_the_form_and_nowhere_else(
    sit: Sit, visitor: Desk, city: City
) -> None:
    given = reset(sit, city, "office1")
    assert visitor.sign_in("office1", given).response.request.path == "/password"
    for path in ("/today", "/review", "/archive", "/roster"):
        answer = visitor.client.get(path)
        assert (answer.status_code, answer.location) == (302, "/password")
    change(visitor, given)
    assert visitor.get("/today").response.request.path == "/today"


def test_no_review_is_made_with_it(sit: Sit, visitor: Desk, city: City) -> None:
    visitor.sign_in("agency2", reset(sit, city, "agency2"))
    fields = {"csrf_token": visitor.token(), "decision": "accept", "code_seen": "yes"}
    answer = visitor.client.post(f"/review/{city.visits[0].id}/decision", data=fields)
    assert answer.status_code == 403
    assert "先改成自己的密码" in answer.text


def test_an_own_password_is_never_set_as_somebody_else_s(sit: Sit, city: City) -> None:
    sit("admin").post(f"/accounts/{city.accounts['admin'].id}/password", status=422)


def test_the_holder_and_the_office_are_told(sit: Sit, visitor: Desk, city: City) -> None:
    given = reset(sit, city, "worker1")
    assert "测试worker1" in sit("office1").get("/today").text
    assert "本人还没有修改" in sit("office1").get("/today").text
    assert "密码由别人设置的账号" not in sit("office9").get("/today").text
    phone = TestPhone(visitor.client, password=given).enrol()
    assert phone.post("/password", {"present": given, "wanted": OWN}).status_code == 204
    assert "之后已修改" in sit("office1").get("/today").text
    assert phone.get("/pack").get_json()["password_notice"]["by"] == "测试admin"

    visitor.sign_in("office1", own := reset(sit, city, "office1"))
    change(visitor, own)
    assert "由测试admin重新设置过" in visitor.get("/today").text


def test_a_phone_at_work_goes_on_and_is_told(client: FlaskClient, sit: Sit, city: City) -> None:
    phone = enrolled(client, city)
    assert phone.get("/pack").get_json()["password_notice"] is None
    reset(sit, city, "worker1")
    pack = phone.get("/pack")
    assert (pack.status_code, pack.get_json()["password_notice"]["by"]) == (200, "测试admin")


def test_a_new_phone_sees_nothing_before_the_change_and_loses_nothing(
    client: FlaskClient, sit: Sit, city: City
) -> None:
    given = reset(sit, city, "worker1")
    body = {"username": "worker1", "password": given}
    phone = TestPhone(client, **body).enrol()
    refused = phone.get("/pack")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "password_change_due")
    assert phone.post("/tickets", {"count": 1}).status_code == 403

    visit, picture = city.visits[0], jpeg()
    record, raw = phone.record(visit.id, visit.subject_ref, picture)
    assert phone.commit(raw).status_code == 201
    phone.upload(record["capture_id"], picture)
    receipt = phone.get(f"/captures/{record['capture_id']}/receipt")
    assert receipt.status_code == 200

    assert phone.post("/password", {"present": given, "wanted": OWN}).status_code == 204
    assert phone.get("/pack").status_code == 200


@pytest.mark.parametrize(
    ("present", "wanted", "code"),
    [
        ("wrong password", OWN, "present_password_wrong"),
        (PASSWORD, PASSWORD, "password_same"),
        (PASSWORD, "short", "password_too_short"),
        (PASSWORD, "x7" * 101, "password_too_long"),
        (PASSWORD, "woaini1314", "password_guessable"),
        (PASSWORD, "worker1worker1", "password_guessable"),
        (PASSWORD, "jiaqu2024", "password_too_short"),
        (PASSWORD, "jiaqudongshequ", "password_guessable"),
    ],
)
def test_a_worker_s_own_password_is_checked(
    client: FlaskClient, city: City, present: str, wanted: str, code: str
) -> None:
    phone = enrolled(client, city)
    answer = phone.post("/password", {"present": present, "wanted": wanted})
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert phone.get("/pack").status_code == 200
    TestPhone(client, "worker1").enrol()


def test_a_worker_changes_it_on_the_phone(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    assert phone.post("/password", {"present": PASSWORD, "wanted": OWN}).status_code == 204
    assert phone.get("/pack").status_code == 200, "the phone stays enrolled"
    TestPhone(client, "worker1", password=OWN).enrol()
    body = {"username": "worker1", "password": PASSWORD, "name": "x", "public_key": {}}
    assert client.post("/api/v1/devices", json=body).status_code == 401


def test_a_worker_changes_it_at_a_desk_without_a_session(visitor: Desk, city: City) -> None:
    fields = {"username": "worker1", "present": PASSWORD, "wanted": OWN, "again": OWN}
    visitor.get("/sign-in/password")
    wrong = visitor.post("/sign-in/password", fields | {"present": "wrong"}, status=401)
    assert "用户名或密码不对" in wrong.text
    visitor.post("/sign-in/password", fields | {"again": "another"}, status=422)
    done = visitor.post("/sign-in/password", fields)
    assert "请用新密码登录" in done.text
    TestPhone(visitor.client, "worker1", password=OWN).enrol()


def test_who_set_a_password_is_journaled(sit: Sit, visitor: Desk, city: City) -> None:
    given = reset(sit, city, "office1")
    visitor.sign_in("office1", given)
    change(visitor, given)
    query = db.select(JournalEntry).filter_by(type="password_set").order_by(JournalEntry.index)
    office, admin = str(city.accounts["office1"].id), str(city.accounts["admin"].id)
    told = [
        (e.facts["account_id"], e.facts["by"], e.facts["is_own"]) for e in db.session.scalars(query)
    ]
    assert told == [(office, admin, False), (office, office, True)]


def test_a_phone_enrolled_after_the_password_was_given_is_due(
    client: FlaskClient, city: City
) -> None:
    phone = enrolled(client, city)
    account = db.session.get_one(Account, city.accounts["worker1"].id)
    device = account.devices[0]
    account.password_given_at = device.enrolled_at - timedelta(microseconds=1)
    db.session.commit()
    found = sessions.actor_of_token(phone.token)
    assert found is not None
    assert found.is_password_due
    account.password_given_at = device.enrolled_at + timedelta(microseconds=1)
    db.session.commit()
    found = sessions.actor_of_token(phone.token)
    assert found is not None
    assert not found.is_password_due
