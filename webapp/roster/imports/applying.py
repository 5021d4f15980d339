"""Writes what a workbook says into the roster: new pensioners in bulk, changes one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webapp.extensions import db
from webapp.roster.cells.phones import mask as mask_phone
from webapp.roster.imports.bulk import bring_indexes_back, set_indexes_aside
from webapp.roster.imports.comparison import Known, joined_notes
from webapp.roster.imports.contacts import contacts_of, join_contact
from webapp.roster.imports.fact_changes import change_facts, facts_of
from webapp.roster.imports.import_models import RosterImportChange
from webapp.roster.imports.new_people import NewPeople, prepare, write_new_people
from webapp.roster.models import Benefit, Person, Phone
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.wire import PackedRow
from webapp.roster.signals import people_changed
from webapp.sealing import Sealer

# Whom a row is about, what it says, and which fields it changes.
Change = tuple[Known, RowReading, list[str]]


@dataclass(frozen=True, slots=True)
class Applier:
    """Writes for one import, in the session's transaction."""

    import_id: UUID
    at: datetime
    sealer: Sealer
    set_aside: list[str] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)

    def expect(self, rows: int) -> None:
        """Get ready for so many rows of a sheet; `finish` ends what this begins."""
        tables = (Person.__table__, Phone.__table__)
        self.set_aside.extend(set_indexes_aside(rows, tables=tables))  # type: ignore[arg-type]

    def finish(self) -> None:
        """Bring everything back that `expect` set aside, and tell who was changed."""
        bring_indexes_back(self.set_aside)
        self.set_aside.clear()
        if self.changed:
            people_changed.send(self, person_ids=list(self.changed))
            self.changed.clear()

    def create(self, rows: Sequence[PackedRow], indexes: list[bytes]) -> None:
        """Write pensioners who are new; `indexes` are the keyed indexes of their numbers."""
        if rows:
            self.write(prepare(rows, indexes, self.sealer))

    def write(self, made: NewPeople) -> None:
        """Write pensioners whose rows were prepared before, sealed and all."""
        write_new_people(made, import_id=self.import_id, at=self.at)

    def change(self, known: Known, reading: RowReading, changes: list[str]) -> None:
        """Write what one row changes of a pensioner."""
        self.change_all([(known, reading, changes)])

    def change_all(self, steps: Sequence[Change]) -> None:
        """Write what rows change of pensioners, after keeping what stood there before.

        Whom the rows are about is asked for at one go, and written at one go.
        """
        ids = {known.id for known, *_ in steps}
        owned = (Person.phones, Person.benefits, Person.contacts)
        query = select(Person).where(Person.id.in_(ids)).options(*map(selectinload, owned))
        people = {person.id: person for person in db.session.scalars(query)}
        own = RosterImportChange.import_id == self.import_id
        kept = select(RosterImportChange.person_id).where(
            own, RosterImportChange.person_id.in_(ids)
        )
        remembered = set(db.session.scalars(kept))
        with db.session.no_autoflush:
            for known, reading, changes in steps:
                person = people[known.id]
                if person.import_id != self.import_id and person.id not in remembered:
                    remembered.add(person.id)
                    self._remember(person)
                self._change(person, reading, changes)
        db.session.flush()

    def _change(self, person: Person, reading: RowReading, changes: list[str]) -> None:
        if "name" in changes:
            person.name = reading.name
        if "address" in changes:
            person.address = reading.address
        if "area" in changes:
            person.area_id, person.area_path = reading.area_id, reading.area_path
        change_facts(person, reading, changes, self.sealer)
        if "note" in changes:
            self._change_note(person, reading.remark)
        if "phone" in changes:
            self._change_phones(person, reading.phones)
        if "contact" in changes:
            join_contact(person, reading.contact, self.sealer)
        if "benefit" in changes:
            self._add_benefit(person, reading)
        person.updated_at = self.at
        self.changed.append(person.id)

    def _change_phones(self, person: Person, numbers: Sequence[str]) -> None:
        """The file's numbers come first; older ones stay behind them, for they may still ring."""
        indexes = {self.sealer.index(number): number for number in numbers}
        older = [phone for phone in person.phones if phone.number_index not in indexes]
        kept = {phone.number_index: phone for phone in person.phones}
        ordered = [
            kept.get(index)
            or Phone(
                number_sealed=self.sealer.seal(number),
                number_index=index,
                masked=mask_phone(number),
            )
            for index, number in indexes.items()
        ]
        person.phones = [*ordered, *older]
        for position, phone in enumerate(person.phones):
            phone.position = position

    def _change_note(self, person: Person, remark: str) -> None:
        """What was remarked before stays behind what is remarked now."""
        before = self.sealer.unseal(person.note_sealed) if person.note_sealed else ""
        person.note_sealed = self.sealer.seal(joined_notes(remark, before))

    def _add_benefit(self, person: Person, reading: RowReading) -> None:
        deceased = reading.deceased_number
        person.benefits.append(
            Benefit(
                kind=reading.kind, reported_status=reading.status or "normal",
                employer=reading.employer,
                deceased_number_index=self.sealer.index(deceased) if deceased else None,
            )
        )  # fmt: skip

    def _remember(self, person: Person) -> None:
        """Keep what an undo needs."""
        before = {
            "name": person.name, "address": person.address, "area_id": person.area_id,
            "area_path": person.area_path,
            "note": self.sealer.unseal(person.note_sealed) if person.note_sealed else "",
            "updated_at": person.updated_at.isoformat(),
            "phones": [self.sealer.unseal(phone.number_sealed) for phone in person.phones],
            "benefits": [benefit.kind for benefit in person.benefits],
            "contacts": contacts_of(person, self.sealer),
        } | facts_of(person)  # fmt: skip
        sealed = self.sealer.seal(json.dumps(before, ensure_ascii=False))
        db.session.add(
            RosterImportChange(import_id=self.import_id, person_id=person.id, before=sealed)
        )
