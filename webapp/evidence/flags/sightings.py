"""Reads what the flags about place and case need to know beside the record itself."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, select, union_all

from webapp.areas.rules import is_rural
from webapp.config import settings
from webapp.evidence.flags.place_flags import Place, Sighting
from webapp.evidence.models import Capture
from webapp.evidence.records.records import CaptureRecord, Sample
from webapp.extensions import db
from webapp.roster.models import Contact, Person
from webapp.visits.models import Result, Visit
from webapp.visits.rules import Outcome

# Six decimals are some ten centimetres; half of the last one on either side.
SAME_DEGREES = 5e-7
DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)


def registered_place(person: Person | None) -> Place | None:
    """Return where a person is registered, in WGS-84, with the radius that counts as near.

    The roster keeps WGS-84 whatever the workbook held; `datum` only says what it came in.
    """
    if person is None or person.latitude is None or person.longitude is None:
        return None
    chosen = settings()
    radius = chosen.near_village_metres if is_rural(person.area) else chosen.near_town_metres
    return Place(person.latitude, person.longitude, radius)


def is_elsewhere(*, visit_id: UUID | None, occasion_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that a capture hangs on another visit or occasion than this."""
    if visit_id is not None:
        return Capture.visit_id.is_distinct_from(visit_id)
    return Capture.occasion_id.is_distinct_from(occasion_id)


def sightings_near(record: CaptureRecord, person: Person | None) -> list[Sighting]:
    """Return the worker's captures before and after, and those of anybody at the same point."""
    best = record.position.best
    if best is None:
        return []
    parts = [*_before_and_after(record), _at_same_point(best, record)]
    found = {row.id: row for row in db.session.execute(union_all(*map(select, parts)))}
    return [
        Sighting(
            lat=row.latitude or 0.0,
            lon=row.longitude or 0.0,
            accuracy_m=row.accuracy_m or 0.0,
            at=row.claimed_at,
            same_place=_is_same_place(row, person),
        )
        for row in found.values()
    ]


def _is_same_place(row: Any, person: Person | None) -> bool:
    """Say whether two captures belong to one place; an occasion is one for people of anywhere."""
    if person is None or row.person_id is None:
        return True
    return bool(row.person_id == person.id or row.address == person.address)


# What a sighting is made of: whole captures and people would cost more than all the rest.
_SIGHTED = select(
    Capture.id, Capture.latitude, Capture.longitude, Capture.accuracy_m, Capture.claimed_at,
    Capture.person_id, Person.address,
).outerjoin(Person, Person.id == Capture.person_id)  # fmt: skip


def _before_and_after(record: CaptureRecord) -> list[Subquery]:
    claimed_at = record.clock.claimed_at
    own = _SIGHTED.where(
        Capture.worker_id == record.worker_id,
        Capture.latitude.is_not(None),
        Capture.id != record.capture_id,
        Capture.claimed_at.between(claimed_at - DAY, claimed_at + DAY),
    )
    earlier = own.where(Capture.claimed_at <= claimed_at).order_by(Capture.claimed_at.desc())
    later = own.where(Capture.claimed_at > claimed_at).order_by(Capture.claimed_at)
    return [query.limit(1).subquery() for query in (earlier, later)]


def _at_same_point(best: Sample, record: CaptureRecord) -> Subquery:
    query = _SIGHTED.where(
        Capture.latitude.between(best.lat - SAME_DEGREES, best.lat + SAME_DEGREES),
        Capture.longitude.between(best.lon - SAME_DEGREES, best.lon + SAME_DEGREES),
        Capture.id != record.capture_id,
        is_elsewhere(visit_id=record.visit_id, occasion_id=record.subject.occasion_id),
    )
    return query.limit(20).subquery()


def visits_within_the_hour(result: Result) -> int:
    """Return how many visits the worker reported, by the phone's time, in the hour before."""
    query = select(func.count(Result.visit_id.distinct())).where(
        Result.worker_id == result.worker_id,
        Result.decided_at.between(result.decided_at - HOUR, result.decided_at),
    )
    return db.session.scalar(query) or 0


def unreachable_elsewhere(result: Result) -> datetime | None:
    """Return when another worker last found the person unreachable."""
    query = (
        select(func.max(Result.decided_at))
        .join(Visit, Visit.id == Result.visit_id)
        .where(
            Result.person_id == result.person_id,
            Result.worker_id != result.worker_id,
            Result.outcome == Outcome.UNREACHABLE.value,
            Result.decided_at <= result.decided_at,
        )
    )
    return db.session.scalar(query)


def is_contact_of_person(result: Result) -> bool:
    """Say whether somebody of the worker's name is among the person's registered contacts."""
    query = select(Contact.id).where(
        Contact.person_id == result.person_id, Contact.name == result.worker.name
    )
    return db.session.scalar(query.limit(1)) is not None


def reported_dead_by(result: Result) -> str | None:
    """Name the source that called the person dead before: for now, another visit's result."""
    query = select(Result.id).where(
        Result.person_id == result.person_id,
        Result.id != result.id,
        Result.outcome == Outcome.DECEASED.value,
    )
    return "visit_result" if db.session.scalar(query.limit(1)) is not None else None
