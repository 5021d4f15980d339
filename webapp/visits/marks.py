"""Marks people whom an accepted result found dead, in custody or settled abroad.

The mark is no column that could be forgotten: it is the accepted result itself. So it is there at
once, and goes when the acceptance is taken back. Where a later import or anything else says
otherwise, somebody lifts it with a reason, which the journal keeps.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import aliased

from webapp.access.rules import Actor
from webapp.chunks import chunks
from webapp.extensions import db
from webapp.free_text import read_words
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.corrections import write_correction
from webapp.visits.models import Correction, Result
from webapp.visits.rules import Outcome, ResultState

LOSSES = (Outcome.DECEASED.value, Outcome.IMPRISONED.value, Outcome.EMIGRATED.value)


def is_marking() -> tuple[object, ...]:
    """Return the conditions under which a result marks its person."""
    later = aliased(Correction)
    # Whoever accepted it anew, after the acceptance was taken back, set the mark anew.
    undone = db.select(later.id).where(
        later.result_id == Result.id, later.what == "review",
        later.journal_index > Correction.journal_index,
    )  # fmt: skip
    lifted = db.select(Correction.id).where(
        Correction.what == "mark", Correction.result_id == Result.id, ~undone.exists()
    )
    return (
        Result.state == ResultState.ACCEPTED.value, Result.outcome.in_(LOSSES), ~lifted.exists(),
    )  # fmt: skip


def marks_of(person_ids: Collection[UUID]) -> dict[UUID, Result]:
    """Return, by person, the newest result that marks them."""
    found: dict[UUID, Result] = {}
    for chunk in chunks(list(person_ids)):
        ids = Result.person_id.in_(chunk)
        query = db.select(Result).where(ids, *is_marking()).order_by(Result.received_at)
        found |= {result.person_id: result for result in db.session.scalars(query)}
    return found


def lift(*, actor: Actor, person_id: UUID, reason: str) -> list[Correction]:
    """Lift the mark of a person with a reason; the results that set it stay as they are.

    Raises:
        Refusal: `not_found` (404) when nothing marks a person of the actor's area,
            `own_mark` (403) for whoever reported it, `lift_reason` without a reason,
            `words_too_long`.
    """
    person = db.session.get(Person, person_id)
    query = db.select(Result).where(Result.person_id == person_id, *is_marking())
    # Whose area the person is in today decides: the result may have been found before a move.
    marking = list(db.session.scalars(query))
    if person is None or not actor.covers(person.area_path):
        raise Refusal("not_found", 404)
    if not reason.strip():
        raise Refusal("lift_reason")
    if not marking:
        raise Refusal("not_found", 404)
    if any(result.worker_id == actor.account_id for result in marking):
        raise Refusal("own_mark", 403)
    words = read_words(reason)
    return [
        write_correction(actor=actor, what="mark", result=result, reason=words)
        for result in marking
    ]
