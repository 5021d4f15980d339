"""Compares phones and tickets with their entries and with what they sign for."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from webapp.config import settings
from webapp.evidence.intake.issuing import TICKET_KEY
from webapp.evidence.models import Ticket
from webapp.evidence.records.signatures import thumbprint
from webapp.evidence.records.tickets import read_ticket, ticket_sha256
from webapp.evidence.verification.findings import (
    Entry,
    Finding,
    compare,
    compare_time,
    each,
    entries_in_order,
    entry_at,
)
from webapp.journal.rules import EntryType
from webapp.people.models import Device
from webapp.people.rules import DeviceKind

KINDS = (EntryType.DEVICE_ENROLLED, EntryType.DEVICE_CONFIRMED, EntryType.DEVICE_REVOKED)


@dataclass
class Told:
    """The entries about phones, by key; `first` names each worker's first phone."""

    entries: dict[tuple[str, EntryType], Entry] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def of(self, device: Device, kind: EntryType) -> Entry | None:
        """Return the entry of a kind about a phone."""
        return self.entries.get((device.kid, kind))


def read_told() -> Told:
    """Return what the journal tells of phones; of two equal entries the first counts."""
    told = Told()
    for _, entry in entries_in_order(KINDS):
        kid = str(entry.facts.get("device_kid"))
        told.entries.setdefault((kid, EntryType(entry.type)), entry)
        if entry.type == EntryType.DEVICE_ENROLLED:
            told.first.setdefault(str(entry.facts.get("worker_id")), kid)
    return told


def verify_devices() -> Iterator[Finding]:
    """Give what is wrong with any phone: key, holder, or when it was enrolled and revoked."""
    told = read_told()
    yield from each(
        select(Device), lambda device: f"device {device.kid}",
        lambda device: _verify_device(device, told),
    )  # fmt: skip


def _verify_device(device: Device, told: Told) -> Iterator[Finding]:
    name = f"device {device.kid}"
    if thumbprint(device.public_jwk) != device.kid:
        yield Finding("key_changed", name, "its key is not the one that its name comes from")
    enrolled = told.of(device, EntryType.DEVICE_ENROLLED)
    if enrolled is None or enrolled.index != device.enrolled_index:
        yield Finding("not_journaled", name, "no entry enrolled it at that index")
    yield from compare(
        enrolled, EntryType.DEVICE_ENROLLED, name, worker_id=str(device.account_id)
    )  # fmt: skip
    # Entries of before there were kinds were all phones'.
    kind = enrolled.facts.get("kind", DeviceKind.PHONE.value) if enrolled else device.kind
    if kind != device.kind:
        yield Finding("journal_differs", name, "its kind is not the journal's")
    yield from compare_time(enrolled, device.enrolled_at, name)
    revoked = told.of(device, EntryType.DEVICE_REVOKED)
    journaled = (revoked.index, revoked.at) if revoked else (None, None)
    if journaled != (device.revoked_index, device.revoked_at):
        yield Finding("journal_differs", name, "its revocation is not the journal's")
    yield from _verify_confirmation(device, enrolled, told)


def _verify_confirmation(device: Device, enrolled: Entry | None, told: Told) -> Iterator[Finding]:
    """Demand that whoever is said to know a phone as the worker's own did say so.

    A worker's first phone needs nobody. Before phones were confirmed at all, a migration took
    every phone as its holder's own, which is told apart by the form of the enrolment's entry.
    """
    name, said = f"device {device.kid}", told.of(device, EntryType.DEVICE_CONFIRMED)
    kept = (device.confirmed_at, str(device.confirmed_by))
    if said is not None:
        if kept != (said.at, said.facts.get("by")):
            yield Finding("journal_differs", name, "its confirmation is not the journal's")
        return
    taken_as_own = (device.enrolled_at, str(device.account_id))
    is_first = told.first.get(str(device.account_id)) == device.kid
    if is_first and kept != taken_as_own:
        yield Finding("journal_differs", name, "it is the worker's first phone, and not so kept")
    elif not is_first and (device.confirmed_at, device.confirmed_by) != (None, None):
        is_old = enrolled is not None and "is_first" not in enrolled.facts
        words = "no entry says that anybody knows it as the worker's own"
        is_remark = is_old and kept == taken_as_own
        yield Finding("confirmation_unfounded", name, words, is_remark=is_remark)


def verify_tickets() -> Iterator[Finding]:
    """Give what is wrong with any ticket: bytes, signature, columns or entry."""
    yield from each(select(Ticket), lambda ticket: f"ticket {ticket.id}", _verify_ticket)


def _verify_ticket(ticket: Ticket) -> Iterator[Finding]:
    name, entry = f"ticket {ticket.id}", entry_at(ticket.journal_index)
    yield from compare(
        entry, EntryType.TICKET_ISSUED, name,
        ticket_id=str(ticket.id), ticket_sha256=ticket_sha256(ticket.body),
    )  # fmt: skip
    # One that its phone brought back was journaled then; when it was issued, its bytes say.
    yield from compare_time(entry, ticket.presented_at or ticket.issued_at, name)
    is_again = entry is not None and "issued_at" in entry.facts
    if is_again != (ticket.presented_at is not None):
        yield Finding("projection_changed", name, "presented_at is not what its entry says")
    said = read_ticket(ticket.body, key_seed=settings().key(TICKET_KEY))
    if said is None:
        yield Finding("ticket_changed", name, "it is not signed by this server")
        return
    signed = (said.ticket_id, said.worker_id, said.device_kid, said.issued_at, said.expires_at,
              said.challenge_seed, ticket_sha256(ticket.body))  # fmt: skip
    kept = (ticket.id, ticket.worker_id, ticket.device_kid, ticket.issued_at, ticket.expires_at,
            ticket.challenge_seed, ticket.sha256)  # fmt: skip
    if signed != kept:
        yield Finding("projection_changed", name, "its columns are not what it says")
