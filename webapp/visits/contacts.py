"""Decides the corrections of address, phone and contact that workers propose (domain §S37)."""

from collections.abc import Sequence
from types import SimpleNamespace

from webapp import clock, sealing
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.packs import changes
from webapp.people import queries as people
from webapp.refusals import Refusal
from webapp.roster.cells import phones
from webapp.roster.cells.phones import read_phones
from webapp.roster.imports.comparison import joined_notes
from webapp.roster.imports.contacts import join_contact
from webapp.roster.models import Person, Phone
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.told_contacts import read_contact
from webapp.visits.models import ContactChange, Result, Visit
from webapp.visits.rules import ResultState

PHONE = "联系电话"
# What a telephone number alone is written with.
_OF_NUMBERS = frozenset("0123456789 -()+")


def decide_contact_change(*, actor: Actor, change_id: int, accept: bool) -> ContactChange:
    """Take over or decline one proposed correction.

    Raises:
        Refusal: `not_found` (404) outside the actor's area, `own_proposal` (403) for whoever
            proposed it, `already_decided` (409),
            `proposal_unproven` (409) while nobody knows whose phone proposed it,
            `phone_unreadable` when an accepted phone holds no number.
    """
    change = db.session.get(ContactChange, change_id)
    person = db.session.get(Person, change.person_id) if change else None
    if change is None or person is None or not actor.covers(person.area_path):
        raise Refusal("not_found", 404)
    result = db.session.get_one(Result, change.result_id)
    if result.worker_id == actor.account_id:
        raise Refusal("own_proposal", 403)
    visits = _lock_visits(person)
    db.session.refresh(change)
    if change.state != "proposed":
        raise Refusal("already_decided", 409)
    if accept:
        _check_speaker(result)
    states.name_act(EntryType.CONTACT_CHANGE_DECIDED, account_id=str(actor.account_id))
    change.state = "accepted" if accept else "declined"
    change.decided_by, change.decided_at = actor.account_id, clock.now()
    if accept:
        _apply(person, change.field, sealing.unseal(change.value_sealed))
        person.updated_at = clock.now()
        changes.touch(visits)
    return change


def _check_speaker(result: Result) -> None:
    """Let no phone that nobody confirmed change a person's data, unless two accepted its result."""
    kid = result.device_kid
    if kid and result.state != ResultState.ACCEPTED and not people.is_known_phone(kid):
        raise Refusal("proposal_unproven", 409)


def _lock_visits(person: Person) -> Sequence[Visit]:
    """Return the person's visits, locked, so that two who decide at once take turns."""
    query = db.select(Visit).filter_by(person_id=person.id).order_by(Visit.id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.session.scalars(locked).all()


def _apply(person: Person, field: str, value: str) -> None:
    if field == "address":
        _move(person, value)
    elif field == "phone":
        _put_phone_first(person, value)
    else:
        _add_contact(person, value)


def _move(person: Person, address: str) -> None:
    """Take over an address; the old one's coordinates would measure distances to a wrong door."""
    if address == person.address:
        return
    person.address = address
    person.latitude = person.longitude = person.datum = person.location_source = None


def _put_phone_first(person: Person, said: str) -> None:
    """The numbers come first, one that was known already too; words beside them are remarked."""
    numbers = read_phones(said).numbers
    if not numbers:
        raise Refusal("phone_unreadable")
    if not set(said) <= _OF_NUMBERS:
        _remark(person, f"{PHONE}：{said}")
    kept = {phone.number_index: phone for phone in person.phones}
    named = {sealing.index(number): number for number in numbers}
    first = [kept.get(index) or _new_phone(index, number) for index, number in named.items()]
    person.phones = [*first, *(each for index, each in kept.items() if index not in named)]
    for position, phone in enumerate(person.phones):
        phone.position = position


def _new_phone(index: bytes, number: str) -> Phone:
    return Phone(number_sealed=sealing.seal(number), number_index=index, masked=phones.mask(number))


def _add_contact(person: Person, said: str) -> None:
    """A number among the words is sealed; what is too long for a name stands among the remarks."""
    reading = RowReading(0)
    values = SimpleNamespace(contact=said, contact_relation="", contact_phone="")
    read_contact(reading, values)
    if reading.remark:
        _remark(person, reading.remark)
    join_contact(person, reading.contact, sealing.sealer())


def _remark(person: Person, words: str) -> None:
    before = sealing.unseal(person.note_sealed) if person.note_sealed else ""
    person.note_sealed = sealing.seal(joined_notes(words, before))
