"""Raises the flags of a capture: at its commit, and again when its result comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.evidence import case_flags, sightings, time_flags
from webapp.evidence.challenge import derive_challenge
from webapp.evidence.flags import WEIGHTS, Flag, merge, raised, said_once, total_weight
from webapp.evidence.models import Capture, CaptureFlag, Ticket
from webapp.evidence.place_flags import Nearness, judge_distance, place_flags
from webapp.evidence.records import CaptureRecord
from webapp.evidence.rules import Chain
from webapp.people.models import Device
from webapp.roster.geography import distance_m
from webapp.roster.models import Person
from webapp.visits.models import Attempt, Result
from webapp.visits.rules import Outcome

RESULT_CODES = (
    "short_visit", "busy_hour", "centenarian", "eligible_after_unreachable",
    "result_after_checkout", "worker_related", "dead_signal",
)  # fmt: skip


@dataclass(frozen=True)
class Whereabouts:
    """How a capture's best fix lies to the registered place; metres, None when unknown."""

    distance_m: float | None
    nearness: Nearness


def whereabouts(record: CaptureRecord, person: Person) -> Whereabouts:
    """Return the distance between the best fix and the registered place, and what it says."""
    place, best = sightings.registered_place(person), record.position.best
    if place is None or best is None:
        return Whereabouts(None, Nearness.INCONCLUSIVE)
    metres = distance_m((best.lat, best.lon), (place.lat, place.lon))
    nearness = judge_distance(
        distance_m=metres, accuracy_m=best.accuracy_m, radius_m=place.radius_m
    )
    return Whereabouts(round(metres, 1), nearness)


def flags_at_commit(
    record: CaptureRecord,
    *,
    person: Person,
    device: Device,
    ticket: Ticket | None,
    chain: Chain,
    is_revoked: bool,
    at: datetime,
) -> list[Flag]:
    """Return every flag that the record raises on its arrival at `at`."""
    expected = (
        derive_challenge(seed=ticket.challenge_seed, visit_id=record.visit_id) if ticket else None
    )
    return [
        *case_flags.record_flags(record, chain=chain, expected=expected, is_revoked=is_revoked),
        *raised(
            [
                case_flags.new_device(
                    device.enrolled_at, at, is_confirmed=device.confirmed_at is not None
                )
            ]
        ),
        *time_flags.clock_flags(
            record.clock, ticket_issued_at=ticket.issued_at if ticket else None, committed_at=at
        ),
        *place_flags(
            record.position,
            wall=record.clock.claimed_at,
            place=sightings.registered_place(person),
            others=sightings.sightings_near(record, person),
            distance=distance_m,
        ),
    ]


def set_flags(capture: Capture, fresh: Iterable[Flag], judged: Sequence[str]) -> None:
    """Put fresh flags in the place of those under the codes that were judged anew."""
    keep_flags(capture, merge(capture.flags or [], fresh, judged))


def keep_flags(capture: Capture, flags: list[dict[str, Any]]) -> None:
    """Write down all flags of a capture as `Flag.to_json` gives them, their weight, their codes."""
    flags = said_once(flags)
    capture.flags = flags
    capture.weight = total_weight(flags)
    known = {found.code: found for found in capture.flag_codes}
    codes = dict.fromkeys(flag["code"] for flag in flags if flag["code"] in WEIGHTS)
    capture.flag_codes = [known.get(code) or CaptureFlag(code=code) for code in codes]


def flag_result(result: Result, captures: Iterable[Capture]) -> None:
    """Raise the flags that only the result and its attempts can raise, on its captures."""
    attempt = sightings.last_attempt(result)
    shared = raised(_result_flags(result, attempt))
    for capture in captures:
        late = case_flags.result_after_checkout(
            capture.claimed_at, attempt.ended_at if attempt else None
        )
        set_flags(capture, [*shared, *raised([late])], RESULT_CODES)


def _result_flags(result: Result, attempt: Attempt | None) -> list[Flag | None]:
    # Declared kinship and data matching have no tables yet: certification brings them. What the
    # roster's contacts and earlier visits say is known already.
    eligible = result.outcome == Outcome.ELIGIBLE
    alive = result.outcome in {Outcome.ELIGIBLE, Outcome.IN_CARE}
    missed_at = sightings.unreachable_elsewhere(result) if eligible else None
    return [
        time_flags.short_visit(attempt.started_at, attempt.ended_at) if attempt else None,
        time_flags.busy_hour(sightings.visits_within_the_hour(result)),
        case_flags.centenarian(result.person.birth_on, result.received_at.date()),
        case_flags.eligible_after_unreachable(result.decided_at, missed_at),
        case_flags.worker_related(sightings.is_contact_of_person(result)),
        case_flags.dead_signal(sightings.reported_dead_by(result) if alive else None),
    ]
