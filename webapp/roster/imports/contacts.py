"""Whom one can ask about a pensioner, between the rows of the database and plain words."""

from webapp.roster.imports.comparison import Contact as Told
from webapp.roster.imports.comparison import joined_contacts
from webapp.roster.models import Contact, Person
from webapp.sealing import Sealer


def contacts_of(person: Person, sealer: Sealer) -> list[Told]:
    """Name, relation and telephone number of each, in the order in which they came."""
    return [
        (each.name, each.relation, sealer.unseal(each.phone_sealed) if each.phone_sealed else "")
        for each in person.contacts
    ]


def new_contact(told: Told, sealer: Sealer) -> Contact:
    """A contact whose number is sealed."""
    name, relation, phone = told
    return Contact(name=name, relation=relation, phone_sealed=sealer.seal(phone) if phone else None)


def join_contact(person: Person, told: Told | None, sealer: Sealer) -> None:
    """Add a contact, or bring the one of that name up to what is told now."""
    before = contacts_of(person, sealer)
    for at, each in enumerate(joined_contacts(told, before)):
        if at == len(before):
            person.contacts.append(new_contact(each, sealer))
        elif each != before[at]:
            _name, person.contacts[at].relation, phone = each
            person.contacts[at].phone_sealed = sealer.seal(phone) if phone else None
