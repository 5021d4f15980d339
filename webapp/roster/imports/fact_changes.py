"""Facts of a pensioner and of benefits that a workbook may change, and an undo brings back."""

from datetime import date
from typing import Any

from webapp.roster.imports.new_people import LOCATION_SOURCE
from webapp.roster.models import Person
from webapp.roster.reading.readings import RowReading
from webapp.sealing import Sealer

_OF_PERSON = ("latitude", "longitude", "accuracy_m", "datum", "location_source", "sex", "doc_type")


def change_facts(
    person: Person, reading: RowReading, changes: list[str], sealer: Sealer
) -> None:  # fmt: skip
    """Write those of the changes that are facts of the person, and of the row's own benefit."""
    if "position" in changes and reading.position:
        person.latitude, person.longitude, person.datum = reading.position
        person.accuracy_m, person.location_source = None, LOCATION_SOURCE
    if "sex" in changes:
        person.sex = reading.sex
    if "birth" in changes:
        person.birth_on = reading.birth_on
    if "document" in changes:
        person.doc_type = reading.doc_type
    for benefit in person.benefits:
        if benefit.kind != reading.kind:
            continue
        if "status" in changes:
            benefit.reported_status = reading.status
        if "employer" in changes:
            benefit.employer = reading.employer
        if "deceased" in changes:
            benefit.deceased_number_index = sealer.index(reading.deceased_number)


def facts_of(person: Person) -> dict[str, Any]:
    """Return what an undo needs of them, as JSON values."""
    benefits = person.benefits
    dead = {each.kind: each.deceased_number_index for each in benefits}
    return {name: getattr(person, name) for name in _OF_PERSON} | {
        "birth_on": person.birth_on.isoformat() if person.birth_on else None,
        "employers": {each.kind: each.employer for each in benefits},
        "statuses": {each.kind: each.reported_status for each in benefits},
        "deceased": {kind: index.hex() if index else None for kind, index in dead.items()},
    }


def bring_facts_back(person: Person, before: dict[str, Any]) -> None:
    """Write what `facts_of` kept; imports of older versions changed, and kept, fewer of them."""
    for name in _OF_PERSON:
        if name in before:
            setattr(person, name, before[name])
    if "birth_on" in before:
        day = before["birth_on"]
        person.birth_on = date.fromisoformat(day) if day else None
    for benefit in person.benefits:
        kind = benefit.kind
        benefit.employer = before.get("employers", {}).get(kind, benefit.employer)
        benefit.reported_status = before.get("statuses", {}).get(kind, benefit.reported_status)
        if kind in before.get("deceased", {}):
            index = before["deceased"][kind]
            benefit.deceased_number_index = bytes.fromhex(index) if index else None
