"""Takes back what an import did to some people, in the caller's transaction."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from webapp.extensions import db
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

# Databases limit the parameters of one statement.
MANY = 500
_IN_BULK = {"synchronize_session": False}


def bring_back(record: RosterImport, changes: Sequence[RosterImportChange]) -> None:
    """Let people be again what they were before the import changed them."""
    for change in changes:
        _bring_back(change)
    db.session.flush()
    people_changed.send(record, person_ids=[change.person_id for change in changes])
    for change in changes:
        db.session.delete(change)
    db.session.flush()


def delete_people(ids: Sequence[UUID]) -> None:
    """Delete people with their phones, contacts and benefits."""
    for some in _parts(ids):
        for model in (Phone, Contact, Benefit):
            owned = delete(model).where(model.person_id.in_(some))
            db.session.execute(owned, execution_options=_IN_BULK)
        people = delete(Person).where(Person.id.in_(some))
        db.session.execute(people, execution_options=_IN_BULK)


def let_go_of(ids: Sequence[UUID]) -> None:
    """Let reports, this import's and those of others that came to nothing, name nobody of them."""
    for some in _parts(ids):
        rows = update(RosterImportRow).where(RosterImportRow.person_id.in_(some))
        db.session.execute(rows.values(person_id=None), execution_options=_IN_BULK)


def _parts(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + MANY] for start in range(0, len(ids), MANY)]


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
