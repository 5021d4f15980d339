"""Turns a whole upload into stored, journaled evidence, exactly once (evidence §1.7).

`finish` is the one way in which a file is finished, however it came: by tus, in a delivery, in the
file that a phone made of its unsent work, or left over by a request that died. Two halves: the
bytes are verified and stored without the database, then rows and journal are written in one
transaction. A server that dies between any two steps leaves either a spool file or a verified blob
from which the same two halves start again, and both do nothing when their work is done already.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from webapp import clock
from webapp.database.after_commit import after_commit
from webapp.evidence.flags import flagging, overdue
from webapp.evidence.flags.inspection_flags import container_flags
from webapp.evidence.intake import aside_files, quarantine, snapshots, spool, uploads
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.evidence.intake.verifying import InspectionResult, verify
from webapp.evidence.models import Capture, Media
from webapp.evidence.records.formats import Content
from webapp.evidence.records.rules import (
    CaptureState,
    Event,
    MediaState,
    move_capture,
    move_media,
)
from webapp.extensions import db, execute_core
from webapp.jobs import service as jobs
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, JsonValue
from webapp.refusals import Kept

DERIVE_JOB, REMAKE_JOB = "evidence.derive", "evidence.remake"

# Every file runs these, so they are made once (see `extensions.execute_core`).
_FILES = (
    select(
        Media.id, Media.sha256, Media.state, Media.received_at, Capture.record_sha256,
        Capture.state.label("capture_state"), overdue.is_flagged().label("is_overdue"),
    )
    .join(Media.capture)
    .where(Media.capture_id == bindparam("capture_id"))
    .order_by(Media.position)
)  # fmt: skip
_RECEIVED = (
    update(Media)
    .where(Media.id == bindparam("media_id"))
    .values(
        state=bindparam("to"), received_at=bindparam("at"), received_index=bindparam("at_index")
    )
)
_CAPTURE_STATE = (
    update(Capture).where(Capture.id == bindparam("capture_id")).values(state=bindparam("to"))
)


def finish(
    upload: UploadSnapshot,
    *,
    verified: InspectionResult | None = None,
    before_writing: Callable[[], object] = lambda: None,
) -> Kept | None:
    """Verify, store and write down a whole file; return what is told of one that was refused.

    The caller commits in either case; its spool file goes when it did. `verified` is the first
    half where it was done before anybody had to wait; `before_writing` starts the transaction of
    a request that only read so far.

    Raises:
        Refusal: `upload_ended` (410) when the bytes are nowhere, `store_unavailable` (503).
    """
    result = verified or verify(upload)
    before_writing()
    kept = _write_down(upload, result)
    after_commit(partial(spool.remove, upload.upload_id))
    return kept


def _write_down(upload: UploadSnapshot, result: InspectionResult) -> Kept | None:
    if upload.aside_id is not None:
        return _keep_aside(upload, upload.aside_id, result)
    uploads.lock_capture(upload.capture_id)
    files = execute_core(_FILES, capture_id=upload.capture_id).all()
    state, received_at = next(
        (file.state, file.received_at) for file in files if file.id == upload.media_id
    )
    if state == MediaState.EXPECTED:
        if result.fault is None:
            _receive(upload, files, result)
        else:
            _refuse(upload, result)
    elif state == MediaState.RECEIVED and result.fault is None:
        _came_back(upload, received_at)
    outcome = {None: snapshots.FINISHED, "media_mismatch": snapshots.MISMATCH}
    snapshots.close(upload, outcome.get(result.fault, snapshots.REFUSED))
    return _refusal(result)


def _keep_aside(upload: UploadSnapshot, aside_id: int, result: InspectionResult) -> Kept | None:
    """Keep a file beside its record, which lies aside; wrong bytes are noted as ever."""
    if result.fault is None:
        known = aside_files.files_of(upload.capture_id).get(upload.sha256)
        if known is not None:
            _came_back(upload, known.at)
        aside_files.keep(
            aside_id=aside_id, device_kid=upload.device_kid, sha256=upload.sha256,
            blob_key=upload.blob_key,
        )  # fmt: skip
        snapshots.close(upload, snapshots.FINISHED)
    else:
        _refuse(upload, result)
        snapshots.close(upload, snapshots.MISMATCH)
    return _refusal(result)


def _came_back(upload: UploadSnapshot, received_at: datetime | None) -> None:
    """Journal that the store had lost a file, and has it again (a disk older than the database)."""
    now = snapshots.find(upload.upload_id)
    has_overtaken = received_at is not None and received_at > upload.begun_at
    if now is None or now.is_finished or has_overtaken:
        # An equal request was faster; the file had never been away.
        return
    journal.append(
        type=EntryType.MEDIA_RESTORED,
        at=clock.now(),
        facts={
            "capture_id": str(upload.capture_id),
            "media_sha256": upload.sha256,
            "bytes": upload.length,
            "device_kid": upload.device_kid,
        },
    )
    if upload.media_id is not None:
        derive_later(upload.media_id)
        remake_later(upload.sha256)


def receive_again(upload: UploadSnapshot, content: Content, *, has_arrived: bool) -> None:
    """Receive a file whose content was refused once and is no longer.

    One that had arrived before keeps its entry and its time; it is only flagged anew.
    """
    result = InspectionResult(upload.sha256, content=content)
    if has_arrived:
        _flag_anew(upload, result, was_late=False)
    else:
        _receive(upload, execute_core(_FILES, capture_id=upload.capture_id).all(), result)


def _refusal(result: InspectionResult) -> Kept | None:
    if result.fault is None:
        return None
    status = 460 if result.fault == "media_mismatch" else 422
    return Kept(result.fault, status)


def _receive(upload: UploadSnapshot, files: Sequence[Row[Any]], result: InspectionResult) -> None:
    """Journal the file; `stored` names all files of the record that are stored by now."""
    stored: list[JsonValue] = [
        file.sha256
        for file in files
        if file.id == upload.media_id or file.state == MediaState.RECEIVED
    ]
    at = clock.now()
    entry = journal.append(
        type=EntryType.MEDIA_RECEIVED,
        at=at,
        facts={
            "capture_id": str(upload.capture_id),
            "record_sha256": files[0].record_sha256,
            "media_sha256": upload.sha256,
            "bytes": upload.length,
            "stored": stored,
        },
    )
    received = move_media(MediaState.EXPECTED, Event.STORED).value
    execute_core(_RECEIVED, media_id=upload.media_id, to=received, at=at, at_index=entry.index)
    is_whole = len(stored) == len(files)
    if is_whole:
        whole = move_capture(CaptureState(files[0].capture_state), Event.STORED).value
        execute_core(_CAPTURE_STATE, capture_id=upload.capture_id, to=whole)
    _flag_anew(upload, result, was_late=is_whole and files[0].is_overdue)
    derive_later(upload.media_id)


def derive_later(media_id: int | None) -> None:
    """Have a file decoded outside the request."""
    jobs.enqueue(kind=DERIVE_JOB, payload={"media_id": media_id}, unique_key=f"derive:{media_id}")


def remake_later(sha256: str) -> None:
    """Have those renditions of a file made again that are lost, if any are."""
    jobs.enqueue(kind=REMAKE_JOB, payload={"sha256": sha256}, unique_key=remake_key(sha256))


def remake_key(sha256: str) -> str:
    """Return the key of the job that makes a file's lost renditions again."""
    return f"remake:{sha256}"


def _flag_anew(upload: UploadSnapshot, result: InspectionResult, *, was_late: bool) -> None:
    """Raise or take back the flags that an upload decides; most captures have neither."""
    fresh = container_flags(result.content)
    if not fresh and not was_late:
        return
    capture = db.session.get_one(Capture, upload.capture_id, populate_existing=True)
    if fresh:
        flagging.set_flags(capture, fresh, [flag.code for flag in fresh])
    if was_late:
        overdue.came(capture)


def _refuse(upload: UploadSnapshot, result: InspectionResult) -> None:
    """Note a refused file; wrong bytes may still be followed by the right ones."""
    quarantine.set_file_aside(
        capture_id=upload.capture_id,
        worker_id=upload.worker_id,
        device_kid=upload.device_kid,
        promised_sha256=upload.sha256,
        sha256=result.sha256,
        blob_key=str(result.aside_key),
        reason=str(result.fault),
    )
    if result.fault != "media_mismatch":
        media = db.session.get_one(Media, upload.media_id, populate_existing=True)
        capture = db.session.get_one(Capture, upload.capture_id, populate_existing=True)
        refuse_content(capture, media)


def refuse_content(capture: Capture, media: Media) -> None:
    """Move a file, and with it its capture, into quarantine: no other bytes can replace it."""
    media.state = move_media(MediaState(media.state), Event.CONTENT_REFUSED).value
    capture.state = move_capture(CaptureState(capture.state), Event.CONTENT_REFUSED).value
