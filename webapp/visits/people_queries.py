"""Whom an office may pick for visits: by area, age, status, free search or a list of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func
from sqlalchemy.orm import selectinload

from webapp import sealing
from webapp.access.rules import Actor
from webapp.areas.duty import lies_in_indexed
from webapp.chunks import chunks
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.refusals import Refusal
from webapp.roster.models import Benefit, Person
from webapp.roster.people_search import means
from webapp.visits.detail_days import ZIBO
from webapp.visits.last_seen import SEEN_ALIVE
from webapp.visits.marks import is_marking
from webapp.visits.models import Result, Visit
from webapp.visits.rules import OPEN_STATUSES, ResultState, VisitStatus

MAX_AT_ONCE = 5000
BUSY = [*(status.value for status in OPEN_STATUSES), VisitStatus.REPORTED.value]


@dataclass(frozen=True)
class PeopleFilter:
    """What the pick list is narrowed by; `area_path` lies within the actor's duty."""

    area_path: str
    age_from: int | None = None
    age_to: int | None = None
    benefit: str = ""
    search: str = ""
    without_visit: bool = False


@dataclass(frozen=True)
class NumbersFound:
    """What a pasted list of numbers gave: the people, and the lines that fit nobody."""

    people: Sequence[Person]
    missing: Sequence[str]


def years_before(day: date, years: int) -> date:
    """Return the day `years` earlier; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age_on(day: date, birth_on: date) -> int:
    """Return the years somebody has completed on `day`."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def _conditions(chosen: PeopleFilter, today: date) -> list[Any]:
    wanted: list[Any] = [lies_in_indexed(Person.area_path, chosen.area_path)]
    if chosen.age_from is not None:
        wanted.append(Person.birth_on <= years_before(today, chosen.age_from))
    if chosen.age_to is not None:
        wanted.append(Person.birth_on > years_before(today, chosen.age_to + 1))
    if chosen.benefit:
        has = and_(Benefit.person_id == Person.id, Benefit.reported_status == chosen.benefit)
        wanted.append(exists().where(has))
    if chosen.search:
        wanted.append(means(chosen.search))
    if chosen.without_visit:
        busy = and_(Visit.person_id == Person.id, Visit.status.in_(BUSY))
        wanted.append(~exists().where(busy))
        wanted += [~_verified_since(today.replace(month=1, day=1)), ~_marked()]
    return wanted


def _verified_since(day: date) -> Any:
    """Return the condition that the person was accepted as seen alive since that day in Zibo.

    An accepted "unreachable" or "refused" verifies nobody: the person is still to be found.
    """
    since = datetime.combine(day, time(), ZIBO)
    settled = and_(
        Result.person_id == Person.id, Result.state == ResultState.ACCEPTED.value,
        Result.received_at >= since, Result.outcome.in_(SEEN_ALIVE),
    )  # fmt: skip
    return exists().where(settled)


def _marked() -> Any:
    marking = db.select(Result.id).where(Result.person_id == Person.id, *is_marking())
    return marking.exists()


def pick_list(
    *, chosen: PeopleFilter, today: date, after: str
) -> tuple[Sequence[Person], str | None]:
    """Return one page of people by name, and the key of the next page."""
    query = db.select(Person.id).where(*_conditions(chosen, today))
    ids, following = page(query, (Person.name, Person.id), after)
    shown = db.select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id)
    options = (selectinload(Person.area), selectinload(Person.benefits))
    return db.session.scalars(shown.options(*options)).all(), following


def count_people(*, chosen: PeopleFilter, today: date) -> int:
    """Return how many people the filter leaves, counted up to what one dispatch may hold."""
    fitting = db.select(Person.id).where(*_conditions(chosen, today)).limit(MAX_AT_ONCE + 1)
    return db.session.scalar(db.select(func.count()).select_from(fitting.subquery())) or 0


def ids_of(*, chosen: PeopleFilter, today: date) -> list[UUID]:
    """Return everybody whom the filter leaves.

    Raises:
        Refusal: `too_many_chosen` beyond what one dispatch may hold.
    """
    query = db.select(Person.id).where(*_conditions(chosen, today)).limit(MAX_AT_ONCE + 1)
    found = list(db.session.scalars(query))
    if len(found) > MAX_AT_ONCE:
        raise Refusal("too_many_chosen", most=MAX_AT_ONCE)
    return found


def find_numbers(*, actor: Actor, lines: Sequence[str]) -> NumbersFound:
    """Look up numbers, one a line, by their keyed index; people of foreign areas count as missing.

    Raises:
        Refusal: `too_many_chosen`.
    """
    if len(lines) > MAX_AT_ONCE:
        raise Refusal("too_many_chosen", most=MAX_AT_ONCE)
    by_index = {sealing.index(line): line for line in lines}
    found: dict[bytes, Person] = {}
    for keys in chunks(list(by_index)):
        query = db.select(Person).where(Person.number_index.in_(keys))
        options = (selectinload(Person.area), selectinload(Person.benefits))
        for person in db.session.scalars(query.options(*options)):
            if actor.covers(person.area_path):
                found[person.number_index] = person
    missing = [line for key, line in by_index.items() if key not in found]
    return NumbersFound(list(found.values()), missing)


def people_in_duty(*, actor: Actor, ids: Sequence[UUID]) -> list[Person]:
    """Return those of a list that lie in the actor's area, by name."""
    found: list[Person] = []
    for chunk in chunks(ids):
        query = db.select(Person).where(Person.id.in_(chunk))
        options = (selectinload(Person.area), selectinload(Person.benefits))
        found.extend(db.session.scalars(query.options(*options)))
    mine = [person for person in found if actor.covers(person.area_path)]
    return sorted(mine, key=lambda person: (person.name, str(person.id)))


def busy_people(person_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of a page who already have a visit under way."""
    query = db.select(Visit.person_id).where(
        Visit.person_id.in_(person_ids), Visit.status.in_(BUSY)
    )
    return set(db.session.scalars(query))
