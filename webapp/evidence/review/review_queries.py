"""The review queue: what waits, in which order, and which case comes before and after."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, tuple_

from webapp.access.rules import Actor
from webapp.areas.duty import in_duty, lies_in
from webapp.desk.navigation import COUNT_LIMIT
from webapp.evidence.flags.flags import Raised, gathered, total_weight
from webapp.evidence.flags.gaps import gap_flags, is_gap
from webapp.evidence.flags.redone import counted, is_counted, older_files
from webapp.evidence.models import Capture, RaisedFlag, Review
from webapp.evidence.records.rules import CaptureState
from webapp.evidence.review.review import PENDING, Decision
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.visits.models import Correction, Result, ResultCapture
from webapp.visits.result_rows import with_people
from webapp.visits.rules import ResultState

WAITING = [state.value for state in PENDING]


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed by; `area_path` lies within the actor's duty."""

    area_path: str
    outcome: str = ""
    conflict: bool = False
    flagged: bool = False


@dataclass(frozen=True)
class Row:
    """A waiting result with the sum of its flags' weights and the codes of the flags."""

    result: Result
    weight: int
    codes: Sequence[str]


@dataclass(frozen=True)
class Neighbours:
    """The ids of the cases before and after one in the queue."""

    previous: UUID | None
    following: UUID | None


def _waiting(actor: Actor, chosen: QueueFilter) -> list[Any]:
    wanted: list[Any] = [
        Result.state.in_(WAITING),
        lies_in(Result.area_path, chosen.area_path),
        Result.worker_id != actor.account_id,
        ~waits_for_another(actor),
    ]
    if chosen.outcome:
        wanted.append(Result.outcome == chosen.outcome)
    if chosen.conflict:
        wanted.append(Result.state == ResultState.CONFLICT.value)
    if chosen.flagged:
        wanted.append(is_flagged())
    return wanted


def waits_for_another(actor: Actor) -> Any:
    """Return the condition that the actor was the first of the two who must decide."""
    taken_back = select(Correction.id).where(Correction.review_id == Review.id)
    own = select(Review.id).where(
        Review.result_id == Result.id, Review.decision == Decision.PROPOSE.value,
        Review.reviewer_id == actor.account_id, ~taken_back.exists(),
    )  # fmt: skip
    return and_(Result.state == ResultState.AWAITING_SECOND.value, own.exists())


def is_flagged() -> Any:
    """Return the condition that a row of the queue shows a flag, one computed now included."""
    own = select(RaisedFlag.id).where(RaisedFlag.result_id == Result.id)
    bears = select(RaisedFlag.id).where(RaisedFlag.capture_id == Capture.id)
    on_files = select(ResultCapture.result_id).join(Capture, Capture.id == ResultCapture.capture_id)
    shows = on_files.where(ResultCapture.result_id == Result.id)
    shows = shows.where(or_(bears.correlate(Capture).exists(), is_gap()), is_counted(ResultCapture))
    return or_(own.exists(), shows.correlate(Result).exists())


def queue(*, actor: Actor, chosen: QueueFilter, after: str) -> tuple[list[Row], str | None]:
    """Return one page of what waits, oldest first, and the key of the next page."""
    query = select(Result.id).where(*_waiting(actor, chosen))
    ids, following = page(query, (Result.received_at, Result.id), after)
    return with_flags(with_people(ids)), following


def with_flags(results: Sequence[Result]) -> list[Row]:
    """Return the results of one page, each with its flags and its captures', the heaviest first."""
    ids = [named.capture_id for result in results for named in result.captures]
    query = select(Capture.id, Capture.kind).where(Capture.id.in_(ids))
    captures = {row.id: row for row in db.session.execute(query)}
    older = older_files([result.id for result in results])
    flags = _flags_of(results, ids)
    return [_row(result, captures, older.get(result.id, ()), flags) for result in results]


def _flags_of(results: Sequence[Result], capture_ids: Sequence[UUID]) -> dict[UUID, list[Raised]]:
    """Return the flags of results and captures by their ids, gaps as they are now."""
    found: dict[UUID, list[Raised]] = {}
    on_results = RaisedFlag.result_id.in_([result.id for result in results])
    query = select(RaisedFlag).where(or_(on_results, RaisedFlag.capture_id.in_(capture_ids)))
    for row in db.session.scalars(query.order_by(RaisedFlag.id)):
        bearer = row.result_id or row.capture_id
        if bearer is not None:
            found.setdefault(bearer, []).append(row)
    for capture_id, gap in gap_flags(capture_ids).items():
        found.setdefault(capture_id, []).append(gap)
    return found


def _row(
    result: Result,
    captures: Mapping[UUID, Any],
    older: Collection[UUID],
    flags: Mapping[UUID, list[Raised]],
) -> Row:
    own = [captures[n.capture_id] for n in result.captures if n.capture_id in captures]
    bearers = [result.id, *(capture.id for capture in counted(own, older))]
    seen = gathered(flag for bearer in bearers for flag in flags.get(bearer, []))
    return Row(result, total_weight(seen), list(dict.fromkeys(one.code for one in seen)))


def neighbours(*, actor: Actor, chosen: QueueFilter, result: Result) -> Neighbours:
    """Return the cases beside `result`, which need not wait itself any more."""
    here = tuple_(result.received_at, result.id)
    place = tuple_(Result.received_at, Result.id)
    query = select(Result.id).where(*_waiting(actor, chosen)).limit(1)
    before = query.where(place < here).order_by(Result.received_at.desc(), Result.id.desc())
    after = query.where(place > here).order_by(Result.received_at, Result.id)
    return Neighbours(db.session.scalar(before), db.session.scalar(after))


def first_waiting(*, actor: Actor, chosen: QueueFilter) -> UUID | None:
    """Return the oldest case that waits."""
    query: Select[UUID] = select(Result.id).where(*_waiting(actor, chosen))
    return db.session.scalar(query.order_by(Result.received_at, Result.id).limit(1))


def count_unsent(actor: Actor) -> int:
    """Return how many captures of the area have a record but not yet all their files."""
    found = (
        select(Capture.id)
        .where(Capture.state == CaptureState.COMMITTED.value)
        .where(in_duty(Capture.area_path, actor))
        .limit(COUNT_LIMIT + 1)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def count_waiting(actor: Actor) -> int:
    """Return how many cases wait for the actor, counted up to a limit."""
    chosen = QueueFilter(actor.area_path)
    found = select(Result.id).where(*_waiting(actor, chosen)).limit(COUNT_LIMIT + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0
