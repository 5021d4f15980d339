"""Loads the results of one page of a list with what its lines show."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from webapp.extensions import db
from webapp.roster.models import Person
from webapp.visits.models import Result


def with_people(ids: Sequence[UUID]) -> Sequence[Result]:
    """Return the results in the order of `ids`, with all that a line of a list shows.

    The ids of one page are found first, from an index alone; joined at once, the people of every
    result that fits would be sorted along.
    """
    options = (
        joinedload(Result.person).joinedload(Person.area), joinedload(Result.worker),
        selectinload(Result.captures),
    )  # fmt: skip
    query = select(Result).where(Result.id.in_(ids)).options(*options)
    found = {result.id: result for result in db.session.scalars(query)}
    return [found[result_id] for result_id in ids]
