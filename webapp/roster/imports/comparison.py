"""What a row would change of a pensioner whom the roster holds already; pure."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from webapp.roster.cells.names import is_unclear, softly_same
from webapp.roster.reading.readings import RowReading

# A pensioner in another state is no longer paid; a list that still names him needs a person.
PAID = frozenset({"normal", "suspended"})
# Name, relation, telephone number.
Contact = tuple[str, str, str]
_BETWEEN = "；"


@dataclass(slots=True)
class Known:
    """A pensioner as the roster holds him or her, as far as a workbook may change it.

    `phones` are keyed indexes in their own order, `shown_phones` the same as lists show them,
    `benefits` go from kind to status, `employers` from kind to name, `deceased` from kind to the
    keyed index of a dead worker's number; `contacts` are name, relation and telephone number of
    each; `position` is latitude and longitude in degrees of WGS-84, and the datum it came in.
    """

    id: UUID
    name: str
    address: str
    area_id: int | None
    area_path: str
    reported_status: str
    position: tuple[float, float, str] | None = None
    sex: str | None = None
    birth_on: date | None = None
    doc_type: str = "resident"
    note: str = ""
    shown_phones: list[str] = field(default_factory=list)
    phones: list[bytes] = field(default_factory=list)
    benefits: dict[str, str] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    employers: dict[str, str] = field(default_factory=dict)
    deceased: dict[str, bytes] = field(default_factory=dict)


def compare(
    reading: RowReading, known: Known, phones: list[bytes], deceased: bytes | None = None
) -> list[str]:  # fmt: skip
    """The fields that the row changes, such as name, address, area, phone, benefit, contact.

    Findings are added to the reading; after a HOLD the list of changes means nothing. A better
    name is never overwritten by a worse one, and what the row does not say changes nothing.
    `phones` and `deceased` are the keyed indexes of the row's numbers.
    """
    _compare_status(reading, known)
    changes = _compare_name(reading, known)
    if reading.address and reading.address != known.address:
        changes.append("address")
    if reading.area_id is not None and _moves(reading.area_path, known.area_path):
        changes.append("area")
    if any(phone not in known.phones for phone in phones):
        changes.append("phone")
    changes += _changed_benefit(reading, known, deceased)
    if joined_notes(reading.remark, known.note) != known.note:
        changes.append("note")
    if joined_contacts(reading.contact, known.contacts) != known.contacts:
        changes.append("contact")
    told = {
        "position": (reading.position, known.position), "sex": (reading.sex, known.sex),
        "birth": (reading.birth_on, known.birth_on),
        "document": (reading.doc_type, known.doc_type),
    }  # fmt: skip
    return changes + [name for name, (new, old) in told.items() if new and new != old]


def joined_notes(new: str, old: str) -> str:
    """What a row remarks, and behind it what was remarked before and may still be so."""
    said = [part for part in new.split(_BETWEEN) if part]
    before = [part for part in old.split(_BETWEEN) if part]
    if set(said) <= set(before):
        return old
    return _BETWEEN.join(dict.fromkeys([*said, *before]))


def joined_contacts(new: Contact | None, old: list[Contact]) -> list[Contact]:
    """The contacts with a row's own: of the one of that name it replaces what it says otherwise.

    Somebody of another name, or without one but with another number, is one more.
    """
    if new is None or not any(new):
        return old
    name, relation, phone = new
    for at, (known_name, known_relation, known_phone) in enumerate(old):
        if name == known_name and (name or phone == known_phone):
            told = (name, relation or known_relation, phone or known_phone)
            return [*old[:at], told, *old[at + 1 :]]
    return [*old, new]


def _changed_benefit(reading: RowReading, known: Known, deceased: bytes | None) -> list[str]:
    """A new benefit brings everything along; of a known one each fact may be another now."""
    kind = reading.kind
    if kind not in known.benefits:
        return ["benefit"]
    told = {
        "status": (reading.status, known.benefits[kind]),
        "employer": (reading.employer, known.employers.get(kind, "")),
        "deceased": (deceased, known.deceased.get(kind)),
    }
    return [name for name, (new, old) in told.items() if new and new != old]


def _compare_status(reading: RowReading, known: Known) -> None:
    own = known.benefits.get(reading.kind, "normal")
    if known.reported_status not in PAID or own not in PAID:
        is_stopped = known.reported_status not in PAID
        reading.note("person_stopped", status=known.reported_status if is_stopped else own)


def _compare_name(reading: RowReading, known: Known) -> list[str]:
    if reading.name == known.name:
        return []
    if not softly_same(reading.name, known.name):
        code = "id_of_deceased" if reading.kind == "dependant" else "id_two_names"
        reading.note(code, known_name=known.name)
        return []
    reading.note("name_variant", known_name=known.name)
    return ["name"] if is_unclear(known.name) and not is_unclear(reading.name) else []


def _moves(new: str, old: str) -> bool:
    """A path that only says less than the old one is no move."""
    return new != old and not old.startswith(new)
