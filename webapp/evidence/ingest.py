"""Turns a whole upload into stored, journaled evidence, exactly once (evidence §1.7).

Two halves. `examine` works on the file alone, without the database: hash, magic, container, then
the exclusive write into the store. `settle` writes rows and journal in one transaction. A server
that dies between any two steps leaves either a spool file or a verified blob from which the same
two halves start again, and both do nothing when their work is done already.
"""

import mmap
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from storage.keys import original_key
from storage.protocol import BlobDamaged, StoreUnavailable
from storage.streams import sha256_of
from webapp import clock
from webapp.evidence import flagging, overdue, quarantine, spool, uploads
from webapp.evidence.flags import Flag
from webapp.evidence.formats import Content, Malformed, inspect
from webapp.evidence.models import Capture, Media, Upload
from webapp.evidence.rules import CaptureState, Event, MediaState, move_capture, move_media
from webapp.extensions import blobs, db
from webapp.jobs import service as jobs
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, JsonValue
from webapp.refusals import Refusal

DERIVE_JOB = "evidence.derive"


@dataclass(frozen=True)
class Arrival:
    """What examine needs to know of an upload, apart from the database."""

    upload_id: UUID
    sha256: str
    mime: str


@dataclass(frozen=True)
class Verdict:
    """What the bytes are; `fault` is a code when they are refused and were set aside."""

    sha256: str
    fault: str | None = None
    aside_key: str | None = None
    content: Content = field(default_factory=lambda: Content("stored"))


def arrival_of(upload: Upload) -> Arrival:
    """Return the upload's facts as plain values."""
    return Arrival(upload.id, upload.sha256, upload.media.mime)


def examine(arrival: Arrival) -> Verdict:
    """Verify a whole spool file and move it into the store, or aside when it is refused.

    A spool file that is gone while its blob is there was moved by a run that then died.

    Raises:
        Refusal: `upload_ended` (410) when the bytes are nowhere, `store_unavailable` (503).
    """
    path = spool.path_of(arrival.upload_id)
    if not path.exists():
        if blobs().exists(original_key(arrival.sha256)):
            return Verdict(arrival.sha256)
        raise Refusal("upload_ended", 410)
    sha256 = sha256_of(path).hex()
    if sha256 != arrival.sha256:
        return _set_aside(path, sha256, "media_mismatch")
    try:
        content = _inspect(path, arrival.mime)
    except Malformed as malformed:
        return _set_aside(path, sha256, malformed.fault.value)
    _put(original_key(sha256), path, consume=True)
    return Verdict(sha256, content=content)


def _put(key: str, path: Path, *, consume: bool) -> None:
    """Keep a file; a store that cannot now leaves it in the spool for another try."""
    try:
        blobs().put(key, path, consume=consume)
    except (StoreUnavailable, BlobDamaged) as error:
        raise Refusal("store_unavailable", 503) from error


def _inspect(path: Path, mime: str) -> Content:
    """Read the container through a memory map, so that 100 MB cost no memory of ours."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return inspect(data, mime)


def _set_aside(path: Path, sha256: str, fault: str) -> Verdict:
    key = f"quarantine/{sha256[:2]}/{sha256}"
    _put(key, path, consume=False)
    return Verdict(sha256, fault=fault, aside_key=key)


def settle(*, upload: Upload, verdict: Verdict) -> Refusal | None:
    """Write down what became of a whole file; return what the phone is told of a refused one.

    The caller commits in either case.
    """
    media = upload.media
    uploads.lock_capture(media.capture_id)
    db.session.refresh(media)
    capture = db.session.get_one(Capture, media.capture_id, populate_existing=True)
    if media.state == MediaState.EXPECTED:
        if verdict.fault is None:
            _receive(capture, media, verdict)
        else:
            _refuse(capture, upload, verdict)
    outcome = {None: uploads.FINISHED, "media_mismatch": uploads.MISMATCH}
    upload.outcome = outcome.get(verdict.fault, uploads.REFUSED)
    db.session.flush()
    return _refusal(verdict)


def _refusal(verdict: Verdict) -> Refusal | None:
    if verdict.fault is None:
        return None
    status = 460 if verdict.fault == "media_mismatch" else 422
    return Refusal(verdict.fault, status, kept=True)


def _receive(capture: Capture, media: Media, verdict: Verdict) -> None:
    """Journal the file; `stored` names all files of the record that are stored by now."""
    media.state = move_media(MediaState(media.state), Event.STORED).value
    stored: list[JsonValue] = [
        item.sha256 for item in capture.media if item.state == MediaState.RECEIVED
    ]
    at = clock.now()
    entry = journal.append(
        type=EntryType.MEDIA_RECEIVED,
        at=at,
        facts={
            "capture_id": str(capture.id),
            "record_sha256": capture.record_sha256,
            "media_sha256": media.sha256,
            "bytes": media.size_bytes,
            "stored": stored,
        },
    )
    media.received_at, media.received_index = at, entry.index
    if len(stored) == len(capture.media):
        capture.state = move_capture(CaptureState(capture.state), Event.STORED).value
        overdue.came(capture)
    _flag_trailer(capture, verdict)
    jobs.enqueue(kind=DERIVE_JOB, payload={"media_id": media.id}, unique_key=f"derive:{media.id}")


def _flag_trailer(capture: Capture, verdict: Verdict) -> None:
    trailing = verdict.content.trailing_bytes
    if trailing:
        flag = Flag("trailing_bytes", {"bytes": trailing})
        flagging.set_flags(capture, [flag], ["trailing_bytes"])


def _refuse(capture: Capture, upload: Upload, verdict: Verdict) -> None:
    """Note a refused file; wrong bytes may still be followed by the right ones."""
    quarantine.set_file_aside(
        capture_id=capture.id,
        worker_id=upload.worker_id,
        device_kid=upload.device_kid,
        promised_sha256=upload.sha256,
        sha256=verdict.sha256,
        blob_key=str(verdict.aside_key),
        reason=str(verdict.fault),
    )
    if verdict.fault != "media_mismatch":
        refuse_content(capture, upload.media)


def refuse_content(capture: Capture, media: Media) -> None:
    """Move a file, and with it its capture, into quarantine: no other bytes can replace it."""
    media.state = move_media(MediaState(media.state), Event.CONTENT_REFUSED).value
    capture.state = move_capture(CaptureState(capture.state), Event.CONTENT_REFUSED).value
