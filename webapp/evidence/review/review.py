"""Decides a review: accept, return with words, or ask for another visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from webapp import clock
from webapp.access.rules import Actor
from webapp.database.base import uuid7
from webapp.evidence.flags.inspection_flags import shows_nothing
from webapp.evidence.flags.redone import counted, is_pictured, older_files
from webapp.evidence.models import Capture, Review
from webapp.evidence.records.media_types import VIDEOS
from webapp.evidence.records.rules import CaptureState
from webapp.evidence.review.second_reviewer import code_to_see, is_unproven
from webapp.extensions import db
from webapp.free_text import plain_words, read_words
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, JsonValue
from webapp.refusals import Refusal
from webapp.visits import attempts, results
from webapp.visits.models import Correction, Result
from webapp.visits.requirements import requirement_of
from webapp.visits.rules import (
    WAITING,
    CaptureFact,
    CaptureKind,
    Outcome,
    ResultState,
    judge_result,
)

PENDING = WAITING


class Decision(StrEnum):
    """What a reviewer may decide."""

    ACCEPT = "accept"
    RETURN = "return"
    ASK_AGAIN = "ask_again"
    # The first of two acceptances, when the code was not seen; nobody chooses it by name.
    PROPOSE = "propose"


def decide(
    *, actor: Actor, result_id: UUID, decision: Decision, words: str, code_seen: bool | None
) -> Review:
    """Record a reviewer's decision, journal it, and move the visit on.

    `code_seen` says whether the challenge is in the picture or on the soundtrack; None where
    nobody was pictured. Accepted without it, or from a phone that nobody confirmed, the result
    waits for a second reviewer. Where no code was asked for, none can have been seen.

    Raises:
        Refusal: `not_found` (404) outside the actor's area, `own_result` (403) for the author,
            `own_rival` (403) for the author of another result of the visit, `already_reviewed`
            or `second_needed` (409), `code_seen_missing`, `unseen_reason`, `unproven_reason`,
            `words_missing`, `words_too_long`, or the rule that the evidence received so far does
            not meet.
    """
    result = lock_result(actor=actor, result_id=result_id)
    first = proposal_of(result)
    before, portrait = results.standing_now(result.visit), result.person.photo_sha256
    captures = counted(captures_of(result), older_files([result.id]).get(result.id, ()))
    words, code_seen = read_words(words), _seen(captures, code_seen)
    if decision is Decision.ACCEPT:
        _check_acceptable(result, captures, code_seen)
        decision = _accept(actor, result, first, words, code_seen)
    elif decision is Decision.RETURN:
        results.return_result(result=result, words=words)
    else:
        results.ask_again(result=result, words=words)
    return _write(actor, result, Made(decision, words, code_seen, before, portrait, first))


def _accept(
    actor: Actor, result: Result, first: Review | None, words: str, code_seen: bool | None
) -> Decision:
    """Accept the result, or propose to: two people answer for what shows no code."""
    if first is not None and first.reviewer_id == actor.account_id:
        raise Refusal("second_needed", 409)
    is_doubted = is_unproven(result)
    if (code_seen is False or is_doubted) and not words:
        raise Refusal("unseen_reason" if code_seen is False else "unproven_reason")
    needs_two = requirement_of(result.visit.kind, result.outcome).second_reviewer
    if (code_seen is False or is_doubted or needs_two) and first is None:
        results.await_second(result=result)
        return Decision.PROPOSE
    results.accept_result(result=result)
    return Decision.ACCEPT


def _seen(captures: Sequence[Capture], code_seen: bool | None) -> bool | None:
    """Return whether the code was seen: not where nobody is, nor where none was asked for."""
    if not is_pictured(captures):
        return None
    return code_seen if code_to_see(captures) else False


def proposal_of(result: Result) -> Review | None:
    """Return the decision of the first of two reviewers, while the result waits for the second."""
    if result.state != ResultState.AWAITING_SECOND:
        return None
    query = select(Review).filter_by(result_id=result.id, decision=Decision.PROPOSE.value)
    query = query.where(~select(Correction.id).filter_by(review_id=Review.id).exists())
    return db.session.scalar(query.order_by(Review.journal_index.desc()).limit(1))


def is_repeat(
    *, actor: Actor, result_id: UUID, decision: Decision, words: str, code_seen: bool | None
) -> bool:
    """Say whether the actor's own newest decision is this very one: a form that was sent twice.

    An old form with other words, or with the code seen after all, says something else.
    """
    query = select(Review).filter_by(result_id=result_id).order_by(Review.journal_index.desc())
    last = db.session.scalar(query.limit(1))
    wanted = {decision.value, Decision.PROPOSE} if decision is Decision.ACCEPT else {decision.value}
    return (
        last is not None
        and last.reviewer_id == actor.account_id
        and last.decision in wanted
        and last.words == plain_words(words)
        and last.code_seen in {code_seen, None}
        and last.correction is None
    )


def lock_result(*, actor: Actor, result_id: UUID) -> Result:
    """Return a result that waits for this reviewer, and keep others from deciding it meanwhile.

    Raises:
        Refusal: `not_found` (404), `own_result` (403), `already_reviewed` (409).
    """
    result = lock_any_result(actor=actor, result_id=result_id)
    if result.state not in PENDING:
        raise Refusal("already_reviewed", 409)
    return result


def lock_any_result(*, actor: Actor, result_id: UUID) -> Result:
    """Return a result that this reviewer may judge, whether it waits or not, and lock its visit.

    Raises:
        Refusal: `not_found` (404), `own_result` or `own_rival` (403).
    """
    result = db.session.get(Result, result_id)
    if result is None or not actor.covers(result.area_path):
        raise Refusal("not_found", 404)
    if result.worker_id == actor.account_id:
        raise Refusal("own_result", 403)
    results.lock_visit(result.visit_id)
    db.session.refresh(result)
    if has_own_rival(actor, result):
        raise Refusal("own_rival", 403)
    return result


def has_own_rival(actor: Actor, result: Result) -> bool:
    """Say whether a decision on this result would settle one that the actor made beside it."""
    settled = [ResultState.RETURNED.value, ResultState.SUPERSEDED.value]
    query = select(Result.id).where(
        Result.visit_id == result.visit_id, Result.id != result.id,
        Result.worker_id == actor.account_id, Result.state.not_in(settled),
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


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
        captures=[_fact(capture) for capture in arrived if _can_be_looked_at(capture)],
        attempts=attempts.facts_of(attempts.of_visit(result.visit_id)),
        requirement=requirement_of(result.visit.kind, result.outcome),
    )
    if judgement.code == "person_not_shown" and len(arrived) < len(captures):
        raise Refusal("files_missing", missing=len(captures) - len(arrived))
    if judgement.code is not None:
        raise Refusal(judgement.code, field=judgement.field or "")


def _can_be_looked_at(capture: Capture) -> bool:
    """Say whether any file of it shows something; a film that no decoder reads shows nobody."""
    return not all(
        shows_nothing(media.inspection, is_film=media.mime in VIDEOS) for media in capture.media
    )


def _fact(capture: Capture) -> CaptureFact:
    lengths = [media.duration_ms or 0 for media in capture.media]
    return CaptureFact(CaptureKind(capture.kind), max(lengths, default=0) or None)


@dataclass(frozen=True)
class Made:
    """A decision, what stood before it, and the proposal that it seconds."""

    decision: Decision
    words: str
    code_seen: bool | None
    before: results.Before
    photo_sha256: str | None
    first: Review | None

    def facts(self) -> dict[str, JsonValue]:
        """Return what the entry tells, so that a correction finds what to return to."""
        facts: dict[str, JsonValue] = {
            "decision": self.decision.value,
            "code_seen": self.code_seen,
            "seconds": str(self.first.id) if self.first else None,
        }
        if self.decision in {Decision.ACCEPT, Decision.PROPOSE}:
            facts["before"] = {
                "visit_status": self.before.visit_status,
                "photo_sha256": self.photo_sha256,
                "results": [
                    {"result_id": str(id_), "state": state, "is_standing": stands}
                    for id_, (state, stands) in self.before.results.items()
                ],
            }
        return facts


def _write(actor: Actor, result: Result, made: Made) -> Review:
    at, review_id = clock.now(), uuid7()
    entry = journal.append(
        type=EntryType.REVIEW_DECIDED,
        at=at,
        facts={
            "review_id": str(review_id),
            "result_id": str(result.id),
            "visit_id": str(result.visit_id),
            "reviewer_id": str(actor.account_id),
            **made.facts(),
        },
        salted={"words": made.words} if made.words else None,
    )
    review = Review(
        id=review_id, result_id=result.id, decision=made.decision.value, words=made.words,
        code_seen=made.code_seen, reviewer_id=actor.account_id, decided_at=at,
        journal_index=entry.index,
    )  # fmt: skip
    db.session.add(review)
    db.session.flush()
    return review
