"""Whom the roster holds already: looked up by batches, compared with what a row says."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_

from webapp.chunks import chunks
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.roster.imports.comparison import Known
from webapp.roster.models import Benefit, Contact, Person, Phone
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.wire import PackedRow
from webapp.sealing import sealer

# A SQLite statement binds at most 32,766 values, and long lists gain nothing.
MOST_BOUND = 5_000
MOST_REMEMBERED = 300_000


class KnownPeople:
    """Answers for one run; what rarely happens is found out once, at the start."""

    def __init__(self) -> None:
        # Whether this run itself has written people meanwhile who are now asked for.
        self.has_grown = False
        self.is_empty = db.session.scalar(select(Person.id).limit(1)) is None
        legacy = select(Person.id).where(Person.doc_type == "resident_15").limit(1)
        self.has_legacy = not self.is_empty and db.session.scalar(legacy) is not None
        self._indexes: set[bytes] | None = set()
        self._names_and_days: set[int] = set()
        self._expected: dict[bytes, Known] = {}
        if not self.is_empty:
            self._look_round()

    def _look_round(self) -> None:
        """Names and days of everybody, and the indexes too while they fit into some megabytes."""
        rows = db.session.execute(select(Person.name, Person.birth_on))
        self._names_and_days = {hash((name, day and day.isoformat())) for name, day in rows}
        few = db.session.scalar(select(func.count()).select_from(Person)) or 0
        indexes = select(Person.number_index)
        self._indexes = set(db.session.scalars(indexes)) if few <= MOST_REMEMBERED else None

    def are_news(self, rows: Sequence[PackedRow], indexes: Sequence[bytes]) -> list[bool]:
        """Which plain rows surely name nobody whom the roster holds, nor a namesake of the day."""
        if self.is_empty:
            return [True] * len(rows)
        held = self._indexes if self._indexes is not None else self.by_number(indexes)
        return [
            index not in held
            and hash((row[1], row[5])) not in self._names_and_days
            and not (self.has_legacy and row[2][6:8] == "19")
            for row, index in zip(rows, indexes, strict=True)
        ]

    def by_number(self, indexes: Iterable[bytes]) -> dict[bytes, Known]:
        """Those whom the keyed indexes belong to."""
        asked = list(indexes)
        wanted = [] if self.is_empty else asked
        if self._indexes is not None and not self.has_grown:
            wanted = [index for index in wanted if index in self._indexes]
        found: dict[bytes, Known] = {}
        for part in chunks(wanted, MOST_BOUND):
            query = select(
                Person.number_index, Person.id, Person.name, Person.address, Person.area_id,
                Person.area_path, Person.reported_status, Person.note_sealed, Person.latitude,
                Person.longitude, Person.datum, Person.sex, Person.birth_on, Person.doc_type,
            ).where(Person.number_index.in_(part))  # fmt: skip
            found |= {row.number_index: _known(row) for row in db.session.execute(query)}
        _add_what_hangs_on({known.id: known for known in found.values()})
        return found | {each: self._expected[each] for each in asked if each in self._expected}

    def made_by(
        self, import_id: UUID | None, readings: Sequence[RowReading], index: Callable[[str], bytes]
    ) -> set[UUID]:
        """Return which of the readings' pensioners are there only because of this run.

        A run without an `import_id` writes nobody: those whom nobody holds are expected from now
        on, as their first row, which says the same of name and number, would have made them.
        """
        indexes = {index(reading.number): reading for reading in readings}
        if import_id is None:
            missing = indexes.keys() - self.by_number(indexes).keys()
            self._expected = {each: _expected(indexes[each]) for each in missing}
            return {known.id for known in self._expected.values()}
        self.is_empty, self.has_grown = False, True
        found = [known.id for known in self.by_number(indexes).values()]
        made: set[UUID] = set()
        for part in chunks(found, MOST_BOUND):
            query = select(Person.id).where(Person.id.in_(part), Person.import_id == import_id)
            made.update(db.session.scalars(query))
        return made

    def namesakes(self, people: Iterable[tuple[str, date]]) -> list[Row[Any]]:
        """Same name and day of birth: (name, birth_on, area_path, address, id) of each."""
        wanted = [
            (name, day) for name, day in people
            if hash((name, day.isoformat())) in self._names_and_days
        ]  # fmt: skip
        found: list[Row[Any]] = []
        for part in chunks(wanted):
            query = select(
                Person.name, Person.birth_on, Person.area_path, Person.address, Person.number_index
            ).where(tuple_(Person.name, Person.birth_on).in_(part))
            found += db.session.execute(query)
        return found


def _expected(reading: RowReading) -> Known:
    """Return a pensioner as an earlier row of the file will have made him or her."""
    return Known(
        uuid7(), reading.name, reading.address, reading.area_id, reading.area_path, "normal",
        reading.position, reading.sex, reading.birth_on, reading.doc_type,
    )  # fmt: skip


def _known(row: Any) -> Known:
    place = (row.latitude, row.longitude, row.datum or "")
    return Known(
        row.id, row.name, row.address, row.area_id, row.area_path, row.reported_status,
        place if row.latitude is not None else None, row.sex, row.birth_on, row.doc_type,
        sealer().unseal(row.note_sealed) if row.note_sealed else "",
    )  # fmt: skip


def _add_what_hangs_on(people: dict[UUID, Known]) -> None:
    ids = list(people)
    for part in chunks(ids, MOST_BOUND):
        phones = select(Phone.person_id, Phone.number_index, Phone.masked)
        phones = phones.where(Phone.person_id.in_(part)).order_by(Phone.position)
        for person_id, index, masked in db.session.execute(phones):
            people[person_id].phones.append(index)
            people[person_id].shown_phones.append(masked)
        benefits = select(
            Benefit.person_id, Benefit.kind, Benefit.reported_status, Benefit.employer,
            Benefit.deceased_number_index,
        ).where(Benefit.person_id.in_(part))  # fmt: skip
        for person_id, kind, status, employer, deceased in db.session.execute(benefits):
            people[person_id].benefits[kind] = status
            people[person_id].employers[kind] = employer
            if deceased:
                people[person_id].deceased[kind] = deceased
        contacts = select(Contact.person_id, Contact.name, Contact.relation, Contact.phone_sealed)
        contacts = contacts.where(Contact.person_id.in_(part)).order_by(Contact.id)
        for person_id, name, relation, sealed in db.session.execute(contacts):
            phone = sealer().unseal(sealed) if sealed else ""
            people[person_id].contacts.append((name, relation, phone))
