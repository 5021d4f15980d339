"""Records what workers found, exactly once, and what a reviewer makes of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp import clock, sealing
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.packs import changes
from webapp.refusals import Kept, Refusal
from webapp.visits import attempts, judging
from webapp.visits.kinds import PURPOSE_OF, VisitKind, kinds_of
from webapp.visits.marks import LOSSES
from webapp.visits.models import (
    Attempt,
    ContactChange,
    Result,
    ResultCapture,
    Visit,
)
from webapp.visits.naming import facts_of_captures
from webapp.visits.removals import remove_from_phone, was_given_to
from webapp.visits.rules import (
    OPEN_STATUSES,
    WAITING,
    CaptureFact,
    Outcome,
    ResultState,
    VisitEvent,
    VisitStatus,
    next_status,
)
from webapp.visits.schemas import AttemptsBody, ResultBody
from webapp.visits.signals import loss_reported, result_accepted, result_taken_back

# What ends somebody's claim, if it is so.
REPORTED_LOSSES = frozenset({*LOSSES, Outcome.DEPENDANT_LOST.value})
# So many results of one visit may wait for a reviewer from one worker; an honest phone makes two.
MOST_WAITING = 5


@dataclass(frozen=True)
class Recorded:
    """What became of a posted result: `is_new` is False when it was there already.

    `learnt` is the code of what the office learnt against it after its visit was made, `attempts`
    are those of the visit that were known when a new result came.
    """

    result: Result
    is_new: bool
    learnt: str | None = None
    attempts: Sequence[Attempt] = ()

    @property
    def kept(self) -> Kept | None:
        """What the phone is told while another result stands, and a person must choose."""
        is_in_conflict = self.result.state == ResultState.CONFLICT and (
            standing_result(self.result.visit_id) is not None
        )
        return Kept("other_result_stands", 409) if is_in_conflict else None


@dataclass(frozen=True)
class Before:
    """Where the results of a visit (state, whether it stands) and the visit itself stood."""

    results: Mapping[UUID, tuple[str, bool]]
    visit_status: str


def standing_now(visit: Visit) -> Before:
    """Return where a visit and those of its results stand that a decision can move.

    What was returned or gave way already stays so, and would make the list long without end.
    """
    found = {
        other.id: (other.state, other.is_standing)
        for other in visit.results
        if other.is_standing or other.state in WAITING
    }
    return Before(found, visit.status)


def body_text(body: ResultBody) -> str:
    """Return a result's body in the one spelling that is hashed."""
    return json.dumps(body.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)


def body_sha256(body: ResultBody) -> str:
    """Return the hash by which a repeated result is known as the same or as another."""
    return hashlib.sha256(body_text(body).encode()).hexdigest()


def record_result(
    *, actor: Actor, body: ResultBody, captures: Mapping[UUID, CaptureFact]
) -> Recorded:
    """Record a worker's result; the same again changes nothing.

    `captures` holds the committed captures that the result names, by their ids. When another
    result of the visit stands, both are kept and this one waits for a person. The caller has
    locked the visit (`lock_visit`).

    Raises:
        Refusal: `not_found` (404) for a visit that never was the worker's, `result_differs`
            (409) for other words under a known id, `results_waiting` while too many of the
            worker's wait, or the code of the rule that is broken.
    """
    known = db.session.get(Result, body.result_id)
    if known is not None:
        return _repeated(actor, known, body)
    visit = visit_of_worker(actor=actor, visit_id=body.visit_id)
    _refuse_flood(actor, visit)
    attempts.record(actor=actor, visit=visit, bodies=body.attempts)
    made = attempts.of_visit(visit.id)
    learnt = judging.check_result(visit=visit, body=body, captures=captures, made=made)
    result = _add_result(actor, visit, body, made)
    return Recorded(result, is_new=True, learnt=learnt, attempts=made)


def _refuse_flood(actor: Actor, visit: Visit) -> None:
    """Let no one sender bury a visit, and its reviewer, under results that nobody decided yet."""
    waiting = {ResultState.SUBMITTED.value, ResultState.CONFLICT.value}
    query = db.select(db.func.count()).select_from(Result).where(
        Result.visit_id == visit.id, Result.worker_id == actor.account_id,
        Result.state.in_(waiting),
    )  # fmt: skip
    if (db.session.scalar(query) or 0) >= MOST_WAITING:
        raise Refusal("results_waiting", most=MOST_WAITING)


def _repeated(actor: Actor, known: Result, body: ResultBody) -> Recorded:
    if known.worker_id != actor.account_id or known.body_sha256 != body_sha256(body):
        raise Refusal("result_differs", 409)
    return Recorded(known, is_new=False)


def _add_result(actor: Actor, visit: Visit, body: ResultBody, made: Sequence[Attempt]) -> Result:
    """Write the result with its journal entry, and move the visit on.

    The change is numbered first: every use case takes the counter before the journal, so that
    a reviewer and a phone never wait for each other (docs of `lock_visit`).
    """
    changes.touch([visit])
    at = clock.now()
    stands = standing_result(visit.id) is None and visit.status != VisitStatus.CANCELLED
    state = ResultState.SUBMITTED if stands else ResultState.CONFLICT
    index = _journal_result(actor, body, at, visit=visit, state=state, made=made)
    result = Result(
        id=body.result_id, visit_id=visit.id, person_id=visit.person_id,
        area_path=visit.area_path, worker_id=actor.account_id, device_kid=actor.device_kid,
        outcome=body.outcome.value, decided_at=body.decided_at, received_at=at,
        details=body.details, note=body.note, body_sha256=body_sha256(body),
        state=state.value, is_standing=stands, journal_index=index,
    )  # fmt: skip
    result.captures = [
        ResultCapture(capture_id=ref.capture_id, record_sha256=ref.record_sha256)
        for ref in body.captures
    ]
    db.session.add(result)
    db.session.flush()
    _propose_changes(result, body)
    if stands:
        visit.status = next_status(VisitStatus(visit.status), VisitEvent.REPORT).value
        visit.returned_words = visit.returned_at = None
    if result.outcome in REPORTED_LOSSES:
        loss_reported.send(None, result=result)
    return result


def _journal_result(
    actor: Actor,
    body: ResultBody,
    at: datetime,
    *,
    visit: Visit,
    state: ResultState,
    made: Sequence[Attempt],
) -> int:
    """Journal the result: ids, codes and hashes; its low-entropy body is salted.

    The outcome is a code and stands in the clear, so that losing the salt cannot turn it round.
    """
    entry = journal.append(
        type=EntryType.RESULT_SUBMITTED,
        at=at,
        facts={
            "result_id": str(body.result_id),
            "visit_id": str(body.visit_id),
            "person_id": str(visit.person_id),
            "outcome": body.outcome.value,
            "state": state.value,
            "worker_id": str(actor.account_id),
            "device_kid": actor.device_kid,
            "attempts_sha256": attempts.digest_of(attempt.id for attempt in made),
            **facts_of_captures(
                [(str(ref.capture_id), ref.record_sha256) for ref in body.captures]
            ),
        },
        salted={"body_sha256": body_sha256(body)},
    )
    return entry.index


def _propose_changes(result: Result, body: ResultBody) -> None:
    for change in body.contact_changes:
        db.session.add(ContactChange(
            result_id=result.id, person_id=result.person_id, field=change.field,
            value_sealed=sealing.seal(change.value),
        ))  # fmt: skip


def record_attempts(*, actor: Actor, body: AttemptsBody) -> int:
    """Record attempts that have no result yet; return how many were new.

    Raises:
        Refusal: `not_found` (404).
    """
    visit = _if_of_worker(lock_visit(body.visit_id), actor)
    return attempts.record(actor=actor, visit=visit, bodies=body.attempts)


def visit_of_worker(*, actor: Actor, visit_id: UUID) -> Visit:
    """Return a visit that is, or once was, the worker's.

    Raises:
        Refusal: `not_found` (404).
    """
    return _if_of_worker(db.session.get(Visit, visit_id), actor)


def _if_of_worker(visit: Visit | None, actor: Actor) -> Visit:
    if visit is None:
        raise Refusal("not_found", 404)
    if visit.worker_id != actor.account_id and not was_given_to(visit.id, actor.account_id):
        raise Refusal("not_found", 404)
    return visit


def lock_visit(visit_id: UUID) -> Visit | None:
    """Return the visit as it stands, others who post for it waiting: equal posts become one row.

    Everybody takes locks in one order: visits, captures, the change counter, the journal. The
    key stays free (FOR NO KEY UPDATE), because a row that names the visit, such as a capture
    written under the journal's lock, would wait here otherwise.
    """
    locked = db.select(Visit).where(Visit.id == visit_id).with_for_update(key_share=True)
    found: Visit | None = db.session.scalar(locked.execution_options(populate_existing=True))
    return found


def standing_result(visit_id: UUID) -> Result | None:
    """Return the one result of the visit that stands, if there is one."""
    query = db.select(Result).filter_by(visit_id=visit_id, is_standing=True)
    found: Result | None = db.session.scalar(query)
    return found


def accept_result(*, result: Result) -> None:
    """Let `result` be the visit's answer; another standing one gives way to it."""
    visit = result.visit
    result.state = ResultState.ACCEPTED.value
    result_accepted.send(None, result=result)
    standing = standing_result(visit.id)
    if standing is not None and standing.id != result.id:
        standing.is_standing, standing.state = False, ResultState.SUPERSEDED.value
        db.session.flush()
    result.is_standing = True
    if visit.status != VisitStatus.ACCEPTED:
        visit.status = next_status(VisitStatus(visit.status), VisitEvent.ACCEPT).value
    _settle_rivals(result)
    _tell_phones_accepted(visit, result.worker_id)
    changes.touch([visit])


def _settle_rivals(chosen: Result) -> None:
    """Mark the results that were not chosen; their evidence is kept all the same."""
    for other in chosen.visit.results:
        if other.id != chosen.id and other.state in WAITING:
            other.state = ResultState.SUPERSEDED.value


def _tell_phones_accepted(visit: Visit, author_id: UUID) -> None:
    for worker_id in {visit.worker_id, author_id} - {None}:
        remove_from_phone(visit=visit, worker_id=worker_id, reason="accepted")


def return_result(*, result: Result, words: str) -> None:
    """Send the result back to its worker's phone with the reviewer's words.

    Raises:
        Refusal: `words_missing`, `visit_state` or `other_visit_open` (409).
    """
    if not words.strip():
        raise Refusal("words_missing")
    visit = result.visit
    was_standing = result.is_standing
    if was_standing:
        _refuse_second_visit(visit)
    result.is_standing, result.state = False, ResultState.RETURNED.value
    if was_standing:
        visit.status = next_status(VisitStatus(visit.status), VisitEvent.RETURN).value
    if was_standing or visit.status in OPEN_STATUSES:
        visit.returned_words, visit.returned_at = words.strip(), clock.now()
    changes.touch([visit])


def ask_again(*, result: Result, words: str) -> None:
    """Keep the result as history and open the visit for another try.

    Raises:
        Refusal: `visit_state` or `other_visit_open` (409).
    """
    visit = result.visit
    was_standing = result.is_standing
    if was_standing:
        _refuse_second_visit(visit)
    result.is_standing, result.state = False, ResultState.SUPERSEDED.value
    if was_standing:
        visit.status = next_status(VisitStatus(visit.status), VisitEvent.ASK_AGAIN).value
        visit.returned_words, visit.returned_at = words.strip() or None, clock.now()
    changes.touch([visit])


def _refuse_second_visit(visit: Visit) -> None:
    """Open no visit again beside another of the same purpose, which would send two workers."""
    under_way = [*(status.value for status in OPEN_STATUSES), VisitStatus.REPORTED.value]
    query = db.select(Visit.id).where(
        Visit.person_id == visit.person_id,
        Visit.id != visit.id,
        Visit.status.in_(under_way),
        Visit.kind.in_(kinds_of(PURPOSE_OF[VisitKind(visit.kind)])),
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Refusal("other_visit_open", 409)


def await_second(*, result: Result) -> None:
    """Let the result wait for a second reviewer; nothing else moves until then."""
    result.state = ResultState.AWAITING_SECOND.value
    changes.touch([result.visit])


def take_back(*, result: Result, before: Before) -> None:
    """Put the result, its rivals and its visit back to where they were before a decision.

    A rival that something else has happened to since stays where that led it.

    Raises:
        Refusal: `visit_state` (409) when the visit has moved on.
    """
    visit = result.visit
    was_accepted = result.state == ResultState.ACCEPTED
    if was_accepted and visit.status != VisitStatus.ACCEPTED:
        raise Refusal("visit_state", 409, state=visit.status, event="take_back")
    result.is_standing = False
    db.session.flush()
    for other in visit.results:
        is_untouched = other.id == result.id or other.state == ResultState.SUPERSEDED
        if other.id in before.results and is_untouched:
            other.state, other.is_standing = before.results[other.id]
    if was_accepted:
        visit.status = before.visit_status
        result_taken_back.send(None, result=result)
    changes.touch([visit])


def open_conflicts(visit_id: UUID) -> Sequence[Result]:
    """Return the results of a visit that wait for a person's choice."""
    query = db.select(Result).filter_by(visit_id=visit_id, state=ResultState.CONFLICT.value)
    return list(db.session.scalars(query))
