"""Commits capture records: checked, journaled, kept bit by bit (evidence §1.4 to §1.7).

Whoever cannot sign with an enrolled key of the caller's own leaves no trace. What such a key did
sign is never dropped: a record that the rules refuse is set aside and journaled.

A record without a ticket is accepted and flagged (`ticket_missing`). By evidence §5.27 a
missing ticket is detected and named, by evidence §2 flags never refuse: a phone that was offline
for longer than its tickets lived could never make its record again, so a refusal would lose the
evidence of an honest visit. A ticket that is named and does not hold is another matter: the phone
knows when a ticket expires and names none then, so such a record contradicts itself. One that this
database does not know may have been lost with it: the phone is told so and presents it again.

A record that was set aside is judged anew whenever it comes again, by what is known then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from webapp import clock
from webapp.access.rules import Actor
from webapp.config import settings
from webapp.evidence.flags import flagging, overdue
from webapp.evidence.flags.flags import Flag
from webapp.evidence.flags.place_flags import LocationMatch
from webapp.evidence.intake import aside_files, orphans, presenting, quarantine
from webapp.evidence.models import Capture, Media, Quarantine, Ticket
from webapp.evidence.records.media_types import ByteLimits
from webapp.evidence.records.records import CaptureRecord, MediaItem, parse_record
from webapp.evidence.records.rules import (
    CaptureState,
    Chain,
    MediaState,
    Neighbours,
    device_stands,
    judge_chain,
)
from webapp.evidence.records.signatures import verify_es256
from webapp.evidence.records.tickets import NamedTicket, judge_ticket
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.people.models import Device
from webapp.refusals import Kept, Refusal
from webapp.visits.models import Occasion, Visit
from webapp.visits.occasions import occasion_of_worker
from webapp.visits.results import visit_of_worker

HOUR = timedelta(hours=1)
# Set aside under this name, which the phone is not told: it reads as any 404.
VISIT_UNKNOWN = "visit_unknown"


@dataclass(frozen=True)
class Committed:
    """What became of a record; `kept` is what the phone is told of one that was set aside."""

    record: CaptureRecord
    capture: Capture | None
    is_new: bool
    kept: Kept | None = None


@dataclass(frozen=True)
class _Judged:
    """What the rules say of an accepted record on its arrival, before anything is written."""

    at: datetime
    # Whom a visit is about; an occasion is about nobody alone.
    person_id: UUID | None
    state: CaptureState
    match: LocationMatch
    flags: list[Flag]


def commit_capture(
    *,
    actor: Actor,
    raw: bytes,
    signature: bytes,
    presented: bytes | None = None,
    seeks_files: bool = True,
) -> Committed:
    """Commit a record's bytes with its raw r‖s signature; the same bytes again change nothing.

    `presented` is the signed ticket that the record names, for a server that has lost it. Unless
    `seeks_files` is false, files that only the store still holds are received with the record.

    Raises:
        Refusal: `bad_record`, `unknown_device`, `bad_signature`, `capture_differs` (409),
            `quota_captures` (429); nothing is written then.
    """
    record = read(raw)
    device = _own_device(actor, record.device_kid)
    if not verify_es256(jwk=device.public_jwk, signed=record.signed_bytes, signature=signature):
        raise Refusal("bad_signature")
    known = _known(actor, record)
    if known is not None:
        return known
    _check_quota(device)
    subject = _subject(actor, record)
    if subject is None:
        return _set_aside(actor, record, signature, VISIT_UNKNOWN)
    ticket = _named_ticket(record, device, presented)
    chain = judge_chain(
        seq=record.seq, prev=record.prev, record_sha256=record.sha256, beside=_neighbours(record)
    )
    fault = _fault(actor, record, subject, ticket, chain)
    if fault is not None:
        return _set_aside(actor, record, signature, fault)
    committed = _accept(record, signature, device=device, subject=subject, ticket=ticket)
    if seeks_files and committed.capture is not None:
        orphans.receive_orphans(committed.capture)
    return committed


def read(raw: bytes) -> CaptureRecord:
    """Return a record by the limits of the settings; raises `bad_record`."""
    return parse_record(raw, byte_limits())


def _set_aside(actor: Actor, record: CaptureRecord, signature: bytes, fault: str) -> Committed:
    """Keep a record that the rules refuse; one that lies aside already stays as it is."""
    known = quarantine.find_record(record.sha256)
    aside = known or quarantine.set_record_aside(
        record=record, worker_id=actor.account_id, signature=signature, reason=fault
    )
    return Committed(record, None, is_new=known is None, kept=refusal_of_aside(aside.reason))


def refusal_of_aside(reason: str) -> Kept:
    """Return what a phone is told of a record that lies aside.

    A visit of somebody else and one that nobody knows are told apart by nothing.
    """
    if reason == VISIT_UNKNOWN:
        return Kept("not_found", 404)
    return Kept(reason)


def _subject(actor: Actor, record: CaptureRecord) -> Visit | Occasion | None:
    """Return the visit or the occasion; None for one unknown, or that never was the worker's."""
    try:
        if record.visit_id is not None:
            return visit_of_worker(actor=actor, visit_id=record.visit_id)
        return occasion_of_worker(actor=actor, occasion_id=record.subject.id)
    except Refusal:
        return None


def byte_limits() -> ByteLimits:
    """Return the largest files, from the settings."""
    return ByteLimits(picture=settings().photo_max_bytes, video=settings().video_max_bytes)


def _own_device(actor: Actor, kid: str) -> Device:
    """Return the caller's own phone, locked, so that its records come one after the other.

    Its key stays free: a ticket or result of the same phone names it under the journal's lock.
    """
    query = select(Device).filter_by(kid=kid, account_id=actor.account_id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    device = db.session.scalar(locked)
    if device is None:
        raise Refusal("unknown_device")
    return device


def _known(actor: Actor, record: CaptureRecord) -> Committed | None:
    """Return what became of this record when it was committed before."""
    capture = db.session.get(Capture, record.capture_id)
    if capture is None:
        return None
    if capture.worker_id != actor.account_id or capture.record_sha256 != record.sha256:
        raise Refusal("capture_differs", 409)
    return Committed(record, capture, is_new=False, kept=_refusal_of(capture))


def _refusal_of(capture: Capture) -> Kept | None:
    is_late = any(flag.code == "revoked_device" for flag in capture.flags)
    return Kept("revoked_device") if is_late else None


def _check_quota(device: Device) -> None:
    """Count what a phone sent within the hour, committed or set aside."""
    taken = select(func.count()).where(
        Capture.device_kid == device.kid, Capture.committed_at > _an_hour_ago()
    )
    aside = select(func.count()).where(
        Quarantine.device_kid == device.kid, Quarantine.at > _an_hour_ago(),
        Quarantine.what == quarantine.RECORD,
    )  # fmt: skip
    came = db.session.scalar(select(taken.scalar_subquery() + aside.scalar_subquery())) or 0
    if came >= settings().captures_per_hour:
        raise Refusal("quota_captures", 429, retry_after_seconds=HOUR.seconds)


def _an_hour_ago() -> datetime:
    return clock.now() - HOUR


def _named_ticket(record: CaptureRecord, device: Device, presented: bytes | None) -> Ticket | None:
    if record.ticket is None:
        return None
    known = db.session.get(Ticket, record.ticket.id)
    return known or presenting.present_ticket(named=record.ticket, raw=presented, device=device)


def _neighbours(record: CaptureRecord) -> Neighbours:
    """Return what is stored of the same device at this place of its log, before and after it."""
    around = (record.seq - 1, record.seq, record.seq + 1)
    rows = db.session.execute(
        select(Capture.seq, Capture.record_sha256, Capture.prev).where(
            Capture.device_kid == record.device_kid, Capture.seq.in_(around)
        )
    )
    stored = {seq: (sha256, prev) for seq, sha256, prev in rows}
    before, same, after = (stored.get(seq, (None, None)) for seq in around)
    return Neighbours(same_seq=same[0], before=before[0], after_points_to=after[1])


def _fault(
    actor: Actor,
    record: CaptureRecord,
    subject: Visit | Occasion,
    ticket: Ticket | None,
    chain: Chain,
) -> str | None:
    """Return the code of the first thing in a rightly signed record that does not hold."""
    if record.holder != actor.holder:
        return "worker_mismatch"
    if isinstance(subject, Visit) and record.subject.subject_ref != subject.subject_ref:
        return "subject_mismatch"
    if record.ticket is not None:
        fault = judge_ticket(
            stored=_ticket_facts(ticket),
            sha256=record.ticket.sha256,
            worker_id=actor.account_id,
            device_kid=record.device_kid,
            claimed_at=record.clock.claimed_at,
            now=clock.now(),
        )
        if fault is not None:
            return fault.value
    return "seq_fork" if chain is Chain.FORK else None


def _ticket_facts(ticket: Ticket | None) -> NamedTicket | None:
    if ticket is None:
        return None
    return NamedTicket(ticket.sha256, ticket.worker_id, ticket.device_kid, ticket.expires_at)


def _accept(
    record: CaptureRecord,
    signature: bytes,
    *,
    device: Device,
    subject: Visit | Occasion,
    ticket: Ticket | None,
) -> Committed:
    """Keep the record; that of a phone revoked by now is kept too, but apart (evidence §5.33)."""
    judged = _judge(record, device=device, subject=subject, ticket=ticket)
    index = _journal(record, judged)
    capture = _capture(record, signature, subject, ticket, judged, index)
    db.session.add(capture)
    db.session.flush()
    flagging.raise_flags(judged.flags, capture_id=capture.id)
    overdue.watch(capture)
    aside_files.adopt_later(capture)
    is_late = judged.state is CaptureState.QUARANTINED
    return Committed(record, capture, is_new=True, kept=Kept("revoked_device") if is_late else None)


def _judge(
    record: CaptureRecord, *, device: Device, subject: Visit | Occasion, ticket: Ticket | None
) -> _Judged:
    """Judge a record once, by what is known on its arrival."""
    at, person = clock.now(), subject.person if isinstance(subject, Visit) else None
    stands = device.revoked_index is None or device_stands(
        enrolled_index=device.enrolled_index,
        revoked_index=device.revoked_index,
        at_index=journal_queries.size(),
    )
    match = flagging.match_location(record, person)
    flags = flagging.flags_at_commit(
        record, person=person, match=match, device=device, ticket=ticket,
        is_revoked=not stands, at=at,
    )  # fmt: skip
    state = CaptureState.COMMITTED if stands else CaptureState.QUARANTINED
    return _Judged(at, person.id if person else None, state, match, flags)


def _capture(
    record: CaptureRecord,
    signature: bytes,
    subject: Visit | Occasion,
    ticket: Ticket | None,
    judged: _Judged,
    commit_index: int,
) -> Capture:
    best, match = record.position.best, judged.match
    return Capture(
        id=record.capture_id, visit_id=record.visit_id, person_id=judged.person_id,
        occasion_id=record.subject.occasion_id, area_path=subject.area_path,
        worker_id=record.worker_id, device_kid=record.device_kid, seq=record.seq,
        prev=record.prev, kind=record.kind.value, record=record.raw,
        record_sha256=record.sha256, signature=signature, committed_at=judged.at,
        commit_index=commit_index, claimed_at=record.clock.claimed_at,
        state=judged.state.value, ticket_id=ticket.id if ticket else None,
        latitude=best.lat if best else None, longitude=best.lon if best else None,
        accuracy_m=best.accuracy_m if best else None,
        distance_m=match.stored_distance_m, nearness=match.nearness.value,
        media=[_media(item, position) for position, item in enumerate(record.media)],
    )  # fmt: skip


def _media(item: MediaItem, position: int) -> Media:
    duration_ms = None if item.duration_ms is None else round(item.duration_ms)
    return Media(
        position=position, sha256=item.sha256, size_bytes=item.size_bytes, mime=item.mime,
        width=item.width, height=item.height, duration_ms=duration_ms, source=item.source,
        state=MediaState.EXPECTED.value,
    )  # fmt: skip


def _journal(record: CaptureRecord, judged: _Judged) -> int:
    entry = journal.append(
        type=EntryType.CAPTURE_COMMITTED,
        at=judged.at,
        facts={
            "capture_id": str(record.capture_id),
            "record_sha256": record.sha256,
            **said_of_subject(
                occasion_id=record.subject.occasion_id,
                visit_id=record.visit_id,
                person_id=judged.person_id,
            ),
            "device_kid": record.device_kid,
            "seq": record.seq,
            "state": judged.state.value,
            "nearness": judged.match.nearness.value,
        },
        # The registered place may move later, so that nobody could measure again.
        salted=distance_said(judged.match.stored_distance_m),
    )
    return entry.index


def said_of_subject(
    *, occasion_id: UUID | None, visit_id: UUID | None, person_id: UUID | None
) -> dict[str, str]:
    """Return how an entry names what a capture hangs on."""
    if occasion_id is not None:
        return {"occasion_id": str(occasion_id)}
    return {"visit_id": str(visit_id), "person_id": str(person_id)}


def distance_said(distance_m: float | None) -> dict[str, str]:
    """Return how an entry hides a distance in metres: in the shortest words that read back so."""
    return {} if distance_m is None else {"distance_m": repr(distance_m)}


def find_own_capture(*, actor: Actor, capture_id: UUID) -> Capture | None:
    """Return a capture that the caller committed, None for an unknown or another worker's."""
    capture = db.session.get(Capture, capture_id)
    if capture is None or capture.worker_id != actor.account_id:
        return None
    return capture
