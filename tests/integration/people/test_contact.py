"""The desk knows when a phone was last seen, whatever it sent."""

from datetime import timedelta

from flask.testing import FlaskClient

from tests.builders import City
from tests.phones import TestPhone, enrolled
from webapp import clock
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.people.models import Device


def device_of(phone: TestPhone) -> Device:
    db.session.expire_all()
    return db.session.scalars(db.select(Device).filter_by(kid=phone.kid)).one()


def test_what_a_phone_sends_is_being_seen(client: FlaskClient, city: City) -> None:
    phone, visit = enrolled(client, city), city.visits[0]
    assert device_of(phone).last_seen_at is None
    attempt = {"attempt_id": str(uuid7()), "started_at": rfc3339(clock.now()), "ended_at": None,
               "met": "nobody_home", "action": None, "note": "", "position": None}  # fmt: skip
    attempts = {"visit_id": str(visit.id), "attempts": [attempt]}
    morning = clock.now() + timedelta(hours=1)
    for minutes, seen in ((0, 0), (0.5, 0), (1, 1), (1.9, 1), (60, 60)):
        with clock.freeze(morning + timedelta(minutes=minutes)):
            assert phone.post("/attempts", attempts).status_code == 200
        assert device_of(phone).last_seen_at == morning + timedelta(minutes=seen)


def test_a_refused_or_reading_request_writes_nothing(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    assert client.get("/api/v1/pack", headers=phone.headers).status_code == 200
    assert phone.post("/attempts", {"visit_id": "x"}).status_code == 422
    assert device_of(phone).last_seen_at is None


def test_a_revoked_phone_is_not_seen(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    device_of(phone).revoked_at = clock.now()
    db.session.commit()
    assert phone.post("/tickets", {"count": 1}).status_code == 401
    assert device_of(phone).last_seen_at is None
