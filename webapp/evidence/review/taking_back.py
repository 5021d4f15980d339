"""Takes an acceptance back: by its author for ten minutes, later by a second person with a reason.

Nothing is rewritten. The decision stays, a correction stands beside it, and result, rivals, visit
and portrait return to what the decision's own journal entry says that they were.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import clock
from webapp.access.rules import Actor
from webapp.evidence.models import Review
from webapp.evidence.review.portraits import before_of
from webapp.evidence.review.review import (
    Decision,
    has_own_rival,
    lock_any_result,
)
from webapp.extensions import db
from webapp.free_text import read_words
from webapp.refusals import Refusal
from webapp.visits import results
from webapp.visits.corrections import write_correction
from webapp.visits.models import Correction, Result
from webapp.visits.rules import ResultState, VisitStatus

BY_AUTHOR = timedelta(minutes=10)
OPEN_TO_IT = {
    ResultState.ACCEPTED.value: Decision.ACCEPT.value,
    ResultState.AWAITING_SECOND.value: Decision.PROPOSE.value,
}


def take_back(*, actor: Actor, result_id: UUID, reason: str, review_id: str = "") -> Correction:
    """Take the acceptance of a result back, and return what it was.

    `review_id` is the decision that the actor was shown; another one is not taken back unseen.

    Raises:
        Refusal: `not_found` (404) outside the actor's area, `own_result` (403) for the worker,
            `not_accepted` (409), `take_back_moved` (409), `take_back_late` (409) for the author
            after ten minutes, `take_back_reason` when somebody else gives none, `words_too_long`,
            `visit_state` (409).
    """
    result = lock_any_result(actor=actor, result_id=result_id)
    review = acceptance_of(result)
    if review is None:
        raise Refusal("not_accepted", 409)
    if review_id and review_id != str(review.id):
        raise Refusal("take_back_moved", 409)
    reason = read_words(reason)
    _check_may(actor, review, reason)
    before = before_of(review)
    results.take_back(result=result, before=_results_of(result, before))
    return write_correction(
        actor=actor, what="review", result=result, review_id=review.id, reason=reason
    )


def acceptance_of(result: Result) -> Review | None:
    """Return the decision that holds of an accepted result, or of one that waits for a second."""
    decision = OPEN_TO_IT.get(result.state)
    query = select(Review).filter_by(result_id=result.id, decision=decision)
    query = query.where(~select(Correction.id).filter_by(review_id=Review.id).exists())
    return db.session.scalar(query.order_by(Review.journal_index.desc()).limit(1))


def is_authors(actor: Actor, review: Review) -> bool:
    """Say whether the actor decided so a moment ago, and may take it back without a word."""
    is_fresh = clock.now() - review.decided_at <= BY_AUTHOR
    return review.reviewer_id == actor.account_id and is_fresh


def may_take_back(actor: Actor, result: Result, review: Review | None) -> bool:
    """Say whether the actor may take this decision back at all, be it with a reason."""
    if review is None or result.worker_id == actor.account_id or has_own_rival(actor, result):
        return False
    return review.reviewer_id != actor.account_id or is_authors(actor, review)


def _check_may(actor: Actor, review: Review, reason: str) -> None:
    if is_authors(actor, review):
        return
    if review.reviewer_id == actor.account_id:
        raise Refusal("take_back_late", 409)
    if not reason:
        raise Refusal("take_back_reason")


def _results_of(result: Result, before: Mapping[str, Any]) -> results.Before:
    """Return the states to go back to; an old entry means a result that waited alone."""
    found = {
        UUID(one["result_id"]): (str(one["state"]), bool(one["is_standing"]))
        for one in before.get("results", [])
    }
    waited = {result.id: (ResultState.SUBMITTED.value, True)}
    return results.Before(found or waited, before.get("visit_status", VisitStatus.REPORTED.value))
