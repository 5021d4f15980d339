"""An administrator enrols a phone in a worker's name (evidence §5.21: flagged)."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import PASSWORD, City
from tests.integration.desk.pages import Desk
from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture
from tests.phones import TestPhone, jwk_of, new_key
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.people.models import Device

UNCONFIRMED = "new_device"


def desk(app: object, username: str) -> Desk:
    browser = Desk(app.test_client())  # type: ignore[attr-defined]
    browser.sign_in(username, PASSWORD)
    return browser


def impostor(field: Fieldwork, city: City) -> TestPhone:
    """A phone that the administrator enrols with a password that he gave worker1 himself."""
    admin = desk(field.client.application, "admin")
    told = admin.post(f"/accounts/{city.accounts['worker1'].id}/password")
    secret = re.search(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", told.text)
    assert secret
    return TestPhone(field.client, "worker1", password=secret[0], key=new_key()).enrol()


def commit_from(field: Fieldwork, phone: TestPhone) -> set[str]:
    """Commit a capture from the phone, and return its flags."""
    field.phone = phone
    assert field.phone.commit(field.record(jpeg())).status_code == 201
    return set(flags_of(str(newest_capture().id)))


def test_the_first_phone_is_its_holders(field: Fieldwork) -> None:
    assert UNCONFIRMED not in commit_from(field, field.phone)


def test_21_a_phone_in_a_workers_name_is_flagged_until_the_office_has_asked(
    field: Fieldwork, city: City
) -> None:
    phone = impostor(field, city)
    assert UNCONFIRMED in commit_from(field, phone)
    office = desk(field.client.application, "office1")
    assert "等本人确认的手机" in office.get("/today").text
    stranger = desk(field.client.application, "office9")
    assert "等本人确认的手机" not in stranger.get("/today").text
    stranger.post(f"/phones/{phone.kid}/confirmation", status=404)
    desk(field.client.application, "admin").post(f"/phones/{phone.kid}/confirmation", status=403)
    assert UNCONFIRMED in commit_from(field, phone)
    office.post(f"/phones/{phone.kid}/confirmation")
    assert "等本人确认的手机" not in office.get("/today").text
    assert UNCONFIRMED not in commit_from(field, phone)
    kinds = db.session.scalars(
        select(JournalEntry.type).where(JournalEntry.type == "device_confirmed")
    )
    assert len(kinds.all()) == 1


def test_21_the_worker_is_asked_on_the_phone_that_is_known(field: Fieldwork, city: City) -> None:
    own, phone = field.phone, impostor(field, city)
    path = f"/devices/{phone.kid}/confirmation"
    assert phone.get("/pack").get_json()["code"] == "password_change_due"
    changed = {"present": phone.password, "wanted": "tianqi baicai wazi"}
    assert phone.post("/password", changed).status_code == 204
    assert phone.get("/pack").get_json()["new_phones"] == []
    assert phone.post(path, {}).get_json()["code"] == "phone_unconfirmed"
    assert TestPhone(field.client, "worker2").enrol().post(path, {}).status_code == 404
    assert UNCONFIRMED in commit_from(field, phone)
    (asked,) = own.get("/pack").get_json()["new_phones"]
    assert asked["device_kid"] == phone.kid

    for _ in range(2):
        assert own.post(path, {}).status_code == 204

    assert own.get("/pack").get_json()["new_phones"] == []
    assert UNCONFIRMED not in commit_from(field, phone)
    (entry,) = db.session.scalars(select(JournalEntry).filter_by(type="device_confirmed"))
    assert entry.facts["by"] == str(city.accounts["worker1"].id)


def test_21_a_phone_that_the_worker_does_not_know_is_turned_away(
    field: Fieldwork, city: City
) -> None:
    own, phone = field.phone, impostor(field, city)
    assert (
        field.client.delete(f"/api/v1/devices/{phone.kid}", headers=own.headers).status_code == 204
    )
    assert own.get("/pack").get_json()["new_phones"] == []
    assert phone.get("/pack").status_code == 401


def test_signing_in_again_with_the_same_key_asks_nothing(
    client: FlaskClient, field: Fieldwork
) -> None:
    field.phone.enrol()
    found = db.session.get_one(Device, field.phone.kid)
    assert found.confirmed_at is not None
    assert jwk_of(field.phone.key) == found.public_jwk
