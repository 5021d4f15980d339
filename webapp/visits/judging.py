"""Judges a result by what its phone could know, and tells what the office knows against it by now.

A result may lie on a phone for weeks. What the office learnt meanwhile (somebody was found alive, a
number was added, a year of birth put right) is no fault of the report: it is taken all the same,
with a flag, for a person to judge. Only what was known when the visit was made is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp import clock
from webapp.refusals import Refusal
from webapp.visits import attempts
from webapp.visits.detail_days import last_past_day
from webapp.visits.last_seen import Finding, findings_of, newest_day
from webapp.visits.models import Attempt, Visit
from webapp.visits.requirements import requirement_of
from webapp.visits.rules import AttemptFact, CaptureFact, Judgement, Known, judge_result
from webapp.visits.schemas import UNREADABLE, ResultBody


@dataclass(frozen=True)
class _Knowledge:
    """What a result is held against: the ends of the numbers on record, and the person's life."""

    numbers: list[str]
    known: Known


def check_result(
    *,
    visit: Visit,
    body: ResultBody,
    captures: Mapping[UUID, CaptureFact],
    made: Sequence[Attempt],
) -> str | None:
    """Return the code of what only the office's knowledge of today says against a result.

    `made` holds every attempt of the visit.

    Raises:
        Refusal: the code of the rule that is broken by what the phone could know.
    """
    tried, findings = attempts.facts_of(made), findings_of(visit.person_id)
    judgement = _judge(visit, body, captures, tried, _when_made(visit, findings))
    if judgement.code is not None:
        raise Refusal(judgement.code, field=judgement.field or "")
    return _judge(visit, body, captures, tried, _by_now(visit, findings)).code


def _by_now(visit: Visit, findings: Sequence[Finding]) -> _Knowledge:
    birth_on = visit.person.birth_on
    known = Known(birth_on.year if birth_on else None, newest_day(findings))
    return _Knowledge(attempts.number_ends(visit.person), known)


def _when_made(visit: Visit, findings: Sequence[Finding]) -> _Knowledge:
    """Return what every phone with the visit knew; nothing of a person changed since."""
    is_changed, birth_on = visit.person.updated_at > visit.created_at, visit.person.birth_on
    numbers = [] if is_changed else attempts.number_ends(visit.person)
    birth_year = birth_on.year if birth_on and not is_changed else None
    return _Knowledge(numbers, Known(birth_year, newest_day(findings, until=visit.created_at)))


def _judge(
    visit: Visit,
    body: ResultBody,
    captures: Mapping[UUID, CaptureFact],
    tried: list[AttemptFact],
    held: _Knowledge,
) -> Judgement:
    return judge_result(
        outcome=body.outcome, details=body.details, captures=captures.values(),
        attempts=tried, numbers=held.numbers,
        today=_last_past_day(body), known=held.known,
        requirement=requirement_of(visit.kind, body.outcome),
    )  # fmt: skip


def _last_past_day(body: ResultBody) -> date:
    """Return the last day that counts as past; a clock beyond reason says nothing of the day."""
    now = clock.now()
    said = now if body.decided_at == UNREADABLE else body.decided_at
    return last_past_day(decided_at=said, now=now)
