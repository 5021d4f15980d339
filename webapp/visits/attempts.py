"""Keeps the attempts of a visit, each once, whoever sends them and however often."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.packs import changes
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.models import Attempt, Visit
from webapp.visits.rules import Action, AttemptFact, Met
from webapp.visits.schemas import AttemptBody


def record(*, actor: Actor, visit: Visit, bodies: Sequence[AttemptBody]) -> int:
    """Add the attempts that are not known yet; return how many they were.

    They are journaled at once, before the result that may rest on them. The change counter is
    taken before the journal, as everybody takes them (`results.lock_visit`).

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
    if added:
        changes.touch([visit])
        states.name_act(EntryType.ATTEMPTS_RECORDED, **_sent_by(actor, visit))
        states.settle()
    return added


def _sent_by(actor: Actor, visit: Visit) -> dict[str, str]:
    facts = {"account_id": str(actor.account_id), "visit_id": str(visit.id)}
    return facts | ({"device_kid": actor.device_kid} if actor.device_kid else {})


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


def digest_of(ids: Iterable[UUID]) -> str:
    """Return the hash by which a result names the attempts that were known when it came."""
    return sha256("\n".join(sorted(str(one) for one in ids)).encode()).hexdigest()


def facts_of(attempts: Iterable[Attempt]) -> list[AttemptFact]:
    """Return what the rules need to know of a visit's attempts."""
    return [
        AttemptFact(
            attempt.started_at, Met(attempt.met),
            Action(attempt.action) if attempt.action else None, attempt.number_end,
        )
        for attempt in attempts
    ]  # fmt: skip


def number_ends(person: Person) -> list[str]:
    """Return the ends of the person's telephone numbers, by which calls name them."""
    return [phone.masked.lstrip("*") for phone in person.phones]
