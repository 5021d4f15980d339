"""Takes an import back, as long as nothing else has touched what it wrote or hangs on it.

It is the one act at the desk that removes people. What hangs on them is asked here, of every
table that can name a person, before anything is deleted.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.extensions import db
from webapp.journal.rules import EntryType
from webapp.people.rules import Actor
from webapp.references import columns_naming
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.import_rules import ImportState, step
from webapp.roster.imports import get_import
from webapp.roster.models import (
    Area,
    Benefit,
    Contact,
    Person,
    Phone,
    RosterImport,
    RosterImportChange,
    RosterImportRow,
)
from webapp.roster.sealing import mask_phone, sealer
from webapp.roster.signals import people_changed

# What an import writes of a person and takes away again with the person.
OWN = (Phone, Contact, Benefit)
_OWN_TABLES = {model.__table__ for model in OWN}


def undo(*, import_id: UUID, actor: Actor | None = None) -> RosterImport:
    """Delete whom the import created and bring back what it changed, all of it or nothing.

    Raises:
        Refusal: import_not_found (404), import_not_possible_now (409), import_touched (409) when
            somebody was changed since, import_in_use (409) when visits or the like hang on it.
    """
    record = get_import(import_id, actor)
    record.state = step(record.state, ImportState.UNDONE)
    _lock_people(record)
    _refuse_touched(record)
    _refuse_used(record)
    kept = select(RosterImportChange).where(RosterImportChange.import_id == record.id)
    taken_back = list(db.session.scalars(kept))
    for change in taken_back:
        _bring_back(change)
    db.session.flush()
    people_changed.send(record, person_ids=[change.person_id for change in taken_back])
    db.session.execute(delete(RosterImportChange).where(RosterImportChange.import_id == record.id))
    try:
        with db.session.begin_nested():
            _delete_created(record)
    except IntegrityError as error:
        raise Refusal("import_in_use", 409, people=_count_used(record)) from error
    record.undone_at = clock.now()
    acts.note_import(EntryType.IMPORT_UNDONE, record=record, by=actor.account_id if actor else None)
    return record


def _lock_people(record: RosterImport) -> None:
    """Let whoever is giving one of the new people a visit come wholly before or wholly after."""
    locked = select(Person.id).where(Person.import_id == record.id).order_by(Person.id)
    db.session.execute(locked.with_for_update())


def _refuse_touched(record: RosterImport) -> None:
    """Everybody whom the import wrote still bears its instant, or a decision's on its own rows."""
    changed = select(RosterImportChange.person_id).where(RosterImportChange.import_id == record.id)
    decided = exists().where(
        RosterImportRow.import_id == record.id, RosterImportRow.decision == "applied",
        RosterImportRow.person_id == Person.id, RosterImportRow.decided_at >= Person.updated_at,
    )  # fmt: skip
    mine = or_(Person.import_id == record.id, Person.id.in_(changed))
    touched = db.session.scalar(
        select(func.count()).select_from(Person).where(
            mine, Person.updated_at != record.applied_at, ~decided
        )
    )  # fmt: skip
    if touched:
        raise Refusal("import_touched", 409, people=touched)


def _refuse_used(record: RosterImport) -> None:
    used = _count_used(record)
    if used:
        raise Refusal("import_in_use", 409, people=used)


def _count_used(record: RosterImport) -> int:
    """Count the people whom the import created and on whom something hangs that it did not write.

    A set for each column, not a look-up for each person: not every column has an index.
    """
    naming = [column for column in columns_naming(Person) if column.table not in _OWN_TABLES]
    held = or_(*(Person.id.in_(select(each).where(*_foreign(each, record))) for each in naming))
    counted = select(func.count()).select_from(Person).where(Person.import_id == record.id, held)
    return db.session.scalar(counted) or 0


def _foreign(column: Column[Any], record: RosterImport) -> Iterator[ColumnElement[bool]]:
    """Give the conditions under which a row that names a person is not the import's own.

    What another import says of the person counts only if it was written into the roster.
    """
    yield column.is_not(None)
    if "import_id" in column.table.columns:
        other = column.table.columns["import_id"]
        yield other != record.id
        yield other.in_(
            select(RosterImport.id).where(RosterImport.state == ImportState.APPLIED.value)
        )


def _delete_created(record: RosterImport) -> None:
    created = select(Person.id).where(Person.import_id == record.id)
    # Reports, this import's and those of others that came to nothing, no longer lead to them.
    rows = update(RosterImportRow).where(RosterImportRow.person_id.in_(created))
    db.session.execute(rows.values(person_id=None))
    for table in OWN:
        db.session.execute(
            delete(table).where(table.person_id.in_(created)),
            execution_options={"synchronize_session": False},
        )
    db.session.execute(
        delete(Person).where(Person.import_id == record.id),
        execution_options={"synchronize_session": False},
    )


def _bring_back(change: RosterImportChange) -> None:
    before: dict[str, Any] = json.loads(sealer().unseal(change.before))
    person = db.session.get_one(Person, change.person_id)
    for name in ("name", "address", "area_id", "area_path", "latitude", "longitude", "datum",
                 "location_source"):  # fmt: skip
        setattr(person, name, before[name])
    note = before.get("note", "")
    person.note_sealed = sealer().seal(note) if note else None
    # The area may have been moved since.
    area = db.session.get(Area, person.area_id) if person.area_id is not None else None
    person.area_path = area.path if area is not None else before["area_path"]
    person.updated_at = datetime.fromisoformat(before["updated_at"])
    kept = {phone.number_index: phone for phone in person.phones}
    person.phones = [_phone(kept, number, at) for at, number in enumerate(before["phones"])]
    person.benefits = [b for b in person.benefits if b.kind in before["benefits"]]


def _phone(kept: dict[bytes, Phone], number: str, position: int) -> Phone:
    index = sealer().index(number)
    phone = kept.get(index) or Phone(
        number_sealed=sealer().seal(number), number_index=index, masked=mask_phone(number)
    )
    phone.position = position
    return phone
