"""Whom an auditor asks about in the access log, and what of theirs could be looked at."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from webapp.access.rules import Actor
from webapp.areas.duty import in_duty
from webapp.extensions import db
from webapp.oversight.journal_queries import files_of_people, visits_of_people
from webapp.roster.models import Person
from webapp.roster.people_search import means

MOST = 20


def people_looked_for(*, actor: Actor, words: str, person_id: UUID | None) -> Sequence[Person]:
    """Return the people whom the words mean, or the one of an id, in the actor's duty.

    One more than `MOST` says that there are others, whom nobody looked up.
    """
    if not words and person_id is None:
        return []
    query = select(Person).where(in_duty(Person.area_path, actor))
    if person_id is not None:
        query = query.where(Person.id == person_id)
    else:
        query = query.where(means(words))
    return db.session.scalars(query.order_by(Person.name, Person.id).limit(MOST + 1)).all()


def objects_of(people: Sequence[Person]) -> list[str]:
    """Return what entries of looks name: the people, their visits and their files."""
    ids = [person.id for person in people]
    return [*map(str, ids), *visits_of_people(ids), *files_of_people(ids)]
