"""Equal enrolments at once: one phone, one entry, and nobody sees an error.

PostgreSQL alone is asked, since SQLite has one writer at a time.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from apiflask import APIFlask

from tests.builders import PASSWORD, City
from tests.phones import jwk_of, new_key
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.people import service
from webapp.people.models import Device


@pytest.fixture(params=["postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Only PostgreSQL."""
    return str(request.getfixturevalue("migrated_postgresql"))


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody write before both have seen that the phone is not known yet."""
    barrier, append = Barrier(2, timeout=60), service.journal.append

    def wait(**facts: Any) -> Any:
        barrier.wait()
        return append(**facts)

    monkeypatch.setattr(service.journal, "append", wait)


def enrol(app: APIFlask, username: str, key: dict[str, str]) -> tuple[int, dict[str, Any]]:
    body = {"username": username, "password": PASSWORD, "name": "x", "public_key": key}
    answer = app.test_client().post("/api/v1/devices", json=body)
    return answer.status_code, answer.get_json()


def test_the_same_phone_twice_at_once_is_one_phone(
    app: APIFlask, city: City, together: None
) -> None:
    key = jwk_of(new_key())
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: enrol(app, "worker1", key), range(2)))
    assert [status for status, _ in answers] == [201, 201]
    assert len({body["device_kid"] for _, body in answers}) == 1
    assert len(db.session.scalars(db.select(Device)).all()) == 1
    enrolments = db.select(JournalEntry).filter_by(type="device_enrolled")
    assert len(db.session.scalars(enrolments).all()) == 1


def test_one_key_for_two_accounts_at_once_is_refused_to_the_second(
    app: APIFlask, city: City, together: None
) -> None:
    key = jwk_of(new_key())
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda name: enrol(app, name, key), ["worker1", "worker2"]))
    assert sorted(status for status, _ in answers) == [201, 409]
    assert len(db.session.scalars(db.select(Device)).all()) == 1
