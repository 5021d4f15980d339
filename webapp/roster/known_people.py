"""Whom the roster holds already: looked up by batches, compared with what a row says."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_

from webapp.extensions import db
from webapp.roster.comparison import Known
from webapp.roster.models import Benefit, Person, Phone

# A SQLite statement binds at most 32,766 values, and long lists gain nothing.
MOST_BOUND = 5_000


class KnownPeople:
    """Answers for one run; what rarely happens is found out once, at the start."""

    def __init__(self) -> None:
        self.is_empty = db.session.scalar(select(Person.id).limit(1)) is None
        legacy = select(Person.id).where(Person.doc_type == "resident_15").limit(1)
        self.has_legacy = not self.is_empty and db.session.scalar(legacy) is not None
        self._names_and_days: set[int] = set()
        if not self.is_empty:
            rows = db.session.execute(select(Person.name, Person.birth_on))
            self._names_and_days = {hash((name, day)) for name, day in rows}

    def by_number(self, indexes: Iterable[bytes]) -> dict[bytes, Known]:
        """Those whom the keyed indexes belong to."""
        wanted = [] if self.is_empty else list(indexes)
        found: dict[bytes, Known] = {}
        for start in range(0, len(wanted), MOST_BOUND):
            part = wanted[start : start + MOST_BOUND]
            query = select(
                Person.number_index, Person.id, Person.name, Person.address, Person.area_id,
                Person.area_path, Person.status, Person.latitude,
            ).where(Person.number_index.in_(part))  # fmt: skip
            found |= {row.number_index: _known(row) for row in db.session.execute(query)}
        _add_phones_and_benefits({known.id: known for known in found.values()})
        return found

    def namesakes(self, people: Iterable[tuple[str, date]]) -> list[Row[Any]]:
        """Same name and day of birth: (name, birth_on, area_path, address, id) of each."""
        wanted = [pair for pair in people if hash(pair) in self._names_and_days]
        found: list[Row[Any]] = []
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            query = select(
                Person.name, Person.birth_on, Person.area_path, Person.address, Person.number_index
            ).where(tuple_(Person.name, Person.birth_on).in_(part))
            found += db.session.execute(query)
        return found


def _known(row: Any) -> Known:
    return Known(
        row.id, row.name, row.address, row.area_id, row.area_path, row.status,
        row.latitude is not None,
    )  # fmt: skip


def _add_phones_and_benefits(people: dict[UUID, Known]) -> None:
    ids = list(people)
    for start in range(0, len(ids), MOST_BOUND):
        part = ids[start : start + MOST_BOUND]
        phones = select(Phone.person_id, Phone.number_index).where(Phone.person_id.in_(part))
        for person_id, index in db.session.execute(phones.order_by(Phone.position)):
            people[person_id].phones.append(index)
        benefits = select(Benefit.person_id, Benefit.kind, Benefit.status)
        for person_id, kind, status in db.session.execute(
            benefits.where(Benefit.person_id.in_(part))
        ):
            people[person_id].benefits[kind] = status
