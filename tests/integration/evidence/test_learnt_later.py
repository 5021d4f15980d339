"""What the office learns after a phone has saved a result is no refusal: it is a flag to judge."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.builders import City, add_account
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, media_item, rfc3339
from tests.integration.evidence.test_flag_rows import report
from tests.integration.visits.test_calls import attempt, calls_to, give_numbers
from tests.phones import enrolled
from webapp import clock, sealing
from webapp.access.rules import Role
from webapp.evidence.models import Capture
from webapp.evidence.review import review, taking_back
from webapp.evidence.review.case import case_of
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.visits import contacts
from webapp.visits import service as visits
from webapp.visits.models import Attempt, ContactChange, ReportAside, Result, Visit
from webapp.visits.results import standing_now
from webapp.visits.rules import ResultState

MORNING = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
LATER = MORNING + timedelta(hours=2)


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    """Let everything here happen after the city was built, as an office learns it."""
    with clock.freeze(LATER):
        yield


@pytest.fixture
def field(client: FlaskClient, city: City) -> Fieldwork:
    city.accounts["office2"] = add_account("office2", Role.OFFICE_MANAGER, city.areas["a1"])
    visit = city.visits[0]
    visit.created_at = visit.person.updated_at = MORNING
    db.session.commit()
    return Fieldwork(client, city, enrolled(client, city), visit.id, visit.subject_ref)


def post(field: Fieldwork, outcome: str, **more: Any) -> tuple[int, str, UUID]:
    """Send a result; return status, code and its id."""
    body = field.phone.result(field.visit_id, outcome, **more)
    answer = field.phone.post("/results", body | {"decided_at": rfc3339(clock.now())})
    db.session.rollback()
    return answer.status_code, answer.get_json().get("code", ""), UUID(body["result_id"])


def codes(result: Result) -> list[str]:
    return [flag.code for flag in case_of(result).flags]


def accept(field: Fieldwork, result: Result) -> None:
    review.decide(actor=field.city.actor("office1"), result_id=result.id, words="",
                  decision=review.Decision.ACCEPT, code_seen=True)  # fmt: skip
    db.session.commit()


LOSSES: dict[str, dict[str, str]] = {
    "deceased": {"date": "2027-01-10", "source": "relative"},
    "imprisoned": {"place": "在外地", "from": "2027-01-10"},
    "missing": {"since": "2027-01-10"},
    "emigrated": {"country": "CA", "since": "2027-01-10"},
    "moved_away": {"address": "济南", "informant": "邻居", "since": "2027-01-10"},
}


@pytest.mark.parametrize("outcome", sorted(LOSSES))
def test_a_loss_saved_before_the_acceptance_stands_beside_it(
    field: Fieldwork, outcome: str
) -> None:
    city = field.city
    other = enrolled(field.client, city, "worker2")
    second = Fieldwork(field.client, city, other, field.visit_id, field.subject_ref)
    visits.assign(actor=city.actor("office1"), visit_ids=[field.visit_id],
                  worker_id=city.accounts["worker2"].id)  # fmt: skip
    db.session.commit()
    accept(field, report(second, "eligible", second.answered(jpeg(5))))

    status, code, result_id = post(field, outcome, details=LOSSES[outcome])
    assert (status, code) == (409, "other_result_stands")
    result = db.session.get_one(Result, result_id)
    assert (result.state, result.details) == (ResultState.CONFLICT, LOSSES[outcome])
    assert codes(result) == ["date_before_seen"]
    assert db.session.scalars(db.select(ReportAside)).all() == []
    assert verify_all().is_sound, verify_all().findings


def test_a_year_of_birth_that_was_put_right_meanwhile_is_a_flag(field: Fieldwork) -> None:
    person = db.session.get_one(Visit, field.visit_id).person
    details = {"date": "2027-01-10", "source": "relative"}
    person.birth_on, person.updated_at = date(2028, 1, 1), LATER
    db.session.commit()
    status, _, result_id = post(field, "deceased", details=details)
    assert (status, codes(db.session.get_one(Result, result_id))) == (201, ["date_before_birth"])


def ladder() -> list[dict[str, Any]]:
    return [attempt("2027-01-10T09:00:00+08:00", "relative_only", "asked_neighbour"),
            attempt("2027-01-11T15:00:00+08:00", "nobody_home", "left_note"),
            *calls_to("0001", 3)]  # fmt: skip


def adopt_number(field: Fieldwork) -> None:
    """Let the office adopt a number that somebody proposed."""
    proposed = ContactChange(
        result_id=report(field, "refused", details={"words": "不见"}).id,
        person_id=db.session.get_one(Visit, field.visit_id).person_id, field="phone",
        value_sealed=sealing.seal("13911118888"),
    )  # fmt: skip
    db.session.add(proposed)
    db.session.commit()
    contacts.decide_contact_change(
        actor=field.city.actor("office1"), change_id=proposed.id, accept=True
    )
    db.session.commit()


def test_a_number_that_was_adopted_meanwhile_is_a_flag(field: Fieldwork) -> None:
    give_numbers(field.city, "13900000001")
    adopt_number(field)
    status, _, result_id = post(field, "unreachable", attempts=ladder())
    assert (status, codes(db.session.get_one(Result, result_id))[0]) == (409, "ladder_calls")
    assert db.session.scalar(db.select(db.func.count(Attempt.id))) == 5


def test_numbers_that_every_phone_knew_are_asked_for(field: Fieldwork) -> None:
    give_numbers(field.city, "13911118888", "13900000001")
    assert post(field, "unreachable", attempts=ladder())[:2] == (422, "ladder_calls")


def test_a_result_that_names_very_many_captures_is_taken_whole(field: Fieldwork) -> None:
    pictures = [jpeg(1000 + at, (64, 48)) for at in range(230)]
    ids = [field.committed(each, media=[media_item(each, width=64, height=48)])
           for each in pictures]  # fmt: skip
    result = report(field, "eligible", *ids)
    assert len(result.captures) == 230
    assert verify_all().is_sound, verify_all().findings
    one = db.session.get_one(Capture, UUID(ids[0]))
    db.session.execute(db.text("DELETE FROM result_capture WHERE capture_id = :id"),
                       {"id": one.id.hex if db.engine.name == "sqlite" else one.id})  # fmt: skip
    db.session.commit()
    assert "captures_changed" in {found.code for found in verify_all().findings}


def test_what_was_returned_before_stays_so_when_a_decision_is_taken_back(field: Fieldwork) -> None:
    for at in range(2):
        sent = report(field, "refused", details={"words": str(at)})
        review.decide(actor=field.city.actor("office1"), result_id=sent.id, words="再去",
                      decision=review.Decision.RETURN, code_seen=None)  # fmt: skip
        db.session.commit()
    last = report(field, "eligible", field.answered(jpeg(5)))
    accept(field, last)
    taking_back.take_back(actor=field.city.actor("office2"), result_id=last.id, reason="看错了")
    db.session.commit()
    assert (last.state, last.is_standing) == (ResultState.SUBMITTED, True)
    assert verify_all().is_sound, verify_all().findings


def test_the_entry_of_a_decision_names_only_what_it_can_move(field: Fieldwork) -> None:
    old = report(field, "refused", details={"words": "不见"})
    review.decide(actor=field.city.actor("office1"), result_id=old.id, words="再去",
                  decision=review.Decision.RETURN, code_seen=None)  # fmt: skip
    db.session.commit()
    new = report(field, "eligible", field.received(jpeg(5)))
    assert set(standing_now(db.session.get_one(Visit, field.visit_id)).results) == {new.id}
