"""Decides a review: accept, return with words, or ask for another visit (issue §6)."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from webapp import clock
from webapp.database import uuid7
from webapp.evidence.models import Capture, Review
from webapp.evidence.redone import counted, is_pictured, older_files
from webapp.evidence.rules import CaptureState, MediaState
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.people.rules import Actor
from webapp.refusals import Refusal
from webapp.visits import attempts, results
from webapp.visits.models import Result
from webapp.visits.rules import CaptureFact, CaptureKind, Outcome, ResultState, judge_result

PENDING = frozenset({ResultState.SUBMITTED, ResultState.CONFLICT})
SHOWN_ALIVE = frozenset({Outcome.ELIGIBLE, Outcome.IN_CARE})


class Decision(StrEnum):
    """What a reviewer may decide."""

    ACCEPT = "accept"
    RETURN = "return"
    ASK_AGAIN = "ask_again"


def decide(
    *, actor: Actor, result_id: UUID, decision: Decision, words: str, code_seen: bool | None
) -> Review:
    """Record a reviewer's decision, journal it, and move the visit on.

    `code_seen` says whether the challenge is in the picture or on the soundtrack; None where
    nobody was pictured.

    Raises:
        Refusal: `not_found` (404) outside the actor's area, `own_result` (403) for the author,
            `already_reviewed` (409), `code_seen_missing`, `words_missing`, or the rule that the
            evidence received so far does not meet.
    """
    result = lock_result(actor=actor, result_id=result_id)
    captures = counted(captures_of(result), older_files([result.id]).get(result.id, ()))
    words = words.strip()[:2000]
    if decision is Decision.ACCEPT:
        _check_acceptable(result, captures, code_seen)
        results.accept_result(result=result)
        _keep_portrait(result, captures)
    elif decision is Decision.RETURN:
        results.return_result(result=result, words=words)
    else:
        results.ask_again(result=result, words=words)
    return _write(actor, result, decision, words, code_seen)


def lock_result(*, actor: Actor, result_id: UUID) -> Result:
    """Return a result that waits for this reviewer, and keep others from deciding it meanwhile.

    Raises:
        Refusal: `not_found` (404), `own_result` (403), `already_reviewed` (409).
    """
    result = db.session.get(Result, result_id)
    if result is None or not actor.covers(result.area_path):
        raise Refusal("not_found", 404)
    if result.worker_id == actor.account_id:
        raise Refusal("own_result", 403)
    results.lock_visit(result.visit_id)
    db.session.refresh(result)
    if result.state not in PENDING:
        raise Refusal("already_reviewed", 409)
    return result


def captures_of(result: Result) -> list[Capture]:
    """Return the captures on which a result rests, oldest first."""
    ids = [named.capture_id for named in result.captures]
    query = select(Capture).where(Capture.id.in_(ids)).order_by(Capture.commit_index)
    return list(db.session.scalars(query))


def _check_acceptable(result: Result, captures: list[Capture], code_seen: bool | None) -> None:
    """Judge the result again by what has really arrived, not by what was promised."""
    if code_seen is None and is_pictured(captures):
        raise Refusal("code_seen_missing")
    arrived = [c for c in captures if c.state == CaptureState.RECEIVED]
    judgement = judge_result(
        outcome=Outcome(result.outcome),
        details=result.details,
        captures=[_fact(capture) for capture in arrived],
        attempts=attempts.facts_of_visit(result.visit_id),
    )
    if judgement.code == "person_not_shown" and len(arrived) < len(captures):
        raise Refusal("files_missing", missing=len(captures) - len(arrived))
    if judgement.code is not None:
        raise Refusal(judgement.code, field=judgement.field or "")


def _fact(capture: Capture) -> CaptureFact:
    lengths = [media.duration_ms or 0 for media in capture.media]
    return CaptureFact(CaptureKind(capture.kind), max(lengths, default=0) or None)


def _keep_portrait(result: Result, captures: list[Capture]) -> None:
    """Let the accepted picture be the one that next year's worker and reviewer compare with."""
    if result.outcome not in SHOWN_ALIVE:
        return
    for kind in (CaptureKind.PHOTO, CaptureKind.VIDEO):
        for capture in captures:
            for media in capture.media:
                if capture.kind == kind and media.state == MediaState.RECEIVED:
                    result.person.photo_sha256 = media.sha256
                    return


def _write(
    actor: Actor, result: Result, decision: Decision, words: str, code_seen: bool | None
) -> Review:
    at, review_id = clock.now(), uuid7()
    entry = journal.append(
        type=EntryType.REVIEW_DECIDED,
        at=at,
        facts={
            "review_id": str(review_id),
            "result_id": str(result.id),
            "visit_id": str(result.visit_id),
            "reviewer_id": str(actor.account_id),
            "decision": decision.value,
            "code_seen": code_seen,
        },
        salted={"words": words} if words else None,
    )
    review = Review(
        id=review_id, result_id=result.id, decision=decision.value, words=words,
        code_seen=code_seen, reviewer_id=actor.account_id, decided_at=at,
        journal_index=entry.index,
    )  # fmt: skip
    db.session.add(review)
    db.session.flush()
    return review
