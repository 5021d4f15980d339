"""Takes in, at the office, the work that a phone could not send.

Records and their files come in as from the phone itself: its signature says whose they are.
Attempts and results are not signed; whoever runs the command vouches that the file came from the
worker's own hand. The phone may send the same later: everything is recorded exactly once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import select

from webapp.access.rules import Actor, Permission
from webapp.evidence.flags import flagging
from webapp.evidence.flags.flags import Flag
from webapp.evidence.intake import finishing, receiving, snapshots, spool, uploads
from webapp.evidence.intake.committing import byte_limits, commit_capture
from webapp.evidence.intake.reporting import record_result
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.evidence.models import Capture, Media
from webapp.evidence.records.records import MediaItem, parse_record
from webapp.evidence.recovery.parcels import Parcel, Report, SignedRecord
from webapp.extensions import db
from webapp.people.models import Account, Device
from webapp.people.sessions import holder_of
from webapp.refusals import Refusal
from webapp.tracebacks import place_of
from webapp.visits.results import record_attempts
from webapp.visits.schemas import AttemptsBody, ResultBody

log = structlog.get_logger("anzai.evidence")

ACCOUNT_OFF = "account_off"


@dataclass(frozen=True)
class Taken:
    """What became of one member of the file; `refusal` says why it was not taken.

    With `is_kept` something was written all the same: what was set aside, and why.
    """

    name: str
    refusal: Refusal | None = None
    is_kept: bool = True


def author_of(parcel: Parcel) -> Actor:
    """Return the worker whose phone made the file.

    An account that has been switched off since, or may use no phone any more, made its evidence
    when it might: it is taken in, and flagged (`account_off`).

    Raises:
        Refusal: `unknown_device` when no phone of that key is enrolled.
    """
    device = db.session.get(Device, parcel.device_kid)
    if device is None:
        raise Refusal("unknown_device")
    return holder_of(device.account, device.kid)


def _is_off(actor: Actor) -> bool:
    """Say whether the author may send nothing by the phone itself now."""
    is_active = db.session.get_one(Account, actor.account_id).is_active
    return not (is_active and actor.may(Permission.USE_PHONE))


def take_in(*, actor: Actor, parcel: Parcel) -> Iterator[Taken]:
    """Take in one member after the other, in the order in which a phone sends.

    The caller commits after each that was kept, and rolls back after each that was not. What is
    damaged is named, and keeps nothing sound out.
    """
    for damaged in parcel.unreadable:
        yield Taken(damaged, Refusal("parcel_member_damaged"), is_kept=False)
    unclaimed = dict(parcel.files)
    for record in parcel.records:
        yield _tried(record.name, partial(_commit, actor, parcel, record))
        for capture_id, item in _promised(record):
            name = parcel.files.get(item.sha256)
            if name is not None:
                unclaimed.pop(item.sha256, None)
                yield _tried(
                    name, partial(_receive, actor, parcel, capture_id, item.sha256, item.size_bytes)
                )
    for sha256, left in unclaimed.items():
        yield _tried(left, partial(_receive_unclaimed, actor, parcel, sha256))
    for report in sorted(parcel.reports, key=lambda report: report.kind):
        yield _tried(report.name, partial(_record, actor, report))


def _tried(name: str, step: Callable[[], Refusal | None]) -> Taken:
    try:
        return Taken(name, step())
    except Refusal as refusal:
        return Taken(name, refusal, is_kept=False)
    except ValidationError:
        return Taken(name, Refusal("parcel_member_damaged"), is_kept=False)
    except Exception as error:
        # One member's failure, whatever it is, keeps none of the others out.
        log.warning("parcel_member_failed", member=name, error=place_of(error))
        return Taken(name, Refusal("parcel_member_failed"), is_kept=False)


def _commit(actor: Actor, parcel: Parcel, record: SignedRecord) -> Refusal | None:
    named = parse_record(record.raw, byte_limits()).ticket
    presented = parcel.tickets.get(str(named.id)) if named else None
    committed = commit_capture(
        actor=actor, raw=record.raw, signature=record.signature, presented=presented
    )
    if committed.capture is not None and committed.is_new and _is_off(actor):
        flagging.set_flags(committed.capture, [Flag(ACCOUNT_OFF)], [ACCOUNT_OFF])
    return committed.kept


def _promised(record: SignedRecord) -> list[tuple[UUID, MediaItem]]:
    try:
        parsed = parse_record(record.raw, byte_limits())
    except Refusal:
        return []
    return [(parsed.capture_id, item) for item in parsed.media]


def _receive(
    actor: Actor, parcel: Parcel, capture_id: UUID, sha256: str, length: int
) -> Refusal | None:
    """Bring a file in as an upload does."""
    upload = uploads.begin_upload(actor=actor, capture_id=capture_id, sha256=sha256, length=length)
    if upload.is_finished:
        return None
    try:
        with receiving.own_turn(upload) as file, parcel.reading(sha256) as read:
            came = spool.length(upload.upload_id) or 0
            read_past(read, came)
            receiving.append_body(upload, file, receiving.Body(came, read, None, None))
            return finishing.finish(upload)
    except Exception:
        _forget(upload)
        raise


def _forget(upload: UploadSnapshot) -> None:
    """Undo what was begun; the file of an upload that nobody knows any more goes with it."""
    db.session.rollback()
    if snapshots.find(upload.upload_id) is None:
        spool.remove(upload.upload_id)


def _receive_unclaimed(actor: Actor, parcel: Parcel, sha256: str) -> Refusal | None:
    """Bring a file whose record is damaged or absent here to a record that came before."""
    query = select(Media).join(Media.capture).filter(
        Media.sha256 == sha256, Capture.worker_id == actor.account_id
    )  # fmt: skip
    waiting = db.session.scalars(query.order_by(Media.id)).all()
    if not waiting:
        raise Refusal("commit_first", 409)
    refusals = [
        _receive(actor, parcel, media.capture_id, media.sha256, media.size_bytes)
        for media in waiting
    ]
    return next(filter(None, refusals), None)


def read_past(read: Callable[[int], bytes], count: int) -> None:
    """Leave out what the phone had sent already before its line failed."""
    while count > 0 and (piece := read(min(count, spool.READ_BYTES))):
        count -= len(piece)


def _record(actor: Actor, report: Report) -> Refusal | None:
    if report.kind == "attempts":
        record_attempts(actor=actor, body=AttemptsBody.model_validate(report.body))
        return None
    recorded = record_result(actor=actor, body=ResultBody.model_validate(report.body))
    if recorded.is_new and _is_off(actor):
        flagging.flag_learnt(recorded.result, ACCOUNT_OFF)
    return recorded.kept
