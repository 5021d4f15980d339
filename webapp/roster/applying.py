"""Writes what a workbook says into the roster: new pensioners in bulk, changes one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from webapp.extensions import db
from webapp.roster.bulk import (
    bring_indexes_back,
    insert_columns,
    new_keys,
    set_indexes_aside,
)
from webapp.roster.comparison import Known
from webapp.roster.models import Benefit, Contact, Person, Phone, RosterImportChange
from webapp.roster.readings import RowReading
from webapp.roster.sealing import Sealer, mask_number, mask_phone
from webapp.roster.signals import people_changed
from webapp.roster.wire import PackedRow

LOCATION_SOURCE = "roster"


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
        if not rows:
            return
        ids = new_keys(len(rows))
        by_column = list(zip(*rows, strict=True))[1:]
        (names, numbers, doc_types, sexes, births, kinds, statuses, area_ids, area_paths,
         addresses, phones, contacts, employers, deceased, positions,
         notes) = by_column  # fmt: skip
        count = len(rows)
        columns: dict[str, Sequence[Any]] = {
            "id": ids, "name": names, "doc_type": doc_types,
            "number_sealed": self.sealer.seal_many(numbers), "number_index": indexes,
            "masked_number": [mask_number(number) for number in numbers], "sex": sexes,
            "birth_on": [date.fromisoformat(day) if day else None for day in births],
            "address": addresses, "area_id": area_ids, "area_path": area_paths,
            "status": ["normal"] * count, "created_at": [self.at] * count,
            "updated_at": [self.at] * count, "import_id": [self.import_id] * count,
        }  # fmt: skip
        if any(notes):
            columns["note_sealed"] = [self.sealer.seal(note) if note else None for note in notes]
        insert_columns(Person.__table__, columns | _position_columns(positions))  # type: ignore[arg-type]
        self._create_phones(ids, phones)
        self._create_contacts(ids, contacts)
        self._create_benefits(ids, kinds, statuses, employers, deceased)

    def _create_phones(self, ids: list[Any], phones: Sequence[Sequence[str]]) -> None:
        rows = [
            (person_id, position, number)
            for person_id, numbers in zip(ids, phones, strict=True)
            for position, number in enumerate(numbers)
        ]
        if not rows:
            return
        owners, positions, numbers = zip(*rows, strict=True)
        insert_columns(
            Phone.__table__,  # type: ignore[arg-type]
            {
                "person_id": owners, "position": positions,
                "number_sealed": self.sealer.seal_many(numbers),
                "number_index": [self.sealer.index(number) for number in numbers],
                "masked": [mask_phone(number) for number in numbers],
            },
        )  # fmt: skip

    def _create_contacts(self, ids: list[Any], contacts: Sequence[Any]) -> None:
        rows = [(i, *contact) for i, contact in zip(ids, contacts, strict=True) if contact]
        if not rows:
            return
        owners, names, relations, phones = zip(*rows, strict=True)
        insert_columns(
            Contact.__table__,  # type: ignore[arg-type]
            {
                "person_id": owners, "name": names, "relation": relations,
                "phone_sealed": [self.sealer.seal(phone) if phone else None for phone in phones],
            },
        )  # fmt: skip

    def _create_benefits(
        self, ids: list[Any], kinds: Sequence[str], statuses: Sequence[str],
        employers: Sequence[str], deceased: Sequence[str],
    ) -> None:  # fmt: skip
        index = self.sealer.index
        insert_columns(
            Benefit.__table__,  # type: ignore[arg-type]
            {
                "person_id": ids, "kind": kinds, "status": statuses, "employer": employers,
                "deceased_number_index": [index(n) if n else None for n in deceased],
            },
        )  # fmt: skip

    def change(self, known: Known, reading: RowReading, changes: list[str]) -> None:
        """Write what the row changes of a pensioner, after keeping what stood there before."""
        person = db.session.get_one(Person, known.id)
        self._remember(person)
        if "name" in changes:
            person.name = reading.name
        if "address" in changes:
            person.address = reading.address
        if "area" in changes:
            person.area_id, person.area_path = reading.area_id, reading.area_path
        if "position" in changes and reading.position:
            person.latitude, person.longitude, person.datum = reading.position
            person.location_source = LOCATION_SOURCE
        if "note" in changes:
            person.note_sealed = self.sealer.seal(reading.remark)
        if "phone" in changes:
            self._change_phones(person, reading.phones)
        if "benefit" in changes:
            self._add_benefit(person, reading)
        person.updated_at = self.at
        self.changed.append(person.id)
        db.session.flush()

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

    def _add_benefit(self, person: Person, reading: RowReading) -> None:
        deceased = reading.deceased_number
        person.benefits.append(
            Benefit(
                kind=reading.kind, status=reading.status, employer=reading.employer,
                deceased_number_index=self.sealer.index(deceased) if deceased else None,
            )
        )  # fmt: skip

    def _remember(self, person: Person) -> None:
        """Keep what an undo needs, once for each pensioner, unless this import made him."""
        key = (self.import_id, person.id)
        if person.import_id == self.import_id:
            return
        if db.session.get(RosterImportChange, key) is not None:
            return
        before = {
            "name": person.name, "address": person.address, "area_id": person.area_id,
            "area_path": person.area_path, "latitude": person.latitude,
            "longitude": person.longitude, "datum": person.datum,
            "location_source": person.location_source,
            "note": self.sealer.unseal(person.note_sealed) if person.note_sealed else "",
            "updated_at": person.updated_at.isoformat(),
            "phones": [self.sealer.unseal(phone.number_sealed) for phone in person.phones],
            "benefits": [benefit.kind for benefit in person.benefits],
        }  # fmt: skip
        sealed = self.sealer.seal(json.dumps(before, ensure_ascii=False))
        db.session.add(
            RosterImportChange(import_id=self.import_id, person_id=person.id, before=sealed)
        )


def _position_columns(positions: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Four columns, when any row has a position."""
    if not any(positions):
        return {}
    filled = [position or (None, None, None) for position in positions]
    latitudes, longitudes, datums = zip(*filled, strict=True)
    sources = [LOCATION_SOURCE if position else None for position in positions]
    return {
        "latitude": latitudes, "longitude": longitudes, "datum": datums,
        "location_source": sources,
    }  # fmt: skip
