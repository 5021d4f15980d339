"""What no honest client sends: a stable code in problem+json, and nothing written."""

import json
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.builders import City
from tests.integration.evidence.fieldwork import written
from tests.phones import TestPhone, enrolled
from webapp.evidence.models import RaisedFlag
from webapp.extensions import db
from webapp.visits.models import Result
from webapp.visits.schemas import UNREADABLE

ATTEMPT = {"attempt_id": "0198a000-0000-7000-8000-000000000001", "met": "nobody_home",
           "started_at": "2026-11-20T01:00:00Z"}  # fmt: skip
REF = {"capture_id": "0198a000-0000-7000-8000-000000000002", "record_sha256": "0" * 64}


@pytest.fixture
def phone(client: FlaskClient, city: City) -> TestPhone:
    """A phone of worker1."""
    return enrolled(client, city)


def refused(phone: TestPhone, path: str, raw: str | bytes, *expected: int) -> dict[str, Any]:
    """Post raw bytes as JSON; check the form of the refusal and that nothing was written."""
    before = written()
    answer = phone.client.post(
        f"/api/v1{path}", data=raw, headers=phone.headers | {"Content-Type": "application/json"}
    )
    assert answer.status_code in expected, answer.text[:300]
    assert answer.content_type == "application/problem+json"
    assert written() == before
    found: dict[str, Any] = answer.get_json()
    assert found["status"] == answer.status_code
    return found


def result(phone: TestPhone, city: City, **changes: Any) -> str:
    """Return a sound result of the first visit as text."""
    words = {"details": {"words": "WORDS"}}
    return json.dumps(phone.result(city.visits[0].id, "refused", **(words | changes)))


@pytest.mark.parametrize("value", [
    "NaN", "Infinity", r'"\ud800"', r'"a\u0000b"', "[" * 40 + "]" * 40, "[" * 5000 + "]" * 5000,
])  # fmt: skip
def test_values_that_nothing_can_hold(phone: TestPhone, city: City, value: str) -> None:
    raw = result(phone, city).replace('"WORDS"', f'"x", "more": {value}')
    assert refused(phone, "/results", raw, 400)["code"] == "malformed"
    raw = result(phone, city).replace('"WORDS"', value)
    assert refused(phone, "/results", raw, 400)["code"] == "malformed"


def test_endless_brackets(phone: TestPhone) -> None:
    assert refused(phone, "/devices", "[" * 100_000, 400)["code"] == "malformed"


def test_an_instant_without_a_zone_is_none(phone: TestPhone, city: City) -> None:
    at = "2026-11-20T01:00:00"
    raw = result(phone, city, decided_at=at)
    assert refused(phone, "/results", raw, 422)["fields"] == ["decided_at"]
    attempts = {"visit_id": str(city.visits[0].id), "attempts": [ATTEMPT | {"started_at": at}]}
    found = refused(phone, "/attempts", json.dumps(attempts), 422)
    assert (found["code"], found["fields"]) == ("malformed", ["attempts.0.started_at"])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_instant_at_the_edge_of_the_calendar_is_unknown_and_flagged(
    phone: TestPhone, city: City, at: str
) -> None:
    """A phone's clock may say anything; what it calls saved is taken all the same."""
    answer = phone.post("/results", json.loads(result(phone, city, decided_at=at)))
    assert answer.status_code == 201
    result_id = UUID(answer.get_json()["result_id"])
    assert db.session.get_one(Result, result_id).decided_at == UNREADABLE
    found = db.session.scalars(db.select(RaisedFlag.code).filter_by(result_id=result_id))
    assert set(found) == {"values_unreadable"}
    attempts = {"visit_id": str(city.visits[0].id), "attempts": [ATTEMPT | {"started_at": at}]}
    assert phone.post("/attempts", attempts).status_code == 200


def test_a_capture_named_twice(phone: TestPhone, city: City) -> None:
    raw = result(phone, city, captures=[REF, REF])
    assert refused(phone, "/results", raw, 422)["fields"] == ["captures"]


@pytest.mark.parametrize("body", ["[]", '"text"', '{"count": "many"}', '{"count": 0}'])
def test_a_body_of_another_shape_is_a_problem_with_a_code(phone: TestPhone, body: str) -> None:
    assert refused(phone, "/tickets", body, 422)["code"] == "malformed"


def test_a_query_of_another_shape_is_a_problem_with_a_code(client: FlaskClient, city: City) -> None:
    answer = client.get("/api/v1/journal/consistency?from=x")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["fields"] == ["from", "to"]


@pytest.mark.parametrize("path", ["/devices", "/attempts", "/tickets", "/results"])
def test_an_oversized_body_is_not_read(phone: TestPhone, path: str) -> None:
    raw = b'{"username": "' + b"x" * 600_000 + b'"}'
    assert refused(phone, path, raw, 413)["code"] == "too_large"
