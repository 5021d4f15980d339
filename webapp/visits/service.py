"""What an office does with visits: make them, give them to workers, move and cancel them."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from webapp import clock
from webapp.access.rules import Actor, Holder, Permission, Role
from webapp.areas.rules import path_lies_in
from webapp.chunks import chunks
from webapp.config import settings
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.free_text import read_words
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.packs import changes
from webapp.people.models import Account
from webapp.refusals import Refusal
from webapp.roster.imports.under_undo import refuse_people
from webapp.roster.models import Person
from webapp.visits.kinds import PURPOSE_OF, Purpose, VisitKind, kinds_of
from webapp.visits.marks import marks_of
from webapp.visits.models import Visit
from webapp.visits.removals import remove_from_phone
from webapp.visits.rules import OPEN_STATUSES, VisitEvent, VisitStatus, next_status
from webapp.visits.signals import visit_cancelled
from webapp.visits.terms import Term, check_term

T = TypeVar("T")
Attribute: TypeAlias = InstrumentedAttribute[UUID]


def subject_ref(person_id: UUID) -> str:
    """Return the salted hash by which a capture record names its person (evidence §1.4)."""
    key = settings().key("subject-ref")
    return hmac.new(key, str(person_id).encode(), hashlib.sha256).hexdigest()


def make_visits(
    *,
    actor: Actor,
    person_ids: Sequence[UUID],
    due_on: date,
    window_from: date | None = None,
    window_to: date | None = None,
    note: str = "",
    worker_id: UUID | None = None,
    office_id: int | None = None,
    kind: VisitKind = VisitKind.HOME,
) -> list[Visit]:
    """Make one visit for each person who has none open; give them to a worker, if named.

    Who is marked as dead, in custody or settled abroad is left out, like who is visited already.

    Raises:
        Refusal: `not_found` (404) for a person or worker outside the actor's area,
            `people_being_undone` (409), and what `terms.check_term` raises.
    """
    check_term(Term(due_on, window_from, window_to))
    states.name_act(EntryType.VISITS_DISPATCHED, **_by(actor, worker_id=worker_id))
    worker = find_worker(actor=actor, worker_id=worker_id) if worker_id else None
    people = _people_in_duty(actor, person_ids)
    # Offices that dispatch at the same moment take turns: nobody is sent two workers.
    changes.next_change_no()
    busy = _people_with_open_visit([person.id for person in people], PURPOSE_OF[kind])
    busy |= marks_of([person.id for person in people]).keys()
    made = [
        _new_visit(actor, person, kind, due_on, window_from, window_to, note, office_id)
        for person in people
        if person.id not in busy
    ]
    db.session.add_all(made)
    if worker is not None:
        _give(made, worker)
    changes.touch(made)
    db.session.flush()
    return made


def _new_visit(
    actor: Actor,
    person: Person,
    kind: VisitKind,
    due_on: date,
    window_from: date | None,
    window_to: date | None,
    note: str,
    office_id: int | None,
) -> Visit:
    return Visit(
        id=uuid7(), kind=kind.value, person_id=person.id, area_path=person.area_path,
        office_id=office_id, subject_ref=subject_ref(person.id),
        status=VisitStatus.PLANNED.value, due_on=due_on, window_from=window_from,
        window_to=window_to, note=note, created_at=clock.now(), created_by=actor.account_id,
        change_no=0,
    )  # fmt: skip


def assign(*, actor: Actor, visit_ids: Sequence[UUID], worker_id: UUID) -> list[Visit]:
    """Give visits to a worker; a former worker's phone is told, and its unsent work stays safe.

    Raises:
        Refusal: `not_found` (404), `visit_state` (409) for a finished or cancelled visit,
            `person_marked` (409) when an accepted result found the person lost.
    """
    states.name_act(EntryType.VISITS_ASSIGNED, **_by(actor, worker_id=worker_id))
    worker = find_worker(actor=actor, worker_id=worker_id)
    visits = visits_in_duty(actor=actor, visit_ids=visit_ids)
    for marking in marks_of({visit.person_id for visit in visits}).values():
        raise Refusal("person_marked", 409, name=marking.person.name)
    _give(visits, worker)
    changes.touch(visits)
    return visits


def _give(visits: Sequence[Visit], worker: Account) -> None:
    """Hand `visits` over, telling the phone of whoever held them before."""
    at = clock.now()
    for visit in visits:
        if not worker.area_path or not path_lies_in(visit.area_path, worker.area_path):
            raise Refusal("worker_elsewhere", worker=worker.name)
        visit.status = next_status(VisitStatus(visit.status), VisitEvent.ASSIGN).value
        if visit.worker_id not in {None, worker.id}:
            remove_from_phone(visit=visit, worker_id=visit.worker_id, reason="reassigned")
        visit.worker_id, visit.assigned_at = worker.id, at


def cancel(*, actor: Actor, visit_ids: Sequence[UUID], reason: str) -> list[Visit]:
    """Cancel visits with a reason; the worker's phone is told at its next pack.

    Raises:
        Refusal: `reason_missing`, `words_too_long`, `not_found` (404), `visit_state` (409).
    """
    words = read_words(reason)
    if not words:
        raise Refusal("reason_missing")
    states.name_act(EntryType.VISITS_CANCELLED, **_by(actor))
    visits = visits_in_duty(actor=actor, visit_ids=visit_ids)
    for visit in visits:
        visit.status = next_status(VisitStatus(visit.status), VisitEvent.CANCEL).value
        visit.cancelled_reason = words
    visit_cancelled.send(None, visits=visits)
    for visit in visits:
        remove_from_phone(visit=visit, worker_id=visit.worker_id, reason="cancelled")
    changes.touch(visits)
    return visits


def _by(actor: Actor, worker_id: UUID | None = None) -> dict[str, str]:
    """Return whose act it is, and to whom the visits go, for the act's journal entry."""
    given = {"worker_id": str(worker_id)} if worker_id else {}
    return {"account_id": str(actor.account_id), **given}


def find_worker(*, actor: Actor, worker_id: UUID) -> Account:
    """Return an active worker or volunteer whose duty lies within the actor's.

    Raises:
        Refusal: `not_found` (404).
    """
    worker = db.session.get(Account, worker_id)
    if worker is None or not worker.is_active or not actor.covers(worker.area_path):
        raise Refusal("not_found", 404)
    if not Actor(Holder.account(worker.id), Role(worker.role), "", "").may(Permission.USE_PHONE):
        raise Refusal("not_found", 404)
    return worker


def visits_in_duty(*, actor: Actor, visit_ids: Sequence[UUID]) -> list[Visit]:
    """Return the visits, all of them within the actor's area, locked in the order of their ids.

    A result that comes in meanwhile waits, so that its visit is never set back by what was read
    before (the order of locks: `results.lock_visit`).

    Raises:
        Refusal: `not_found` (404) when one is missing or foreign, `nothing_chosen` for none.
    """
    wanted = set(visit_ids)
    if not wanted:
        raise Refusal("nothing_chosen")
    locked = db.select(Visit).order_by(Visit.id).with_for_update(key_share=True)
    locked = locked.execution_options(populate_existing=True)
    found = _in_chunks(locked, Visit.id, sorted(wanted))
    if len(found) != len(wanted) or not all(actor.covers(visit.area_path) for visit in found):
        raise Refusal("not_found", 404)
    return found


def _people_in_duty(actor: Actor, person_ids: Sequence[UUID]) -> list[Person]:
    wanted = set(person_ids)
    if not wanted:
        raise Refusal("nothing_chosen")
    # Locked, so that an undo of their import comes wholly before or wholly after.
    locked = db.select(Person).order_by(Person.id).with_for_update(read=True, key_share=True)
    found = _in_chunks(locked, Person.id, sorted(wanted))
    if len(found) != len(wanted) or not all(actor.covers(p.area_path) for p in found):
        raise Refusal("not_found", 404)
    refuse_people([person.id for person in found])
    return found


def _people_with_open_visit(person_ids: Sequence[UUID], purpose: Purpose) -> set[UUID]:
    """Return those to be visited for the purpose already: a second would send two workers."""
    statuses = [*(status.value for status in OPEN_STATUSES), VisitStatus.REPORTED.value]
    query = db.select(Visit.person_id).where(
        Visit.status.in_(statuses), Visit.kind.in_(kinds_of(purpose))
    )
    return set(_in_chunks(query, Visit.person_id, person_ids))


def _in_chunks(query: Select[T], column: Attribute, ids: Sequence[UUID]) -> list[T]:
    """Run `query` for `ids` in chunks, because databases limit the parameters of one query."""
    found: list[T] = []
    for chunk in chunks(ids):
        found.extend(db.session.scalars(query.where(column.in_(chunk))))
    return found
