"""The rules of a visit: its states, its outcomes and what each outcome must rest on.

The phone holds the same rules in `src/domain/`; `tests/contracts/visit-rules.json` is read by the
tests of both, so that a result refused by the one is refused by the other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from webapp.refusals import Refusal
from webapp.visits.detail_days import ZIBO, are_in_order, is_after, is_before, is_date
from webapp.visits.kinds import Requirement


class VisitStatus(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    ASSIGNED = "assigned"
    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class VisitEvent(StrEnum):
    """What can happen to a visit."""

    ASSIGN = "assign"
    REPORT = "report"
    RETURN = "return"
    ASK_AGAIN = "ask_again"
    ACCEPT = "accept"
    CANCEL = "cancel"


_S, _E = VisitStatus, VisitEvent
TRANSITIONS: Mapping[tuple[VisitStatus, VisitEvent], VisitStatus] = {
    (_S.PLANNED, _E.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _E.ASSIGN): _S.ASSIGNED,
    (_S.RETURNED, _E.ASSIGN): _S.RETURNED,
    # A worker who lost the visit while offline may still report it: nothing may be lost.
    (_S.PLANNED, _E.REPORT): _S.REPORTED,
    (_S.ASSIGNED, _E.REPORT): _S.REPORTED,
    (_S.RETURNED, _E.REPORT): _S.REPORTED,
    (_S.REPORTED, _E.RETURN): _S.RETURNED,
    (_S.REPORTED, _E.ASK_AGAIN): _S.ASSIGNED,
    (_S.REPORTED, _E.ACCEPT): _S.ACCEPTED,
    # A result that was kept beside another one may be taken after the visit has moved on.
    (_S.PLANNED, _E.ACCEPT): _S.ACCEPTED,
    (_S.ASSIGNED, _E.ACCEPT): _S.ACCEPTED,
    (_S.RETURNED, _E.ACCEPT): _S.ACCEPTED,
    (_S.CANCELLED, _E.ACCEPT): _S.ACCEPTED,
    (_S.PLANNED, _E.CANCEL): _S.CANCELLED,
    (_S.ASSIGNED, _E.CANCEL): _S.CANCELLED,
    (_S.RETURNED, _E.CANCEL): _S.CANCELLED,
}
OPEN_STATUSES = frozenset({_S.PLANNED, _S.ASSIGNED, _S.RETURNED})
ON_PHONE_STATUSES = frozenset({_S.ASSIGNED, _S.RETURNED, _S.REPORTED})


def next_status(status: VisitStatus, event: VisitEvent) -> VisitStatus:
    """Return the status after `event`.

    Raises:
        Refusal: `visit_state` (409) when the table has no such move.
    """
    after = TRANSITIONS.get((status, event))
    if after is None:
        raise Refusal("visit_state", 409, state=status.value, event=event.value)
    return after


class ResultState(StrEnum):
    """Where a result stands; `conflict` waits for a person because another one stands.

    `awaiting_second` was accepted by one reviewer who did not see the code, and waits for another.
    """

    SUBMITTED = "submitted"
    CONFLICT = "conflict"
    AWAITING_SECOND = "awaiting_second"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


WAITING = frozenset({ResultState.SUBMITTED, ResultState.CONFLICT, ResultState.AWAITING_SECOND})


class Outcome(StrEnum):
    """What a visit found (domain §2.2 and §A2)."""

    ELIGIBLE = "eligible"
    DECEASED = "deceased"
    IMPRISONED = "imprisoned"
    MISSING = "missing"
    EMIGRATED = "emigrated"
    DEPENDANT_LOST = "dependant_lost"
    MOVED_AWAY = "moved_away"
    IN_CARE = "in_care"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    IDENTITY_DOUBT = "identity_doubt"


class Met(StrEnum):
    """What an attempt met with (domain §A3)."""

    PERSON = "person"
    RELATIVE_ONLY = "relative_only"
    NOBODY_HOME = "nobody_home"
    DOOR_NOT_OPENED = "door_not_opened"
    WRONG_ADDRESS = "wrong_address"
    ADDRESS_DEMOLISHED = "address_demolished"
    MOVED_ADDRESS_KNOWN = "moved_address_known"
    MOVED_ADDRESS_UNKNOWN = "moved_address_unknown"
    IN_HOSPITAL = "in_hospital"
    CARE_HOME = "care_home"
    TRAVELLING_WITH_CHILDREN = "travelling_with_children"
    ABROAD = "abroad"
    DECEASED = "deceased"
    REFUSED = "refused"
    UNSAFE = "unsafe"
    ASLEEP_OR_ILL = "asleep_or_ill"
    PHONE_OFF = "phone_off"
    NUMBER_VOID = "number_void"
    NUMBER_BELONGS_TO_OTHER = "number_belongs_to_other"
    CALL_ANSWERED_BY_RELATIVE = "call_answered_by_relative"


CALLS = frozenset({
    Met.PHONE_OFF, Met.NUMBER_VOID, Met.NUMBER_BELONGS_TO_OTHER, Met.CALL_ANSWERED_BY_RELATIVE,
})  # fmt: skip
# After one of these nobody learns anything by dialling the number again.
DEAD_ENDS = frozenset({Met.NUMBER_VOID, Met.NUMBER_BELONGS_TO_OTHER})


class Action(StrEnum):
    """What was done after an attempt (domain §A3)."""

    RESCHEDULED = "rescheduled"
    ASKED_NEIGHBOUR = "asked_neighbour"
    ASKED_RELATIVE = "asked_relative"
    ASKED_FORMER_EMPLOYER = "asked_former_employer"
    ASKED_POLICE = "asked_police"
    LEFT_NOTE = "left_note"
    TOLD_AGENCY = "told_agency"
    HANDED_TO_COLLEAGUE = "handed_to_colleague"


class CaptureKind(StrEnum):
    """What a capture holds (evidence §1.4)."""

    PHOTO = "photo"
    VIDEO = "video"
    SIGNATURE = "signature"
    DOCUMENT = "document"
    AUDIO = "audio"


@dataclass(frozen=True)
class CaptureFact:
    """What the rules need to know of a capture; `duration_ms` is None for a still."""

    kind: CaptureKind
    duration_ms: int | None = None


@dataclass(frozen=True)
class AttemptFact:
    """What the rules need to know of an attempt; `started_at` is aware."""

    started_at: datetime
    met: Met
    action: Action | None = None
    # The last four digits that were dialled: "" for a number not on record, None when not said.
    number_end: str | None = None


@dataclass(frozen=True)
class Judgement:
    """Whether a result may be recorded; `code` says what it lacks, `field` where."""

    code: str | None = None
    field: str | None = None

    @property
    def is_allowed(self) -> bool:
        """Say whether nothing is missing."""
        return self.code is None


ALLOWED = Judgement()
MIN_VIDEO_MS = 5_000
CALLS_PER_NUMBER = 3

# The data that an outcome cannot do without (domain §A2).
REQUIRED_DETAILS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.ELIGIBLE: (),
    Outcome.DECEASED: ("date", "source"),
    Outcome.IMPRISONED: ("place",),
    Outcome.MISSING: ("since",),
    Outcome.EMIGRATED: ("country",),
    Outcome.DEPENDANT_LOST: ("reason", "date"),
    Outcome.MOVED_AWAY: ("address", "informant"),
    Outcome.IN_CARE: ("institution",),
    Outcome.UNREACHABLE: (),
    Outcome.REFUSED: ("words",),
    Outcome.IDENTITY_DOUBT: ("differs",),
}
# The details that say since when something is so: none can lie ahead.
PAST_DAYS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.DECEASED: ("date",),
    Outcome.IMPRISONED: ("from",),
    Outcome.MISSING: ("since",),
    Outcome.EMIGRATED: ("since",),
    Outcome.DEPENDANT_LOST: ("date",),
    Outcome.MOVED_AWAY: ("since",),
    Outcome.IN_CARE: ("since",),
}
# What cannot have begun before the day on which the person was last seen and accepted.
AFTER_SEEN: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.DECEASED: ("date",),
    Outcome.IMPRISONED: ("from",),
    Outcome.MISSING: ("since",),
    Outcome.EMIGRATED: ("since",),
    Outcome.MOVED_AWAY: ("since",),
}
# The end of a span, such as the day of release, may lie ahead, but not before the beginning.
SPANS: Mapping[Outcome, tuple[str, str]] = {Outcome.IMPRISONED: ("from", "to")}


@dataclass(frozen=True)
class Known:
    """What is known of the person beside the result: year of birth, day last seen (accepted)."""

    birth_year: int | None = None
    last_seen_on: date | None = None


NOTHING_KNOWN = Known()


def judge_result(
    *,
    outcome: Outcome,
    details: Mapping[str, Any],
    captures: Collection[CaptureFact],
    attempts: Sequence[AttemptFact],
    requirement: Requirement,
    numbers: Collection[str] | None = None,
    today: date | None = None,
    known: Known = NOTHING_KNOWN,
) -> Judgement:
    """Say whether a result may stand (domain §A2, §S23, §S26 and §S27).

    The checks run in one order, so that phone and server name the same first thing missing.
    `requirement` is that of the visit's kind and the outcome (`requirements`).
    `numbers` are the ends of the telephone numbers on record, None where they are not known.
    `today` is the last day that counts as past, None where that was asked on the way in.
    """
    for field in REQUIRED_DETAILS[outcome]:
        said = detail_said(details, field)
        if not said or (field in PAST_DAYS.get(outcome, ()) and not is_date(said)):
            return Judgement("detail_missing", field)
    days = judge_days(outcome, details, today, known)
    if not days.is_allowed:
        return days
    if not shows_enough(requirement, captures):
        return Judgement("person_not_shown")
    if count_documents(captures) < requirement.documents:
        return Judgement("documents_missing")
    return judge_ladder(attempts, numbers) if requirement.ladder else ALLOWED


def shows_enough(requirement: Requirement, captures: Collection[CaptureFact]) -> bool:
    """Say whether the captures show whom the requirement wants to be seen, or his papers."""
    if not requirement.shown or shows_person(captures):
        return True
    return requirement.shown == "person_or_document" and count_documents(captures) > 0


def detail_said(details: Mapping[str, Any], field: str) -> str:
    """Return what a detail says, "" for nothing."""
    return str(details.get(field) or "").strip()


def judge_days(
    outcome: Outcome, details: Mapping[str, Any], today: date | None, known: Known = NOTHING_KNOWN
) -> Judgement:
    """Say whether the days among the details can be read, fit the person's life, and follow."""
    past, span = PAST_DAYS.get(outcome, ()), SPANS.get(outcome, ())
    for field in dict.fromkeys((*past, *span)):
        said = detail_said(details, field)
        if said and not is_date(said):
            return Judgement("bad_date", field)
        if said and today and field in past and is_after(said, today):
            return Judgement("date_in_future", field)
        if said and (fault := judge_life(outcome, field, said, known)):
            return Judgement(fault, field)
    if outcome in SPANS:
        begin, end = (detail_said(details, field) for field in SPANS[outcome])
        if begin and end and not are_in_order(begin, end):
            return Judgement("dates_order", SPANS[outcome][1])
    return ALLOWED


def judge_life(outcome: Outcome, field: str, said: str, known: Known) -> str | None:
    """Say what in the person's life a readable day contradicts, None for nothing."""
    if known.birth_year is not None and int(said[:4]) < known.birth_year:
        return "date_before_birth"
    if known.last_seen_on is None or field not in AFTER_SEEN.get(outcome, ()):
        return None
    return "date_before_seen" if is_before(said, known.last_seen_on) else None


def shows_person(captures: Collection[CaptureFact]) -> bool:
    """Say whether a photo, or a video of at least five seconds, is there."""
    return any(
        capture.kind is CaptureKind.PHOTO
        or (capture.kind is CaptureKind.VIDEO and (capture.duration_ms or 0) >= MIN_VIDEO_MS)
        for capture in captures
    )


def count_documents(captures: Collection[CaptureFact]) -> int:
    """Return how many documents there are, such as an institution's stamped form or a scan."""
    return sum(capture.kind is CaptureKind.DOCUMENT for capture in captures)


def day_part(at: datetime) -> str:
    """Return morning (before 12), afternoon (before 18) or evening, in Zibo's time."""
    hour = at.astimezone(ZIBO).hour
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 18 else "evening"


def lacking_calls(calls: Sequence[AttemptFact], numbers: Collection[str] | None) -> int:
    """Return how many calls are still to be made: three to each number on record.

    A number found void, or somebody else's, needs no second call. Calls that do not say which
    number was dialled count for whichever number lacks one; without knowledge of the numbers
    three calls are asked for.
    """
    if numbers is None:
        return max(0, CALLS_PER_NUMBER - len(calls))
    lacking = 0
    for end in set(numbers):
        made = [call for call in calls if call.number_end == end]
        if not any(call.met in DEAD_ENDS for call in made):
            lacking += max(0, CALLS_PER_NUMBER - len(made))
    return max(0, lacking - sum(call.number_end is None for call in calls))


def judge_ladder(
    attempts: Sequence[AttemptFact], numbers: Collection[str] | None = None
) -> Judgement:
    """Say whether enough was tried before "unreachable" (the diligence ladder: domain §2.2).

    At least two visits on different days and at different parts of the day, three calls to each
    number, a relative or contact asked, a neighbour asked, and a note left.
    """
    calls = [attempt for attempt in attempts if attempt.met in CALLS]
    visits = [attempt for attempt in attempts if attempt.met not in CALLS]
    days = {attempt.started_at.astimezone(ZIBO).date() for attempt in visits}
    if len(days) < 2 or len({day_part(attempt.started_at) for attempt in visits}) < 2:
        return Judgement("ladder_visits")
    if lacking_calls(calls, numbers):
        return Judgement("ladder_calls")
    actions = {attempt.action for attempt in attempts}
    if Action.ASKED_RELATIVE not in actions and not any(
        attempt.met in {Met.RELATIVE_ONLY, Met.CALL_ANSWERED_BY_RELATIVE} for attempt in attempts
    ):
        return Judgement("ladder_relative")
    if Action.ASKED_NEIGHBOUR not in actions:
        return Judgement("ladder_neighbour")
    return ALLOWED if Action.LEFT_NOTE in actions else Judgement("ladder_note")
