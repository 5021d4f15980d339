"""What visits tell the rooms above is part of the act: it comes once, and can undo it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from blinker import NamedSignal
from flask.testing import FlaskClient

from tests.builders import PASSWORD, City
from tests.integration.desk.pages import Desk
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, rfc3339, written
from tests.integration.evidence.test_flag_rows import report
from tests.phones import enrolled
from webapp import clock
from webapp.evidence.models import Capture
from webapp.evidence.review import review, taking_back
from webapp.evidence.review.review import Decision
from webapp.extensions import db
from webapp.roster.models import Person
from webapp.visits.models import Result, Visit, VisitRemoval
from webapp.visits.signals import (
    loss_reported,
    result_accepted,
    result_taken_back,
    visit_cancelled,
)

MORNING = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
DEATH = {"date": "2027-01-03", "source": "relative"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


@pytest.fixture
def field(client: FlaskClient, city: City) -> Fieldwork:
    visit = city.visits[0]
    return Fieldwork(client, city, enrolled(client, city), visit.id, visit.subject_ref)


@pytest.fixture
def office(app: APIFlask, city: City) -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in("office1", PASSWORD)
    return desk


@contextmanager
def heard(signal: NamedSignal) -> Iterator[list[Any]]:
    """Collect what a signal tells within the block."""
    told: list[Any] = []

    def listen(_sender: Any, **facts: Any) -> None:
        told.append(facts)

    with signal.connected_to(listen):
        yield told


@contextmanager
def broken(signal: NamedSignal) -> Iterator[None]:
    """Let a listener write something of its own, and fail then."""

    def listen(_sender: Any, **_facts: Any) -> None:
        db.session.scalars(db.select(Person)).first().note_sealed = b"written"  # type: ignore[union-attr]
        db.session.flush()
        raise LookupError("the listener fails")

    with signal.connected_to(listen):
        yield


def accept(office: Desk, result: Result) -> None:
    office.post(f"/review/{result.id}/decision", {"decision": "accept", "code_seen": "1"})


def everything() -> tuple[object, ...]:
    """Return all that the acts below would change."""
    counted = written()
    rows = db.session.execute(db.select(Result.id, Result.state, Result.is_standing)).all()
    visits = db.session.execute(
        db.select(Visit.id, Visit.status, Visit.change_no).order_by(Visit.id)
    ).all()
    people = db.session.execute(
        db.select(Person.id, Person.photo_sha256, Person.note_sealed).order_by(Person.id)
    ).all()
    removed = db.session.scalars(db.select(VisitRemoval.id)).all()
    db.session.rollback()
    return counted, rows, visits, people, removed


def undone_by(signal: NamedSignal, act: Callable[[], object]) -> None:
    before = everything()
    with broken(signal), pytest.raises(LookupError):
        act()
    assert everything() == before


def test_an_acceptance_and_its_taking_back_are_told_once(field: Fieldwork, office: Desk) -> None:
    result = report(field, "eligible", field.answered(jpeg()))
    with heard(result_accepted) as accepted, heard(result_taken_back) as taken_back:
        accept(office, result)
        assert ([facts["result"].id for facts in accepted], taken_back) == ([result.id], [])
        office.post(f"/review/{result.id}/take-back", {})
    assert (len(accepted), [facts["result"].id for facts in taken_back]) == (1, [result.id])


def test_a_failing_listener_undoes_acceptance_and_taking_back(
    field: Fieldwork, office: Desk
) -> None:
    result = report(field, "eligible", field.answered(jpeg()))
    undone_by(result_accepted, lambda: accept(office, result))
    accept(office, result)
    db.session.expire_all()
    assert result.person.photo_sha256, "accepted after all, with its portrait"
    undone_by(result_taken_back, lambda: office.post(f"/review/{result.id}/take-back", {}))


def test_a_proposal_for_a_second_reviewer_is_no_acceptance(field: Fieldwork) -> None:
    result = report(field, "eligible", field.answered(jpeg()))
    with heard(result_accepted) as accepted:
        review.decide(actor=field.city.actor("office1"), result_id=result.id, code_seen=False,
                      decision=Decision.ACCEPT, words="没看到数字")  # fmt: skip
    assert accepted == []


@pytest.mark.parametrize("outcome", ["deceased", "emigrated"])
def test_a_reported_loss_is_told_once(field: Fieldwork, outcome: str) -> None:
    details = {"deceased": DEATH, "emigrated": {"country": "某国", "since": "2026-05"}}[outcome]
    body = loss(field, details, outcome)
    with heard(loss_reported) as told:
        assert field.phone.post("/results", body).status_code == 201
        assert field.phone.post("/results", body).status_code == 200
    [facts] = told
    assert str(facts["result"].id) == body["result_id"]


def test_who_was_found_alive_is_no_loss(field: Fieldwork) -> None:
    with heard(loss_reported) as told:
        report(field, "eligible", field.answered(jpeg()))
    assert told == []


def loss(field: Fieldwork, details: dict[str, str], outcome: str = "deceased") -> dict[str, Any]:
    body = field.phone.result(field.visit_id, outcome, details=details)
    return body | {"decided_at": rfc3339(clock.now())}


def test_a_failing_listener_keeps_no_half_of_a_loss(field: Fieldwork) -> None:
    body = loss(field, DEATH)
    undone_by(loss_reported, lambda: field.phone.post("/results", body))
    assert field.phone.post("/results", body).status_code == 201, "the phone sends it again"


def test_cancelled_visits_are_told_together_or_stay(field: Fieldwork, office: Desk) -> None:
    ids = [str(visit.id) for visit in field.city.visits[:2]]
    form = {"visit_id": ids, "reason": "已在窗口办理"}
    undone_by(visit_cancelled, lambda: office.post("/visits/cancellation", form))
    with heard(visit_cancelled) as told:
        office.post("/visits/cancellation", form)
    [facts] = told
    assert sorted(str(visit.id) for visit in facts["visits"]) == sorted(ids)
    assert {visit.status for visit in facts["visits"]} == {"cancelled"}


def refs_of(capture_id: str) -> dict[str, str]:
    capture = db.session.get_one(Capture, UUID(capture_id))
    return {"capture_id": capture_id, "record_sha256": capture.record_sha256}


def test_a_portrait_goes_back_although_a_rival_named_the_same_picture(field: Fieldwork) -> None:
    """Beside a rival that gave way the shared picture seemed an old one, and stayed for good."""
    shared = field.answered(jpeg(1))
    report(field, "eligible", shared)
    with clock.freeze(MORNING.replace(minute=5)):
        both = [refs_of(each) for each in (shared, field.answered(jpeg(2)))]
        body = field.phone.result(field.visit_id, "eligible", captures=both)
        answer = field.phone.post("/results", body | {"decided_at": rfc3339(clock.now())})
    assert answer.status_code == 409
    db.session.rollback()
    second = db.session.scalars(db.select(Result).filter_by(state="conflict")).one()
    office = field.city.actor("office1")
    review.decide(actor=office, result_id=second.id, decision=Decision.ACCEPT, words="",
                  code_seen=True)  # fmt: skip
    db.session.commit()
    assert second.person.photo_sha256
    taking_back.take_back(actor=office, result_id=second.id, reason="")
    db.session.commit()
    assert second.person.photo_sha256 is None
