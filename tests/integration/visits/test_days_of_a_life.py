"""A reported loss must fit the person's life: birth, the last accepted photo, today."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, rfc3339
from tests.integration.evidence.test_flag_rows import report
from tests.phones import enrolled
from webapp import clock
from webapp.evidence.review import review, taking_back
from webapp.extensions import db
from webapp.visits import service as visits

# One in the morning in Zibo of the 12th; in Greenwich it is still the 11th.
NIGHT = datetime(2027, 1, 11, 17, 0, tzinfo=UTC)


def death(field: Fieldwork, day: str) -> str:
    """Report a death and return the answer's code, "" where it was taken."""
    details = {"date": day, "source": "relative"}
    body = field.phone.result(field.visit_id, "deceased", details=details)
    answer = field.phone.post("/results", body | {"decided_at": rfc3339(clock.now())})
    return str(answer.get_json().get("code", "")) if answer.status_code != 201 else ""


@pytest.fixture
def field(client: FlaskClient, city: City) -> Fieldwork:
    visit = city.visits[0]
    return Fieldwork(client, city, enrolled(client, city), visit.id, visit.subject_ref)


@pytest.mark.parametrize(
    ("day", "code"),
    [("2027-01-13", "date_in_future"), ("2027-01-12", ""), ("1899-12-31", "detail_missing"),
     ("1900-01-01", "date_before_birth")],
)  # fmt: skip
def test_today_is_the_day_in_zibo(field: Fieldwork, day: str, code: str) -> None:
    with clock.freeze(NIGHT):
        assert death(field, day) == code


def test_nobody_died_before_the_last_accepted_photo_until_it_is_taken_back(
    field: Fieldwork,
) -> None:
    office, worker = field.city.actor("office1"), field.city.accounts["worker1"]
    with clock.freeze(NIGHT):
        seen = report(field, "eligible", field.answered(jpeg()))
        review.decide(actor=office, result_id=seen.id, decision=review.Decision.ACCEPT, words="",
                      code_seen=True)  # fmt: skip
        again = visits.make_visits(
            actor=office, person_ids=[seen.person_id], due_on=clock.now().date(),
            worker_id=worker.id,
        )[0]  # fmt: skip
        db.session.commit()
        second = Fieldwork(field.client, field.city, field.phone, again.id, again.subject_ref)
        pack = field.phone.get("/pack").get_json()
        told = {one["person_id"]: one["last_seen_on"] for one in pack["people"]}
        assert told[str(seen.person_id)] == "2027-01-12"
        assert death(second, "2027-01-11") == "date_before_seen"
    with clock.freeze(NIGHT + timedelta(minutes=5)):
        taking_back.take_back(actor=office, result_id=seen.id, reason="")
        db.session.commit()
        assert death(second, "2027-01-11") == ""
