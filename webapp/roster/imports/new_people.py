"""New pensioners as rows of columns: prepared and sealed first, written later in one go.

To seal and mask a city takes much longer than to write it. What was prepared needs no database,
so that it is done before a transaction begins for which everybody else would wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from webapp.database.column_inserts import Columns
from webapp.roster.cells.numbers import mask as mask_number
from webapp.roster.cells.phones import mask as mask_phone
from webapp.roster.imports.bulk import insert_columns, new_keys
from webapp.roster.models import Benefit, Contact, Person, Phone
from webapp.roster.reading.wire import PackedRow
from webapp.sealing import Sealer

LOCATION_SOURCE = "roster"


@dataclass(frozen=True, slots=True)
class NewPeople:
    """The columns of four tables; those that only the writing knows are missing."""

    people: Columns
    phones: Columns
    contacts: Columns
    benefits: Columns


def prepare(rows: Sequence[PackedRow], indexes: list[bytes], sealer: Sealer) -> NewPeople:
    """Return what is to be written of new people; `indexes` are those of their numbers."""
    ids = new_keys(len(rows))
    by_column = list(zip(*rows, strict=True))[1:]
    (names, numbers, doc_types, sexes, births, kinds, statuses, area_ids, area_paths,
     addresses, phones, contacts, employers, deceased, positions,
     notes) = by_column  # fmt: skip
    people: Columns = {
        "id": ids, "name": names, "doc_type": doc_types,
        "number_sealed": sealer.seal_many(numbers), "number_index": indexes,
        "masked_number": [mask_number(number) for number in numbers], "sex": sexes,
        "birth_on": [date.fromisoformat(day) if day else None for day in births],
        "address": addresses, "area_id": area_ids, "area_path": area_paths,
        "reported_status": ["normal"] * len(rows),
    }  # fmt: skip
    if any(notes):
        people["note_sealed"] = [sealer.seal(note) if note else None for note in notes]
    benefits: Columns = {
        "person_id": ids, "kind": kinds,
        "reported_status": [status or "normal" for status in statuses], "employer": employers,
        "deceased_number_index": [sealer.index(n) if n else None for n in deceased],
    }  # fmt: skip
    return NewPeople(
        people | _position_columns(positions), _phones(ids, phones, sealer),
        _contacts(ids, contacts, sealer), benefits,
    )  # fmt: skip


def _phones(ids: list[Any], phones: Sequence[Sequence[str]], sealer: Sealer) -> Columns:
    rows = [
        (person_id, position, number)
        for person_id, numbers in zip(ids, phones, strict=True)
        for position, number in enumerate(numbers)
    ]
    if not rows:
        return {}
    owners, positions, numbers = zip(*rows, strict=True)
    return {
        "person_id": owners, "position": positions, "number_sealed": sealer.seal_many(numbers),
        "number_index": [sealer.index(number) for number in numbers],
        "masked": [mask_phone(number) for number in numbers],
    }  # fmt: skip


def _contacts(ids: list[Any], contacts: Sequence[Any], sealer: Sealer) -> Columns:
    rows = [
        (i, *contact) for i, contact in zip(ids, contacts, strict=True) if contact and any(contact)
    ]
    if not rows:
        return {}
    owners, names, relations, phones = zip(*rows, strict=True)
    return {
        "person_id": owners, "name": names, "relation": relations,
        "phone_sealed": [sealer.seal(phone) if phone else None for phone in phones],
    }  # fmt: skip


def write_new_people(made: NewPeople, *, import_id: UUID, at: datetime) -> None:
    """Insert the prepared rows, in the session's transaction."""
    count = len(made.people["id"])
    known: Columns = {
        "created_at": [at] * count, "updated_at": [at] * count, "import_id": [import_id] * count,
    }  # fmt: skip
    insert_columns(Person.__table__, made.people | known)  # type: ignore[arg-type]
    insert_columns(Phone.__table__, made.phones)  # type: ignore[arg-type]
    insert_columns(Contact.__table__, made.contacts)  # type: ignore[arg-type]
    insert_columns(Benefit.__table__, made.benefits)  # type: ignore[arg-type]


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
