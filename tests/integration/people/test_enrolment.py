"""Phones enrol, are revoked, and leave no way in afterwards (evidence §1.1)."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask.testing import FlaskClient

from tests.builders import PASSWORD, City
from tests.integration.evidence.fieldwork import written
from tests.phones import TestPhone, enrolled, jwk_of, new_key
from webapp import clock
from webapp.access.rules import Actor, Holder, HolderKind, Role
from webapp.config import Settings
from webapp.database.base import uuid7
from webapp.evidence.verification.verify_devices import verify_devices
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.models import JournalEntry
from webapp.journal.rules import EntryType
from webapp.people.models import Device
from webapp.people.service import thumbprint
from webapp.refusals import Refusal


def test_an_enrolled_phone_is_known_by_its_thumbprint(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)

    assert phone.kid == thumbprint(jwk_of(phone.key))
    entry = db.session.scalars(db.select(JournalEntry).filter_by(type="device_enrolled")).one()
    assert entry.type == "device_enrolled"
    assert phone.kid.encode() in entry.body


def test_the_thumbprint_is_rfc_7638s() -> None:
    # RFC 7638 §3.1 gives an RSA example; this EC value was made with another implementation's
    # rule by hand: members crv, kty, x, y in this order, without spaces.
    jwk = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "BB"}
    import base64
    import hashlib

    canonical = b'{"crv":"P-256","kty":"EC","x":"AA","y":"BB"}'
    wanted = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
    assert thumbprint(jwk) == wanted


def test_enrolling_the_same_key_again_changes_nothing(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    first, before = phone.token, written()
    phone.enrol()

    assert phone.token == first
    assert written() == before
    assert phone.get("/pack").status_code == 200


def test_a_key_enrolled_by_somebody_else_has_another_token(client: FlaskClient, city: City) -> None:
    assert enrolled(client, city).token != enrolled(client, city).token


class TestGuessesAreLimited:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, sign_in_limit="3 per minute")

    def test_only_wrong_passwords_count(self, client: FlaskClient, city: City) -> None:
        for _ in range(5):
            assert "Retry-After" not in client.post("/api/v1/devices", json={}).headers
            assert enrolled(client, city).get("/pack").status_code == 200
        wrong = {"username": "worker1", "password": "wrong", "name": "x",
                 "public_key": jwk_of(new_key())}  # fmt: skip
        for _ in range(3):
            assert client.post("/api/v1/devices", json=wrong).status_code == 401
        refused = client.post("/api/v1/devices", json=wrong | {"password": PASSWORD})
        assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) > 0


def test_a_key_belongs_to_one_account(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    thief = TestPhone(client, "worker2", key=phone.key)
    answer = client.post("/api/v1/devices", json={
        "username": thief.username, "password": PASSWORD, "name": "x",
        "public_key": jwk_of(phone.key),
    })  # fmt: skip

    assert (answer.status_code, answer.get_json()["code"]) == (409, "foreign_device")


@pytest.mark.parametrize(
    ("username", "password"),
    [("worker1", "wrong"), ("nobody", PASSWORD), ("worker1' OR 1=1", "x")],
)
def test_a_wrong_password_tells_nothing(
    client: FlaskClient, city: City, username: str, password: str
) -> None:
    answer = client.post("/api/v1/devices", json={
        "username": username, "password": password, "name": "x", "public_key": jwk_of(new_key())
    })  # fmt: skip

    assert (answer.status_code, answer.get_json()["code"]) == (401, "wrong_password")
    assert db.session.scalar(db.select(Device)) is None


BAD_KEYS = [
    {}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, jwk_of(new_key()) | {"crv": "P-384"},
    jwk_of(new_key()) | {"x": "A" * 43}, jwk_of(new_key()) | {"d": "secret"},
    jwk_of(new_key()) | {"x": 5}, jwk_of(new_key()) | {"y": "é" * 43},
]  # fmt: skip


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_bad_key_is_refused(client: FlaskClient, city: City, key: dict[str, object]) -> None:
    answer = client.post("/api/v1/devices", json={
        "username": "worker1", "password": PASSWORD, "name": "x", "public_key": key
    })  # fmt: skip

    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_public_key")
    assert db.session.scalar(db.select(Device)) is None


def test_only_people_with_a_phone_to_use_may_enrol(client: FlaskClient, city: City) -> None:
    answer = client.post("/api/v1/devices", json={
        "username": "admin", "password": PASSWORD, "name": "x", "public_key": jwk_of(new_key())
    })  # fmt: skip

    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")


def test_a_revoked_phone_is_out_and_its_key_stays_out(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    assert client.delete(f"/api/v1/devices/{phone.kid}", headers=phone.headers).status_code == 204

    assert phone.get("/pack").status_code == 401
    again = client.post("/api/v1/devices", json={
        "username": "worker1", "password": PASSWORD, "name": "x", "public_key": jwk_of(phone.key)
    })  # fmt: skip
    assert (again.status_code, again.get_json()["code"]) == (422, "revoked_device")
    device = db.session.scalars(db.select(Device)).one()
    assert device.revoked_index is not None
    assert device.revoked_index > device.enrolled_index


def test_nobody_revokes_anothers_phone(client: FlaskClient, city: City) -> None:
    phone, other = enrolled(client, city), enrolled(client, city, "worker2")
    answer = client.delete(f"/api/v1/devices/{phone.kid}", headers=other.headers)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown_device")
    assert phone.get("/pack").status_code == 200


def desk_enrolment(key: EllipticCurvePrivateKey, username: str = "office1") -> dict[str, object]:
    return {"username": username, "password": PASSWORD, "name": "窗口电脑", "kind": "desk",
            "public_key": jwk_of(key)}  # fmt: skip


def test_an_offices_browser_is_enrolled_as_a_desk_and_journaled_so(
    client: FlaskClient, city: City
) -> None:
    key, phone = new_key(), enrolled(client, city)
    body = client.post("/api/v1/devices", json=desk_enrolment(key)).get_json()

    device = db.session.get_one(Device, body["device_kid"])
    assert (device.kind, db.session.get_one(Device, phone.kid).kind) == ("desk", "phone")
    entries = db.session.scalars(db.select(JournalEntry).filter_by(type="device_enrolled"))
    assert sorted(json.loads(entry.body)["kind"] for entry in entries) == ["desk", "phone"]
    assert [f for f in verify_devices() if not f.is_remark] == []
    device.kind = "phone"
    db.session.flush()
    assert [f.code for f in verify_devices()] == ["journal_differs"]


@pytest.mark.parametrize("username", ["worker1", "agency1", "auditor1"])
def test_only_an_office_enrols_a_desk(client: FlaskClient, city: City, username: str) -> None:
    answer = client.post("/api/v1/devices", json=desk_enrolment(new_key(), username))

    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")
    assert db.session.scalar(db.select(Device)) is None


def test_a_key_is_of_one_kind(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city, "office1")
    answer = client.post("/api/v1/devices", json=desk_enrolment(phone.key))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "foreign_device")


def test_an_enrolment_of_before_there_were_kinds_is_a_phones(city: City) -> None:
    key, account = new_key(), city.accounts["worker1"]
    kid, at = thumbprint(jwk_of(key)), clock.now()
    facts = {"device_kid": kid, "worker_id": str(account.id), "is_first": True}
    entry = journal.append(type=EntryType.DEVICE_ENROLLED, at=at, facts=facts)
    db.session.add(Device(kid=kid, account_id=account.id, name="x", public_jwk=jwk_of(key),
                          token_hash=bytes(32), enrolled_at=at, enrolled_index=entry.index,
                          confirmed_at=at, confirmed_by=account.id))  # fmt: skip
    db.session.flush()

    assert list(verify_devices()) == []


def test_a_link_does_nothing_that_needs_an_account() -> None:
    link = Actor(Holder(HolderKind.LINK, uuid7()), Role.VOLUNTEER, "", "/")

    with pytest.raises(Refusal, match="not_allowed"):
        link.account_id  # noqa: B018 - asking is what is refused.
