"""Writes corrections: an accepted result, or the mark that it set, is taken back by an entry."""

from typing import Literal
from uuid import UUID

from webapp import clock
from webapp.access.rules import Actor
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.visits.models import Correction, Result


def write_correction(
    *,
    actor: Actor,
    what: Literal["review", "mark"],
    result: Result,
    reason: str,
    review_id: UUID | None = None,
) -> Correction:
    """Journal a correction and keep its row; the words are hidden in the entry under a salt.

    `review_id` names the decision that is taken back; a lifted mark has none.
    """
    at, correction_id = clock.now(), uuid7()
    entry = journal.append(
        type=EntryType.CORRECTION,
        at=at,
        facts={
            "correction_id": str(correction_id),
            "what": what,
            "review_id": None if review_id is None else str(review_id),
            "result_id": str(result.id),
            "visit_id": str(result.visit_id),
            "corrected_by": str(actor.account_id),
        },
        salted={"words": reason} if reason else None,
    )
    made = Correction(
        id=correction_id, what=what, result_id=result.id, review_id=review_id, words=reason,
        corrected_by=actor.account_id, corrected_at=at, journal_index=entry.index,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made
