"""Resumable uploads: begin, find, end; the bytes themselves are the spool's (tus 1.0.0).

A file has at most one running upload, whoever asks again for one: a phone that lost the address
gets the same one back with its offset, and a repeated request makes nothing new.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from storage.keys import original_key
from webapp import clock
from webapp.config import settings
from webapp.evidence import spool
from webapp.evidence.committing import own_capture
from webapp.evidence.models import Capture, Media, Upload
from webapp.evidence.rules import MediaState
from webapp.extensions import blobs, db
from webapp.jobs import service as jobs
from webapp.people.rules import Actor
from webapp.refusals import Refusal

LIFE = timedelta(days=7)
HOUR = timedelta(hours=1)
SETTLE_JOB = "evidence.settle-upload"
FINISHED, MISMATCH, REFUSED = "finished", "mismatch", "refused"
TERMINATED, EXPIRED = "terminated", "expired"


def begin_upload(*, actor: Actor, capture_id: UUID, sha256: str, length: int) -> Upload:
    """Return the upload of a file that the caller's committed record promises.

    Raises:
        Refusal: `commit_first` (409), `media_not_in_record`, `media_length_differs`,
            `media_refused`, `quota_bytes` (429), `upload_too_long` (413) for more than any file
            may have.
    """
    if length > settings().video_max_bytes:
        raise Refusal("upload_too_long", 413)
    capture = own_capture(actor=actor, capture_id=capture_id)
    lock_capture(capture.id)
    media = _promised(capture, sha256)
    if media.size_bytes != length:
        raise Refusal("media_length_differs", promised=media.size_bytes)
    if media.state == MediaState.QUARANTINED:
        raise Refusal("media_refused")
    running = _current_upload(media)
    if running is not None and _is_lost(running):
        end(running, EXPIRED)
        running = None
    return running if running is not None else _new_upload(actor, media)


def lock_capture(capture_id: UUID) -> None:
    """Make others who change the same capture wait; SQLite has one writer at a time anyway."""
    lock = select(Capture.id).where(Capture.id == capture_id).with_for_update(key_share=True)
    db.session.scalar(lock)


def _promised(capture: Capture, sha256: str) -> Media:
    for media in capture.media:
        if media.sha256 == sha256:
            db.session.refresh(media)
            return media
    raise Refusal("media_not_in_record")


def _current_upload(media: Media) -> Upload | None:
    """Return the file's upload that runs, or the one that finished it."""
    wanted = FINISHED if media.state == MediaState.RECEIVED else ""
    query = select(Upload).where(Upload.media_id == media.id, Upload.outcome == wanted)
    if not wanted:
        query = query.where(Upload.expires_at > clock.now())
    return db.session.scalars(query.order_by(Upload.created_at.desc()).limit(1)).first()


def _new_upload(actor: Actor, media: Media) -> Upload:
    at = clock.now()
    _check_quota(actor, media.size_bytes, at)
    upload = Upload(
        media_id=media.id, worker_id=actor.account_id, device_kid=actor.device_kid,
        sha256=media.sha256, length=media.size_bytes, created_at=at, expires_at=at + LIFE,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    spool.create(upload.id)
    _settle_later(upload, at)
    return upload


def _check_quota(actor: Actor, length: int, at: datetime) -> None:
    """Refuse when one phone promised more in an hour than its captures could hold."""
    query = select(func.coalesce(func.sum(Upload.length), 0)).where(
        Upload.device_kid == actor.device_kid, Upload.created_at > at - HOUR
    )
    limit = settings().captures_per_hour * settings().photo_max_bytes
    if int(db.session.scalar(query) or 0) + length > limit:
        raise Refusal("quota_bytes", 429, retry_after_seconds=HOUR.seconds)


def _settle_later(upload: Upload, at: datetime) -> None:
    """See to it that a whole file is finished, or a stale one dropped, if the phone is gone."""
    jobs.enqueue(
        kind=SETTLE_JOB,
        payload={"upload_id": str(upload.id)},
        run_at=at + HOUR,
    )


def find_upload(*, actor: Actor, upload_id: UUID) -> Upload:
    """Return an upload of the caller's that runs or is finished.

    Raises:
        Refusal: `not_found` (404), also for another worker's; `upload_ended` (410).
    """
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.worker_id != actor.account_id:
        raise Refusal("not_found", 404)
    if upload.outcome not in {"", FINISHED} or _is_stale(upload):
        raise Refusal("upload_ended", 410)
    return upload


def _is_lost(upload: Upload) -> bool:
    """Say whether the bytes of a running upload are nowhere any more."""
    return not upload.outcome and spool.length(upload.id) is None and not is_in_store(upload)


def _is_stale(upload: Upload) -> bool:
    return not upload.outcome and upload.expires_at <= clock.now()


def offset_of(upload: Upload) -> int:
    """Return how many bytes are acknowledged.

    The last byte counts only when the file is verified, stored and journaled. A server that died
    in between thus asks for that one byte again, and the work is finished then.

    Raises:
        Refusal: `upload_ended` (410) when the file was lost.
    """
    if upload.outcome == FINISHED:
        return upload.length
    came = spool.length(upload.id)
    if came is None:
        if not is_in_store(upload):
            raise Refusal("upload_ended", 410)
        came = upload.length
    return min(came, upload.length - 1)


def is_in_store(upload: Upload) -> bool:
    """Say whether the verified bytes lie in the store already."""
    return blobs().exists(original_key(upload.sha256))


def terminate(*, upload: Upload) -> None:
    """End an upload at the phone's wish; the bytes so far are dropped, the record stays.

    Raises:
        Refusal: `upload_finished` (409), `upload_locked` (423).
    """
    if upload.outcome == FINISHED:
        raise Refusal("upload_finished", 409)
    with spool.locked(upload.id):
        end(upload, TERMINATED)


def end(upload: Upload, outcome: str) -> None:
    """Close the upload and drop its spool file, which nobody needs any more."""
    upload.outcome = outcome
    db.session.flush()
    spool.remove(upload.id)
