"""How many calls "unreachable" needs depends on the numbers on record (domain §2.2)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.builders import City
from tests.phones import TestPhone, enrolled
from webapp import sealing
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster.cells.phones import mask
from webapp.roster.models import Phone as Number
from webapp.visits import results
from webapp.visits.schemas import ResultBody


@pytest.fixture
def phone(client: FlaskClient, city: City) -> TestPhone:
    return enrolled(client, city)


def give_numbers(city: City, *numbers: str) -> None:
    """Let the person of the first visit have these numbers and no others."""
    person = city.visits[0].person
    person.phones = [
        Number(position=at, number_sealed=sealing.seal(number),
               number_index=sealing.index(number), masked=mask(number))
        for at, number in enumerate(numbers)
    ]  # fmt: skip
    db.session.commit()


def attempt(at: str, met: str, action: str | None = None, **more: Any) -> dict[str, Any]:
    return {"attempt_id": str(uuid7()), "started_at": at, "met": met, "action": action} | more


def unreachable(phone: TestPhone, city: City, calls: list[dict[str, Any]]) -> None:
    """Record that nobody could be reached, with everything tried but the calls."""
    tried = [attempt("2027-01-11T09:00:00+08:00", "relative_only", "asked_neighbour"),
             attempt("2027-01-12T15:00:00+08:00", "nobody_home", "left_note")]  # fmt: skip
    body = phone.result(city.visits[0].id, "unreachable", attempts=[*tried, *calls])
    results.record_result(
        actor=city.actor("worker1", phone.kid), body=ResultBody.model_validate(body), captures={}
    )


def calls_to(end: str | None, count: int, met: str = "phone_off") -> list[dict[str, Any]]:
    return [attempt("2027-01-12T10:00:00+08:00", met, number_end=end) for _ in range(count)]


def test_each_number_is_called_three_times(phone: TestPhone, city: City) -> None:
    give_numbers(city, "13900000001", "05331234567")
    with pytest.raises(Refusal, match="ladder_calls"):
        unreachable(phone, city, calls_to("0001", 6))
    db.session.rollback()
    unreachable(phone, city, [*calls_to("0001", 3), *calls_to("4567", 1, "number_void")])


def test_a_client_that_names_no_numbers_calls_as_often(phone: TestPhone, city: City) -> None:
    give_numbers(city, "13900000001", "05331234567")
    with pytest.raises(Refusal, match="ladder_calls"):
        unreachable(phone, city, calls_to(None, 5))
    db.session.rollback()
    unreachable(phone, city, calls_to(None, 6))


def test_nobody_calls_whoever_has_no_number(phone: TestPhone, city: City) -> None:
    give_numbers(city)
    unreachable(phone, city, [])


def test_the_next_worker_learns_which_number_was_called(phone: TestPhone, city: City) -> None:
    made = calls_to("0001", 1)
    phone.post("/attempts", {"visit_id": str(city.visits[0].id), "attempts": made})
    visits = phone.get("/pack").get_json()["visits"]
    assert [a["number_end"] for visit in visits for a in visit["attempts"]] == ["0001"]
