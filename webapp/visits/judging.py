"""Judges a result by what its phone could know, and tells what the office knows against it by now.

A result may lie on a phone for weeks. What the office learnt meanwhile (somebody was found alive, a
number was added, a year of birth put right) is no fault of the report: it is taken all the same,
with a flag, for a person to judge. Only what was known when the visit was made is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp import clock
from webapp.refusals import Refusal
from webapp.visits import attempts
from webapp.visits.detail_days import last_past_day
from webapp.visits.last_seen import known_of, known_when_made
from webapp.visits.models import Visit
from webapp.visits.requirements import requirement_of
from webapp.visits.rules import CaptureFact, Judgement, Known, judge_result
from webapp.visits.schemas import UNREADABLE, ResultBody


@dataclass(frozen=True)
class _Knowledge:
    """What a result is held against: the ends of the numbers on record, and the person's life."""

    numbers: list[str]
    known: Known


def check_result(
    *, visit: Visit, body: ResultBody, captures: Mapping[UUID, CaptureFact]
) -> str | None:
    """Return the code of what only the office's knowledge of today says against a result.

    Raises:
        Refusal: the code of the rule that is broken by what the phone could know.
    """
    judgement = _judge(visit, body, captures, _when_made(visit))
    if judgement.code is not None:
        raise Refusal(judgement.code, field=judgement.field or "")
    return _judge(visit, body, captures, _by_now(visit)).code


def _by_now(visit: Visit) -> _Knowledge:
    return _Knowledge(attempts.number_ends(visit.person), known_of(visit.person))


def _when_made(visit: Visit) -> _Knowledge:
    """Return what every phone with the visit knew; nothing of a person changed since."""
    is_changed = visit.person.updated_at > visit.created_at
    numbers = [] if is_changed else attempts.number_ends(visit.person)
    return _Knowledge(numbers, known_when_made(visit, with_birth=not is_changed))


def _judge(
    visit: Visit, body: ResultBody, captures: Mapping[UUID, CaptureFact], held: _Knowledge
) -> Judgement:
    return judge_result(
        outcome=body.outcome, details=body.details, captures=captures.values(),
        attempts=attempts.facts_of_visit(visit.id), numbers=held.numbers,
        today=_last_past_day(body), known=held.known,
        requirement=requirement_of(visit.kind, body.outcome),
    )  # fmt: skip


def _last_past_day(body: ResultBody) -> date:
    """Return the last day that counts as past; a clock beyond reason says nothing of the day."""
    now = clock.now()
    said = now if body.decided_at == UNREADABLE else body.decided_at
    return last_past_day(decided_at=said, now=now)
