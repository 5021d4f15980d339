"""Resumable uploads: begin, find, end; the bytes themselves are the spool's (tus 1.0.0).

A file has at most one running upload, whoever asks again for one: a phone that lost the address
gets the same one back with its offset, and a repeated request makes nothing new.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, func, insert, select

from storage.keys import original_key
from webapp import clock
from webapp.access.rules import Actor
from webapp.config import settings
from webapp.database.base import uuid7
from webapp.evidence.intake import aside_files, keeping, snapshots, spool
from webapp.evidence.intake.progress import progress_of
from webapp.evidence.intake.snapshots import (
    EXPIRED,
    FINISHED,
    LIFE,
    LOST,
    TERMINATED,
    UploadSnapshot,
)
from webapp.evidence.models import Capture, Media, Upload
from webapp.evidence.records.rules import MediaState
from webapp.extensions import db, execute_core
from webapp.jobs import service as jobs
from webapp.refusals import Refusal

HOUR = timedelta(hours=1)
SETTLE_JOB = "evidence.settle-upload"


@dataclass(frozen=True)
class Promised:
    """A file that may be sent: the row that it belongs to, and what its record says of it."""

    media_id: int | None
    aside_id: int | None
    size_bytes: int
    mime: str
    is_received: bool = False


# Every file asks these, so they are made once (see `extensions.execute_core`).
_PROMISED = (
    select(Capture.worker_id, Media.id, Media.size_bytes, Media.mime, Media.state)
    .outerjoin(Media, and_(Media.capture_id == Capture.id, Media.sha256 == bindparam("sha256")))
    .where(Capture.id == bindparam("capture_id"))
)
_SENT_SINCE = select(func.coalesce(func.sum(Upload.length), 0)).where(
    Upload.device_kid == bindparam("device_kid"), Upload.created_at > bindparam("at")
)
_ADD = insert(Upload)


def begin_upload(*, actor: Actor, capture_id: UUID, sha256: str, length: int) -> UploadSnapshot:
    """Return the upload of a file that the caller's record promises, committed or lying aside.

    Raises:
        Refusal: `commit_first` (409), `media_not_in_record`, `media_length_differs`,
            `media_refused`, `quota_bytes` (429), `upload_too_long` (413) for more than any file
            may have.
    """
    if length > settings().video_max_bytes:
        raise Refusal("upload_too_long", 413)
    file = _locked_promise(actor, capture_id, sha256, length)
    return _current_upload(file, sha256) or _new_upload(actor, capture_id, sha256, file)


def receive_whole(
    *, actor: Actor, capture_id: UUID, sha256: str, length: int, upload_id: UUID
) -> UploadSnapshot:
    """Return the upload of a file that is here as a whole; finished if it had come before.

    An upload of the same file that runs is ended, since nobody needs its bytes any more. One whose
    bytes lie in the store already is gone on with: whoever put them there died, or is about to
    write it down.

    Raises:
        Refusal: those of `begin_upload`; `upload_locked` (423) while another request brings it.
    """
    file = _locked_promise(actor, capture_id, sha256, length)
    current = _current_upload(file, sha256)
    if current is not None and not current.is_finished:
        if spool.length(current.upload_id) is None:
            return current
        terminate(upload=current)
        current = None
    return current or _add_upload(actor, capture_id, sha256, file, upload_id)


def _locked_promise(actor: Actor, capture_id: UUID, sha256: str, length: int) -> Promised:
    """Return what the caller's record promises of a file, its capture locked."""
    lock_capture(capture_id)
    file = _promised(actor, capture_id, sha256)
    if file.size_bytes != length:
        raise Refusal("media_length_differs", promised=file.size_bytes)
    return file


def lock_capture(capture_id: UUID) -> None:
    """Make others who change the same capture wait; SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        lock = select(Capture.id).where(Capture.id == capture_id).with_for_update(key_share=True)
        db.session.scalar(lock)


def _promised(actor: Actor, capture_id: UUID, sha256: str) -> Promised:
    found = execute_core(_PROMISED, capture_id=capture_id, sha256=sha256).first()
    if found is None or found.worker_id != actor.account_id:
        return _promised_aside(actor, capture_id, sha256)
    if found.id is None:
        raise Refusal("media_not_in_record")
    if found.state == MediaState.QUARANTINED:
        raise Refusal("media_refused")
    return Promised(
        found.id, None, found.size_bytes, found.mime, found.state == MediaState.RECEIVED
    )


def _promised_aside(actor: Actor, capture_id: UUID, sha256: str) -> Promised:
    file = aside_files.find_promised(
        worker_id=actor.account_id, capture_id=capture_id, sha256=sha256
    )
    if file is None:
        raise Refusal("commit_first", 409)
    return Promised(None, file.record.id, file.item.size_bytes, file.item.mime)


def _current_upload(file: Promised, sha256: str) -> UploadSnapshot | None:
    """Return the upload that finished the file, or the one that runs; one that is lost is ended."""
    current = _newest_upload(file, sha256)
    if current is None or not progress_of(current, asks_store=True).is_lost:
        return current
    end(current, LOST if current.is_finished else EXPIRED)
    return None


def _newest_upload(file: Promised, sha256: str) -> UploadSnapshot | None:
    now = clock.now()
    if file.aside_id is not None:
        return snapshots.of_file_aside(aside_id=file.aside_id, sha256=sha256, at=now)
    outcomes = (FINISHED, "") if file.is_received else ("",)
    return snapshots.of_file(media_id=file.media_id, outcomes=outcomes, at=now)


def _new_upload(actor: Actor, capture_id: UUID, sha256: str, file: Promised) -> UploadSnapshot:
    """Begin an upload whose bytes are to come."""
    made = _add_upload(actor, capture_id, sha256, file, uuid7())
    if not made.is_finished:
        spool.create(made.upload_id)
        _settle_later(made, clock.now())
    return made


def _add_upload(
    actor: Actor, capture_id: UUID, sha256: str, file: Promised, upload_id: UUID
) -> UploadSnapshot:
    """Write down an upload; that of a file which came on another way is finished as it begins."""
    at = clock.now()
    _check_quota(actor, file.size_bytes, at)
    is_here = file.is_received and not keeping.is_lost(key=original_key(sha256), sha256=sha256)
    made = UploadSnapshot(
        upload_id, actor.account_id, str(actor.device_kid), file.media_id, capture_id, sha256,
        file.mime, file.size_bytes, at + LIFE, FINISHED if is_here else "", file.aside_id,
    )  # fmt: skip
    execute_core(
        _ADD, id=made.upload_id, media_id=made.media_id, aside_id=made.aside_id,
        worker_id=made.worker_id,
        device_kid=made.device_kid, sha256=sha256, length=made.length, created_at=at,
        expires_at=made.expires_at, outcome=made.outcome,
    )  # fmt: skip
    return made


def _check_quota(actor: Actor, length: int, at: datetime) -> None:
    """Refuse when one phone promised more in an hour than its captures could hold."""
    sent = execute_core(_SENT_SINCE, device_kid=actor.device_kid, at=at - HOUR).scalar_one()
    limit = settings().captures_per_hour * settings().photo_max_bytes
    if int(sent) + length > limit:
        raise Refusal("quota_bytes", 429, retry_after_seconds=HOUR.seconds)


def _settle_later(upload: UploadSnapshot, at: datetime) -> None:
    """See to it that a whole file is finished, or a stale one dropped, if the phone is gone."""
    jobs.enqueue(
        kind=SETTLE_JOB,
        payload={"upload_id": str(upload.upload_id)},
        run_at=at + HOUR,
    )


def find_upload(*, actor: Actor, upload_id: UUID) -> UploadSnapshot:
    """Return an upload of the caller's that runs or is finished.

    Raises:
        Refusal: `not_found` (404), also for another worker's; `upload_ended` (410), also when
            the store has lost what was finished.
    """
    upload = snapshots.find(upload_id)
    if upload is None or upload.worker_id != actor.account_id:
        raise Refusal("not_found", 404)
    if upload.outcome not in {"", FINISHED} or _is_stale(upload):
        raise Refusal("upload_ended", 410)
    if upload.is_finished and progress_of(upload, asks_store=True).is_lost:
        raise Refusal("upload_ended", 410)
    return upload


def _is_stale(upload: UploadSnapshot) -> bool:
    return not upload.outcome and upload.expires_at <= clock.now()


def terminate(*, upload: UploadSnapshot) -> None:
    """End an upload at the phone's wish; the bytes so far are dropped, the record stays.

    Raises:
        Refusal: `upload_finished` (409), `upload_locked` (423).
    """
    if upload.is_finished:
        raise Refusal("upload_finished", 409)
    with spool.locked(upload.upload_id):
        end(upload, TERMINATED)


def end(upload: UploadSnapshot, outcome: str) -> None:
    """Close the upload and drop its spool file, which nobody needs any more."""
    snapshots.close(upload, outcome)
    spool.remove(upload.upload_id)
