"""Raises flags: on a capture at its commit, on a result when it comes; each judge its own."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select

from webapp.evidence.flags import case_flags, place_flags, sightings, time_flags
from webapp.evidence.flags.flags import Flag, raised, said_once
from webapp.evidence.flags.place_flags import LocationMatch
from webapp.evidence.models import Capture, RaisedFlag, Ticket
from webapp.evidence.records.challenge import derive_challenge
from webapp.evidence.records.records import CaptureRecord
from webapp.extensions import db
from webapp.people import queries as people
from webapp.people.models import Device
from webapp.roster.geography import distance_m
from webapp.roster.models import Person
from webapp.visits.detail_days import zibo_day
from webapp.visits.models import Attempt, Result
from webapp.visits.rules import Outcome
from webapp.visits.schemas import UNREADABLE

AFTER_CHECKOUT = "result_after_checkout"


def match_location(record: CaptureRecord, person: Person | None) -> LocationMatch:
    """Return how the record's best fix lies to where the person is registered."""
    place = sightings.registered_place(person)
    return place_flags.match_location(record.position.best, place, distance_m)


def flags_at_commit(
    record: CaptureRecord,
    *,
    person: Person | None,
    match: LocationMatch,
    device: Device,
    ticket: Ticket | None,
    is_revoked: bool,
    at: datetime,
) -> list[Flag]:
    """Return every flag that the record raises on its arrival at `at`."""
    expected = (
        derive_challenge(seed=ticket.challenge_seed, subject_id=record.subject.id)
        if ticket
        else None
    )
    return [
        *case_flags.record_flags(
            record,
            expected=expected,
            is_revoked=is_revoked,
            is_presented=ticket is not None and ticket.presented_at is not None,
        ),
        *phone_flags([device], at),
        *time_flags.clock_flags(
            record.clock, ticket_issued_at=ticket.issued_at if ticket else None, committed_at=at
        ),
        *place_flags.place_flags(
            record.position,
            wall=record.clock.claimed_at,
            place=sightings.registered_place(person),
            match=match,
            others=sightings.sightings_near(record, person),
            distance=distance_m,
        ),
    ]


def phone_flags(devices: Iterable[Device], at: datetime) -> list[Flag]:
    """Return the flags of phones of which nobody knows that they speak for their holder."""
    return raised(
        flag
        for device in devices
        for flag in (
            case_flags.new_device(
                device.enrolled_at, at, is_confirmed=device.confirmed_at is not None
            ),
            case_flags.given_password(people.is_due_on(device)),
        )
    )


def set_flags(capture: Capture, fresh: Iterable[Flag], judged: Collection[str]) -> None:
    """Put fresh flags in the place of those under the codes that were judged anew."""
    stays = [row for row in capture.flags if row.code not in judged]
    capture.flags = said_once([*stays, *map(_row, fresh)])


def raise_flags(
    flags: Iterable[Flag], *, capture_id: UUID | None = None, result_id: UUID | None = None
) -> None:
    """Write down the flags of a new capture or of a new result, all by one statement."""
    rows = [
        {"code": flag.code, "facts": dict(flag.facts),
         "capture_id": capture_id, "result_id": result_id}
        for flag in said_once(flags)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(RaisedFlag), rows)


def _row(flag: Flag) -> RaisedFlag:
    return RaisedFlag(code=flag.code, facts=dict(flag.facts))


def flags_of_result(result: Result) -> list[RaisedFlag]:
    """Return the flags that hang on the result itself."""
    query = select(RaisedFlag).filter_by(result_id=result.id).order_by(RaisedFlag.id)
    return list(db.session.scalars(query))


def flag_result(
    result: Result, captures: Iterable[Capture], attempts: Sequence[Attempt] = ()
) -> None:
    """Raise the flags of a new result that only it and the attempts of its visit can raise.

    Those about the visit hang on the result, which may have no capture; only "made after the
    visit was over" is about a single capture.
    """
    attempt = _last_of_worker(attempts, result)
    said = [*raised(_result_flags(result, attempts, attempt)),
            *phone_flags(_phones_of(result), result.received_at)]  # fmt: skip
    raise_flags({flag.code: flag for flag in said}.values(), result_id=result.id)
    for capture in captures:
        late = case_flags.result_after_checkout(
            capture.claimed_at, attempt.ended_at if attempt else None
        )
        set_flags(capture, raised([late]), [AFTER_CHECKOUT])


def flag_learnt(result: Result, code: str | None) -> None:
    """Raise what the office learnt against a result after its visit was made, None for nothing.

    It stays when the result is judged anew: what the phone could not know stays unknown to it.
    """
    if code is not None:
        db.session.add(RaisedFlag(result_id=result.id, code=code, facts={}))


def _last_of_worker(attempts: Iterable[Attempt], result: Result) -> Attempt | None:
    """Return the latest attempt that the result's own worker made."""
    own = [one for one in attempts if one.worker_id == result.worker_id]
    return max(own, key=lambda one: one.started_at, default=None)


def _unreadable_times(result: Result, attempts: Iterable[Attempt]) -> Iterator[str]:
    """Give which times of a result and its visit's attempts no clock of ours shows."""
    if result.decided_at == UNREADABLE:
        yield "decided_at"
    if any(one.started_at == UNREADABLE for one in attempts):
        yield "attempts"


def _phones_of(result: Result) -> list[Device]:
    """Return the phones that a result and the attempts under it came from, the files' left out."""
    attempted = select(Attempt.device_kid).where(Attempt.visit_id == result.visit_id)
    spoke = or_(Device.kid == result.device_kid, Device.kid.in_(attempted))
    return list(db.session.scalars(select(Device).where(spoke).order_by(Device.enrolled_at.desc())))


def _result_flags(
    result: Result, attempts: Iterable[Attempt], attempt: Attempt | None
) -> list[Flag | None]:
    # Declared kinship and data matching have no tables yet: certification brings them. What the
    # roster's contacts and earlier visits say is known already.
    eligible = result.outcome == Outcome.ELIGIBLE
    alive = result.outcome in {Outcome.ELIGIBLE, Outcome.IN_CARE}
    missed_at = sightings.unreachable_elsewhere(result) if eligible else None
    return [
        time_flags.short_visit(attempt.started_at, attempt.ended_at) if attempt else None,
        time_flags.busy_hour(sightings.visits_within_the_hour(result)),
        case_flags.centenarian(result.person.birth_on, zibo_day(result.received_at)),
        case_flags.eligible_after_unreachable(result.decided_at, missed_at),
        case_flags.worker_related(sightings.is_contact_of_person(result)),
        case_flags.dead_signal(sightings.reported_dead_by(result) if alive else None),
        case_flags.values_unreadable(_unreadable_times(result, attempts)),
        case_flags.weaker_proof(result.visit.kind, result.outcome),
    ]
