"""A person's page: the whole history, visit by visit, with every file and decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from webapp import sealing
from webapp.access.rules import Actor
from webapp.evidence.models import Capture
from webapp.evidence.review.case import Case, case_of
from webapp.evidence.review.proposals import journal_look
from webapp.extensions import db
from webapp.people.models import Account
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.models import Result, Visit


@dataclass(frozen=True)
class Phones:
    """Full telephone numbers: the person's own and those of contacts, by the rows' ids."""

    own: Mapping[int, str]
    contacts: Mapping[int, str]


@dataclass(frozen=True)
class Chapter:
    """One visit with its cases, and the captures that no result names (yet)."""

    visit: Visit
    cases: Sequence[Case]
    loose: Sequence[Capture]


@dataclass(frozen=True)
class History:
    """A person with everything that is kept of them."""

    person: Person
    chapters: Sequence[Chapter]
    names: Mapping[UUID, str]

    @property
    def cases(self) -> list[Case]:
        """Every case of the person."""
        return [case for chapter in self.chapters for case in chapter.cases]


def person_in_duty(*, actor: Actor, person_id: UUID) -> Person:
    """Return a person of the actor's area.

    Raises:
        Refusal: `not_found` (404).
    """
    query = select(Person).where(Person.id == person_id).options(
        joinedload(Person.area), selectinload(Person.phones), selectinload(Person.contacts),
        selectinload(Person.benefits),
    )  # fmt: skip
    person = db.session.scalar(query)
    if person is None or not actor.covers(person.area_path):
        raise Refusal("not_found", 404)
    return person


def history(person: Person) -> History:
    """Return the person's visits, the newest first, with all that belongs to each."""
    query = select(Visit).where(Visit.person_id == person.id).options(
        joinedload(Visit.worker), selectinload(Visit.attempts),
        selectinload(Visit.results).joinedload(Result.worker),
        selectinload(Visit.results).selectinload(Result.captures),
    )  # fmt: skip
    visits = db.session.scalars(query.order_by(Visit.created_at.desc(), Visit.id)).all()
    loose = _loose(person.id, visits)
    chapters = [
        Chapter(visit, [case_of(result) for result in reversed(visit.results)],
                [capture for capture in loose if capture.visit_id == visit.id])
        for visit in visits
    ]  # fmt: skip
    people = {attempt.worker_id for visit in visits for attempt in visit.attempts}
    names = select(Account.id, Account.name).where(Account.id.in_(people))
    return History(person, chapters, {row.id: row.name for row in db.session.execute(names)})


def _loose(person_id: UUID, visits: Sequence[Visit]) -> list[Capture]:
    named = {ref.capture_id for visit in visits for r in visit.results for ref in r.captures}
    query = select(Capture).where(Capture.person_id == person_id).order_by(Capture.commit_index)
    query = query.options(selectinload(Capture.media), joinedload(Capture.worker))
    return [capture for capture in db.session.scalars(query) if capture.id not in named]


def reveal_number(*, actor: Actor, person: Person) -> str:
    """Return the full number and journal that the actor saw it."""
    journal_look(actor, person, "number")
    return sealing.unseal(person.number_sealed)


def reveal_phones(*, actor: Actor, person: Person) -> Phones:
    """Return the full telephone numbers and journal that the actor saw them."""
    journal_look(actor, person, "phones")
    own = {phone.id: sealing.unseal(phone.number_sealed) for phone in person.phones}
    others = {
        contact.id: sealing.unseal(contact.phone_sealed)
        for contact in person.contacts
        if contact.phone_sealed
    }
    return Phones(own, others)
