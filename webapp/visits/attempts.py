"""Keeps the attempts of a visit, each once, whoever sends them and however often."""

from collections.abc import Sequence
from uuid import UUID

from webapp.extensions import db
from webapp.people.rules import Actor
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.models import Attempt, Visit
from webapp.visits.rules import Action, AttemptFact, Met
from webapp.visits.schemas import AttemptBody


def record(*, actor: Actor, visit: Visit, bodies: Sequence[AttemptBody]) -> int:
    """Add the attempts that are not known yet; return how many they were.

    Raises:
        Refusal: `attempt_differs` (409) when an id belongs to another visit's attempt.
    """
    added = 0
    for body in bodies:
        known = db.session.get(Attempt, body.attempt_id)
        if known is None:
            db.session.add(_new_attempt(actor, visit, body))
            added += 1
        elif known.visit_id != visit.id:
            raise Refusal("attempt_differs", 409)
    db.session.flush()
    return added


def _new_attempt(actor: Actor, visit: Visit, body: AttemptBody) -> Attempt:
    return Attempt(
        id=body.attempt_id, visit_id=visit.id, worker_id=actor.account_id,
        device_kid=actor.device_kid, started_at=body.started_at, ended_at=body.ended_at,
        met=body.met.value, action=body.action.value if body.action else None,
        number_end=body.number_end, note=body.note, position=body.position,
    )  # fmt: skip


def of_visit(visit_id: UUID) -> list[Attempt]:
    """Return every attempt of the visit, the earliest first."""
    query = db.select(Attempt).filter_by(visit_id=visit_id).order_by(Attempt.started_at)
    return list(db.session.scalars(query))


def facts_of_visit(visit_id: UUID) -> list[AttemptFact]:
    """Return what the rules need to know of the visit's attempts."""
    return [
        AttemptFact(
            attempt.started_at, Met(attempt.met),
            Action(attempt.action) if attempt.action else None, attempt.number_end,
        )
        for attempt in of_visit(visit_id)
    ]  # fmt: skip


def number_ends(person: Person) -> list[str]:
    """Return the ends of the person's telephone numbers, by which calls name them."""
    return [phone.masked.lstrip("*") for phone in person.phones]
