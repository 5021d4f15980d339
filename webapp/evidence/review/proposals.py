"""Shows in full what a result proposes of a person's contacts; each look is journaled."""

from uuid import UUID

from sqlalchemy import select

from webapp import clock, sealing
from webapp.access.rules import Actor
from webapp.evidence.review.case import one_case
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.roster.models import Person
from webapp.visits.models import ContactChange


def reveal_proposals(*, actor: Actor, result_id: UUID) -> dict[int, str]:
    """Return what a result proposes in full, by the proposal's id, and journal the look.

    Raises:
        Refusal: `not_found` (404), also outside the actor's area.
    """
    result = one_case(actor=actor, result_id=result_id).result
    journal_look(actor, result.person, "proposals")
    query = select(ContactChange).where(ContactChange.result_id == result.id)
    return {change.id: sealing.unseal(change.value_sealed) for change in db.session.scalars(query)}


def journal_look(actor: Actor, person: Person, kind: str) -> None:
    """Journal that somebody looked at one kind of fact of a person in full."""
    journal.append(
        type=EntryType.VIEWED,
        at=clock.now(),
        facts={"viewer_id": str(actor.account_id), "person_id": str(person.id), "kind": kind},
    )
