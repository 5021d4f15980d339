"""Recomputes every record: hash, signature, key, chain, ticket, journal entry and columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webapp.evidence.intake.committing import distance_said, said_of_subject
from webapp.evidence.models import Capture, Media, Ticket
from webapp.evidence.records.media_types import ByteLimits
from webapp.evidence.records.records import CaptureRecord, MediaItem, parse_record
from webapp.evidence.records.rules import (
    CaptureState,
    Chain,
    Neighbours,
    device_stands,
    judge_chain,
)
from webapp.evidence.records.signatures import verify_es256
from webapp.evidence.records.tickets import ticket_sha256
from webapp.evidence.verification.findings import (
    BATCH,
    Entry,
    Finding,
    compare,
    compare_if_said,
    compare_time,
    entries_at,
    entries_of,
    guarded,
)
from webapp.evidence.verification.verify_arrivals import compare_capture_state
from webapp.evidence.verification.verify_salts import Hidden, read_hidden
from webapp.extensions import db
from webapp.journal.rules import EntryType
from webapp.people.models import Device
from webapp.refusals import Refusal
from webapp.visits.models import Visit

ANY_SIZE = 1 << 50


@dataclass(frozen=True)
class Keys:
    """Every device, and the indexes at which the journal says it was enrolled and revoked."""

    devices: dict[str, Device]
    enrolled: dict[str, int]
    revoked: dict[str, int]


def read_keys() -> Keys:
    """Return the keys; the journal, not the device's columns, says when each was valid."""
    devices = {device.kid: device for device in db.session.scalars(select(Device))}
    first = _first_by_device(EntryType.DEVICE_ENROLLED), _first_by_device(EntryType.DEVICE_REVOKED)
    return Keys(devices, *first)


def _first_by_device(kind: EntryType) -> dict[str, int]:
    """Return each phone's first entry of a type: a second revocation gives no key a longer life."""
    found: dict[str, int] = {}
    for index, entry in entries_of(kind):
        found.setdefault(str(entry.facts.get("device_kid")), index)
    return found


def verify_records() -> Iterator[Finding]:
    """Give what is wrong with any record, device by device in the order of its log."""
    known = Known(read_keys(), read_hidden())
    before: Capture | None = None
    for batch in _batches():
        entries = entries_at(capture.commit_index for capture in batch)
        for capture in batch:
            if before is not None and before.device_kid != capture.device_kid:
                before = None
            entry = entries.get(capture.commit_index)
            check = partial(_verify_record, capture, before, known, entry)
            yield from guarded(f"capture {capture.id}", check)
            before = capture
        for capture in batch[:-1]:
            db.session.expunge(capture)


def _batches() -> Iterator[Sequence[Capture]]:
    ordered = select(Capture).order_by(Capture.device_kid, Capture.seq)
    ordered = ordered.options(
        selectinload(Capture.media), selectinload(Capture.visit), selectinload(Capture.occasion)
    )
    last: tuple[str, int] | None = None
    while True:
        query = ordered
        if last is not None:
            same_device = (Capture.device_kid == last[0]) & (Capture.seq > last[1])
            query = ordered.where(same_device | (Capture.device_kid > last[0]))
        batch = db.session.scalars(query.limit(BATCH)).all()
        if not batch:
            return
        yield batch
        last = batch[-1].device_kid, batch[-1].seq


@dataclass(frozen=True)
class Known:
    """What is read once for all records."""

    keys: Keys
    hidden: Hidden


def _verify_record(
    capture: Capture, before: Capture | None, known: Known, entry: Entry | None
) -> Iterator[Finding]:
    name = f"capture {capture.id}"
    yield from _verify_entry(capture, entry, known.hidden)
    yield from compare_capture_state(capture, entry, name)
    try:
        # What was accepted under other settings of the limits is no fault today.
        record = parse_record(capture.record, ByteLimits(picture=ANY_SIZE, video=ANY_SIZE))
    except Refusal as refusal:
        yield Finding("record_unreadable", name, f"{refusal.facts}")
        return
    yield from _verify_signature(capture, record, known.keys, name)
    yield from _verify_chain(capture, before, name)
    yield from _verify_columns(capture, record, name)
    yield from _verify_ticket(capture, record, name)


def _verify_entry(capture: Capture, entry: Entry | None, hidden: Hidden) -> Iterator[Finding]:
    """Compare a record's bytes, and what was measured when it came, with its entry."""
    name = f"capture {capture.id}"
    if sha256(capture.record).hexdigest() != capture.record_sha256:
        yield Finding("record_changed", name, "its bytes are not those that were committed")
    yield from compare(
        entry, EntryType.CAPTURE_COMMITTED, name,
        capture_id=str(capture.id), record_sha256=sha256(capture.record).hexdigest(),
    )  # fmt: skip
    yield from compare_time(entry, capture.committed_at, name)
    # Entries of earlier versions hold none of these.
    subject = said_of_subject(
        occasion_id=capture.occasion_id,
        visit_id=capture.visit_id,
        person_id=capture.person_id,
    )
    yield from compare_if_said(entry, name, **subject, nearness=capture.nearness)
    if entry is not None and "occasion_id" in entry.facts and capture.occasion_id is None:
        yield Finding("subject_changed", name, "it was committed of an occasion")
    if entry is not None and "nearness" in entry.facts:
        said = distance_said(capture.distance_m).get("distance_m", "")
        yield from hidden.compare(entry, "distance_m", said, name, code="projection_changed")


def _verify_signature(
    capture: Capture, record: CaptureRecord, keys: Keys, name: str
) -> Iterator[Finding]:
    device = keys.devices.get(record.device_kid)
    if device is None:
        yield Finding("key_missing", name, "the key that it names is not kept")
        return
    signed = verify_es256(
        jwk=device.public_jwk, signed=record.signed_bytes, signature=capture.signature
    )
    if not signed:
        yield Finding("signature_wrong", name, "its signature does not fit its bytes")
    stands = device_stands(
        enrolled_index=keys.enrolled.get(device.kid, capture.commit_index),
        revoked_index=keys.revoked.get(device.kid),
        at_index=capture.commit_index,
    )
    if not stands and capture.state != CaptureState.QUARANTINED:
        yield Finding("key_not_valid", name, "its key was not valid when it was committed")


def _verify_chain(capture: Capture, before: Capture | None, name: str) -> Iterator[Finding]:
    follows = before is not None and before.seq == capture.seq - 1
    chain = judge_chain(
        seq=capture.seq,
        prev=capture.prev,
        record_sha256=capture.record_sha256,
        beside=Neighbours(None, before.record_sha256 if follows and before else None, None),
    )
    if chain is Chain.FORK:
        yield Finding("seq_fork", name, "it does not follow the record before it")
    elif chain is Chain.GAP:
        words = f"records before number {capture.seq} of its phone never came"
        yield Finding("seq_gap", name, words, is_remark=True)


def _verify_columns(capture: Capture, record: CaptureRecord, name: str) -> Iterator[Finding]:
    """Compare the columns with the record that they were read from (evidence §5.3, §5.4, §5.6)."""
    for column, value in projection(record).items():
        if getattr(capture, column) != value:
            yield Finding("projection_changed", name, f"{column} is not what the record says")
    yield from _verify_subject(capture, record, name)
    if [_promised(item, place) for place, item in enumerate(record.media)] != [
        _kept(media) for media in capture.media
    ]:
        yield Finding("media_rows_changed", name, "its files are not those that it promised")


def _verify_subject(capture: Capture, record: CaptureRecord, name: str) -> Iterator[Finding]:
    """Compare whom a record is about, and where it lies, with its visit or its occasion."""
    subject = capture.visit if record.visit_id is not None else capture.occasion
    person_id = capture.visit.person_id if capture.visit else None
    if isinstance(subject, Visit) and subject.subject_ref != record.subject.subject_ref:
        yield Finding("subject_changed", name, "the visit is about somebody else")
    if subject is None or capture.person_id != person_id:
        yield Finding("subject_changed", name, "the person is not the visit's")
    if subject is not None and capture.area_path != subject.area_path:
        yield Finding("area_differs", name, "its path is not that of its visit or occasion")


def _promised(item: MediaItem, position: int) -> tuple[Any, ...]:
    """Return what a record promises of one file, as the columns of its row hold it."""
    duration_ms = None if item.duration_ms is None else round(item.duration_ms)
    return (position, item.sha256, item.size_bytes, item.mime, item.source, item.width,
            item.height, duration_ms)  # fmt: skip


def _kept(media: Media) -> tuple[Any, ...]:
    return (media.position, media.sha256, media.size_bytes, media.mime, media.source, media.width,
            media.height, media.duration_ms)  # fmt: skip


def projection(record: CaptureRecord) -> dict[str, Any]:
    """Return the columns of a capture that repeat its record."""
    best = record.position.best
    return {
        "id": record.capture_id,
        "visit_id": record.visit_id,
        "occasion_id": record.subject.occasion_id,
        "worker_id": record.worker_id,
        "device_kid": record.device_kid,
        "ticket_id": record.ticket.id if record.ticket else None,
        "seq": record.seq,
        "prev": record.prev,
        "kind": record.kind.value,
        "claimed_at": record.clock.claimed_at,
        "latitude": best.lat if best else None,
        "longitude": best.lon if best else None,
        "accuracy_m": best.accuracy_m if best else None,
    }


def _verify_ticket(capture: Capture, record: CaptureRecord, name: str) -> Iterator[Finding]:
    if record.ticket is None:
        return
    ticket = db.session.get(Ticket, record.ticket.id)
    if ticket is None:
        yield Finding("ticket_missing", name, "the ticket that it names is not kept")
    elif ticket_sha256(ticket.body) != record.ticket.sha256:
        yield Finding("ticket_changed", name, "its ticket is not the one that it names")
    elif ticket.issued_at > capture.committed_at:
        yield Finding("ticket_changed", name, "its ticket is younger than its arrival")
