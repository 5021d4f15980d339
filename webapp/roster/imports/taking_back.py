"""Takes back what an import did to some people, in the caller's transaction."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from webapp.areas.models import Area
from webapp.chunks import chunks
from webapp.extensions import db
from webapp.roster.cells.phones import mask as mask_phone
from webapp.roster.imports.contacts import contacts_of, new_contact
from webapp.roster.imports.fact_changes import bring_facts_back
from webapp.roster.imports.import_models import (
    RosterImport,
    RosterImportChange,
    RosterImportRow,
)
from webapp.roster.models import Benefit, Contact, Person, Phone
from webapp.roster.signals import people_changed
from webapp.sealing import sealer

# Databases limit the parameters of one statement.
# Stands in an import's difference for people whose area of before the import is gone.
MOVED_UP = "moved_up"
_IN_BULK = {"synchronize_session": False}


def bring_back(record: RosterImport, changes: Sequence[RosterImportChange]) -> None:
    """Let people be again what they were before the import changed them.

    The record counts those who lie higher up now, since their area of then is gone.
    """
    moved_up = sum([_bring_back(change) for change in changes])
    if moved_up:
        before = record.difference.get(MOVED_UP, 0)
        record.difference = {**record.difference, MOVED_UP: before + moved_up}
    db.session.flush()
    people_changed.send(record, person_ids=[change.person_id for change in changes])
    for change in changes:
        db.session.delete(change)
    db.session.flush()


def delete_people(ids: Sequence[UUID]) -> None:
    """Delete people with their phones, contacts and benefits."""
    for some in chunks(ids):
        for model in (Phone, Contact, Benefit):
            owned = delete(model).where(model.person_id.in_(some))
            db.session.execute(owned, execution_options=_IN_BULK)
        people = delete(Person).where(Person.id.in_(some))
        db.session.execute(people, execution_options=_IN_BULK)


def let_go_of(ids: Sequence[UUID]) -> None:
    """Let reports, this import's and those of others that came to nothing, name nobody of them."""
    for some in chunks(ids):
        rows = update(RosterImportRow).where(RosterImportRow.person_id.in_(some))
        db.session.execute(rows.values(person_id=None), execution_options=_IN_BULK)


def _bring_back(change: RosterImportChange) -> bool:
    """Write what stood there before; return whether the area of then is gone."""
    before: dict[str, Any] = json.loads(sealer().unseal(change.before))
    person = db.session.get_one(Person, change.person_id)
    person.name, person.address = before["name"], before["address"]
    note = before.get("note", "")
    person.note_sealed = sealer().seal(note) if note else None
    is_moved_up = _place_back(person, before["area_id"], before["area_path"])
    person.updated_at = datetime.fromisoformat(before["updated_at"])
    kept = {phone.number_index: phone for phone in person.phones}
    person.phones = [_phone(kept, number, at) for at, number in enumerate(before["phones"])]
    person.benefits = [b for b in person.benefits if b.kind in before["benefits"]]
    bring_facts_back(person, before)
    _contacts(person, before)
    return is_moved_up


def _contacts(person: Person, before: dict[str, Any]) -> None:
    """Bring back what older imports did not change, and so did not keep either."""
    if "contacts" not in before:
        return
    told = [tuple(each) for each in before["contacts"]]
    if contacts_of(person, sealer()) != told:
        person.contacts = [new_contact(each, sealer()) for each in told]


def _place_back(person: Person, area_id: int | None, path: str) -> bool:
    """Put somebody back into an area, or into what is left above it; say whether it is gone.

    The area may have been moved since, or have been removed once nobody lay in it.
    """
    above = [int(part) for part in reversed(path.split("/")) if part]
    for each in [area_id, *above] if area_id is not None else ():
        area = db.session.get(Area, each)
        if area is not None:
            person.area_id, person.area_path = area.id, area.path
            return area.id != area_id
    person.area_id, person.area_path = None, path if area_id is None else "/"
    return area_id is not None


def _phone(kept: dict[bytes, Phone], number: str, position: int) -> Phone:
    index = sealer().index(number)
    phone = kept.get(index) or Phone(
        number_sealed=sealer().seal(number), number_index=index, masked=mask_phone(number)
    )
    phone.position = position
    return phone
