"""Tells when people were last found alive and accepted, which no reported loss may precede."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from webapp.extensions import db
from webapp.roster.models import Person
from webapp.visits.detail_days import zibo_day
from webapp.visits.models import Result, Visit
from webapp.visits.rules import Known, Outcome, ResultState

SEEN_ALIVE = (Outcome.ELIGIBLE.value, Outcome.IN_CARE.value)


def last_seen(person_ids: Collection[UUID], *, until: datetime | None = None) -> dict[UUID, date]:
    """Return the day in Zibo of each person's newest accepted finding; a taken-back one is none.

    A phone's clock that ran ahead is held to the moment at which the result had come. `until`
    leaves out what came later.
    """
    query = db.select(Result.person_id, Result.decided_at, Result.received_at).where(
        Result.person_id.in_(person_ids), Result.outcome.in_(SEEN_ALIVE),
        Result.state == ResultState.ACCEPTED.value,
    )  # fmt: skip
    if until is not None:
        query = query.where(Result.received_at <= until)
    found: dict[UUID, date] = {}
    for person_id, decided_at, received_at in db.session.execute(query):
        day = zibo_day(min(decided_at, received_at))
        found[person_id] = max(day, found.get(person_id, day))
    return found


def known_of(person: Person) -> Known:
    """Return what a result about the person is judged by."""
    birth_year = person.birth_on.year if person.birth_on else None
    return Known(birth_year, last_seen([person.id]).get(person.id))


def known_when_made(visit: Visit, *, with_birth: bool) -> Known:
    """Return what was known of the person when the visit was made, and each phone was told."""
    person = visit.person
    birth_year = person.birth_on.year if person.birth_on and with_birth else None
    seen = last_seen([person.id], until=visit.created_at)
    return Known(birth_year, seen.get(person.id))
