"""Resumable uploads: begin, find, end; the bytes themselves are the spool's (tus 1.0.0).

A file has at most one running upload, whoever asks again for one: a phone that lost the address
gets the same one back with its offset, and a repeated request makes nothing new.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from storage.keys import original_key
from webapp import clock
from webapp.access.rules import Actor
from webapp.config import settings
from webapp.database.base import uuid7
from webapp.evidence.intake import aside_files, keeping, spool
from webapp.evidence.models import Capture, Media, Quarantine, Upload
from webapp.evidence.records.rules import MediaState
from webapp.extensions import db, execute_core
from webapp.jobs import service as jobs
from webapp.refusals import Refusal

LIFE = timedelta(days=7)
HOUR = timedelta(hours=1)
SETTLE_JOB = "evidence.settle-upload"
FINISHED, MISMATCH, REFUSED = "finished", "mismatch", "refused"
TERMINATED, EXPIRED = "terminated", "expired"
# It was finished once, but the store has its file no longer: another upload may bring it again.
LOST = "lost"


@dataclass(frozen=True)
class Arrival:
    """An upload and the file that it brings, as plain values; no transaction waits behind it."""

    upload_id: UUID
    worker_id: UUID
    device_kid: str
    # None for a file of a record that lies aside, whose row is then named instead.
    media_id: int | None
    capture_id: UUID
    sha256: str
    mime: str
    length: int
    expires_at: datetime
    outcome: str
    aside_id: int | None = None

    @property
    def blob_key(self) -> str:
        """Where the verified bytes lie."""
        is_aside = self.aside_id is not None
        return aside_files.quarantine_key(self.sha256) if is_aside else original_key(self.sha256)

    @property
    def is_finished(self) -> bool:
        """Say whether the file is verified, stored and journaled."""
        return self.outcome == FINISHED


@dataclass(frozen=True)
class Promised:
    """A file that may be sent: the row that it belongs to, and what its record says of it."""

    media_id: int | None
    aside_id: int | None
    size_bytes: int
    mime: str
    is_received: bool = False


# An upload that never was: for files that come from where they were kept aside.
NO_UPLOAD = UUID(int=0)
# Every file and every chunk asks these, so they are made once (see `extensions.execute_core`).
_ARRIVAL = (
    select(
        Upload.id, Upload.worker_id, Upload.device_kid, Upload.media_id,
        func.coalesce(Media.capture_id, Quarantine.capture_id), Upload.sha256,
        func.coalesce(Media.mime, ""), Upload.length, Upload.expires_at, Upload.outcome,
        Upload.aside_id,
    )
    .outerjoin(Media, Media.id == Upload.media_id)
    .outerjoin(Quarantine, Quarantine.id == Upload.aside_id)
)  # fmt: skip
_BY_ID = _ARRIVAL.where(Upload.id == bindparam("upload_id"))
_CURRENT = (
    _ARRIVAL.where(Upload.media_id == bindparam("media_id"), Upload.outcome == bindparam("outcome"))
    .where(or_(Upload.outcome == FINISHED, Upload.expires_at > bindparam("at")))
    .order_by(Upload.created_at.desc())
    .limit(1)
)
_CURRENT_ASIDE = (
    _ARRIVAL.where(Upload.aside_id == bindparam("aside_id"), Upload.sha256 == bindparam("sha256"))
    .where(or_(Upload.outcome == FINISHED, Upload.outcome == ""))
    .where(or_(Upload.outcome == FINISHED, Upload.expires_at > bindparam("at")))
    .order_by(Upload.created_at.desc())
    .limit(1)
)
_PROMISED = (
    select(Capture.worker_id, Media.id, Media.size_bytes, Media.mime, Media.state)
    .outerjoin(Media, and_(Media.capture_id == Capture.id, Media.sha256 == bindparam("sha256")))
    .where(Capture.id == bindparam("capture_id"))
)
_SENT_SINCE = select(func.coalesce(func.sum(Upload.length), 0)).where(
    Upload.device_kid == bindparam("device_kid"), Upload.created_at > bindparam("at")
)
_ADD = insert(Upload)
_CLOSE = update(Upload).where(Upload.id == bindparam("upload_id")).values(outcome=bindparam("how"))


def begin_upload(*, actor: Actor, capture_id: UUID, sha256: str, length: int) -> Arrival:
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
) -> Arrival:
    """Return the upload of a file that is here as a whole; finished if it had come before.

    An upload of the same file that runs is ended, since nobody needs its bytes any more.

    Raises:
        Refusal: those of `begin_upload`; `upload_locked` (423) while another request brings it.
    """
    file = _locked_promise(actor, capture_id, sha256, length)
    current = _current_upload(file, sha256)
    if current is not None and not current.is_finished:
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


def _current_upload(file: Promised, sha256: str) -> Arrival | None:
    """Return the upload that finished the file, or the one that runs; one that is lost is ended."""
    current = _newest_upload(file, sha256)
    if current is None or not _is_lost(current):
        return current
    end(current, LOST if current.is_finished else EXPIRED)
    return None


def _newest_upload(file: Promised, sha256: str) -> Arrival | None:
    now = clock.now()
    if file.aside_id is not None:
        found = execute_core(_CURRENT_ASIDE, aside_id=file.aside_id, sha256=sha256, at=now).first()
        return None if found is None else Arrival(*tuple(found))
    for outcome in (FINISHED, "") if file.is_received else ("",):
        found = execute_core(_CURRENT, media_id=file.media_id, outcome=outcome, at=now).first()
        if found is not None:
            return Arrival(*tuple(found))
    return None


def _new_upload(actor: Actor, capture_id: UUID, sha256: str, file: Promised) -> Arrival:
    """Begin an upload whose bytes are to come."""
    made = _add_upload(actor, capture_id, sha256, file, uuid7())
    if not made.is_finished:
        spool.create(made.upload_id)
        _settle_later(made, clock.now())
    return made


def _add_upload(
    actor: Actor, capture_id: UUID, sha256: str, file: Promised, upload_id: UUID
) -> Arrival:
    """Write down an upload; that of a file which came on another way is finished as it begins."""
    at = clock.now()
    _check_quota(actor, file.size_bytes, at)
    is_here = file.is_received and not keeping.is_lost(key=original_key(sha256), sha256=sha256)
    made = Arrival(
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


def _settle_later(upload: Arrival, at: datetime) -> None:
    """See to it that a whole file is finished, or a stale one dropped, if the phone is gone."""
    jobs.enqueue(
        kind=SETTLE_JOB,
        payload={"upload_id": str(upload.upload_id)},
        run_at=at + HOUR,
    )


def find(upload_id: UUID) -> Arrival | None:
    """Return an upload, whosesoever and whatever became of it."""
    found = execute_core(_BY_ID, upload_id=upload_id).first()
    return None if found is None else Arrival(*tuple(found))


def last_of(media_id: int) -> Arrival | None:
    """Return the newest upload of a file, whatever became of it."""
    newest = _ARRIVAL.where(Upload.media_id == media_id).order_by(Upload.created_at.desc())
    found = db.session.execute(newest.limit(1)).first()
    return None if found is None else Arrival(*tuple(found))


def find_upload(*, actor: Actor, upload_id: UUID) -> Arrival:
    """Return an upload of the caller's that runs or is finished.

    Raises:
        Refusal: `not_found` (404), also for another worker's; `upload_ended` (410), also when
            the store has lost what was finished.
    """
    upload = find(upload_id)
    if upload is None or upload.worker_id != actor.account_id:
        raise Refusal("not_found", 404)
    if upload.outcome not in {"", FINISHED} or _is_stale(upload):
        raise Refusal("upload_ended", 410)
    if upload.is_finished and _is_lost(upload):
        raise Refusal("upload_ended", 410)
    return upload


def _is_lost(upload: Arrival) -> bool:
    """Say whether the bytes of an upload that runs or is finished are nowhere any more."""
    if upload.is_finished:
        return keeping.is_lost(key=upload.blob_key, sha256=upload.sha256)
    return spool.length(upload.upload_id) is None and not is_in_store(upload)


def _is_stale(upload: Arrival) -> bool:
    return not upload.outcome and upload.expires_at <= clock.now()


def offset_of(upload: Arrival) -> int:
    """Return how many bytes are acknowledged.

    The last byte counts only when the file is verified, stored and journaled. A server that died
    in between thus asks for that one byte again, and the work is finished then.

    Raises:
        Refusal: `upload_ended` (410) when the file was lost.
    """
    if upload.is_finished:
        return upload.length
    came = spool.length(upload.upload_id)
    if came is None:
        if not is_in_store(upload):
            raise Refusal("upload_ended", 410)
        came = upload.length
    return min(came, upload.length - 1)


def is_in_store(upload: Arrival) -> bool:
    """Say whether the verified bytes lie in the store already."""
    return keeping.is_held(key=upload.blob_key, sha256=upload.sha256)


def terminate(*, upload: Arrival) -> None:
    """End an upload at the phone's wish; the bytes so far are dropped, the record stays.

    Raises:
        Refusal: `upload_finished` (409), `upload_locked` (423).
    """
    if upload.is_finished:
        raise Refusal("upload_finished", 409)
    with spool.locked(upload.upload_id):
        end(upload, TERMINATED)


def close(upload: Arrival, outcome: str) -> None:
    """Write down how an upload ended."""
    execute_core(_CLOSE, upload_id=upload.upload_id, how=outcome)


def end(upload: Arrival, outcome: str) -> None:
    """Close the upload and drop its spool file, which nobody needs any more."""
    close(upload, outcome)
    spool.remove(upload.upload_id)
