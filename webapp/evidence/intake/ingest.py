"""Turns a whole upload into stored, journaled evidence, exactly once (evidence §1.7).

Two halves. `examine` works on the file alone, without the database: hash, magic, container, then
the exclusive write into the store. `settle` writes rows and journal in one transaction. A server
that dies between any two steps leaves either a spool file or a verified blob from which the same
two halves start again, and both do nothing when their work is done already.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from storage.keys import original_key
from storage.protocol import BlobError
from storage.streams import sha256_of
from webapp import clock
from webapp.evidence.flags import flagging, overdue
from webapp.evidence.flags.inspection_flags import container_flags
from webapp.evidence.intake import aside_files, keeping, quarantine, spool, uploads
from webapp.evidence.intake.uploads import Arrival
from webapp.evidence.models import Capture, Media
from webapp.evidence.records.formats import Content, Malformed, inspect
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
from webapp.refusals import Refusal

DERIVE_JOB = "evidence.derive"

# Every file runs these, so they are made once (see `extensions.execute_core`).
_FILES = (
    select(
        Media.id, Media.sha256, Media.state, Capture.record_sha256,
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


@dataclass(frozen=True)
class Verdict:
    """What the bytes are; `fault` is a code when they are refused and were set aside."""

    sha256: str
    fault: str | None = None
    aside_key: str | None = None
    content: Content = field(default_factory=lambda: Content("stored"))


def examine(arrival: Arrival) -> Verdict:
    """Verify a whole spool file and move it into the store, or aside when it is refused.

    A spool file that is gone while its blob is there was moved by a run that then died.

    Raises:
        Refusal: `upload_ended` (410) when the bytes are nowhere, `store_unavailable` (503).
    """
    path = spool.path_of(arrival.upload_id)
    if not path.exists():
        if uploads.is_in_store(arrival):
            return Verdict(arrival.sha256)
        raise Refusal("upload_ended", 410)
    sha256 = sha256_of(path).hex()
    if sha256 != arrival.sha256:
        return _set_aside(path, sha256, "media_mismatch")
    if arrival.aside_id is not None:
        # Its record lies aside, and nobody is shown it: what it contains is not asked.
        _put(arrival.blob_key, sha256, path, consume=False)
        return Verdict(sha256)
    try:
        content = _inspect(path, arrival.mime)
    except Malformed as malformed:
        return _set_aside(path, sha256, malformed.fault.value)
    _put(original_key(sha256), sha256, path, consume=True)
    return Verdict(sha256, content=content)


def _put(key: str, sha256: str, path: Path, *, consume: bool) -> None:
    """Keep a file; a store that cannot now leaves it in the spool for another try."""
    try:
        keeping.keep(key=key, sha256=sha256, path=path, consume=consume)
    except BlobError as error:
        raise Refusal("store_unavailable", 503) from error


def _inspect(path: Path, mime: str) -> Content:
    """Read the container through a memory map, so that 100 MB cost no memory of ours."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return inspect(data, mime)


def _set_aside(path: Path, sha256: str, fault: str) -> Verdict:
    key = aside_files.quarantine_key(sha256)
    _put(key, sha256, path, consume=False)
    return Verdict(sha256, fault=fault, aside_key=key)


def settle(*, arrival: Arrival, verdict: Verdict) -> Refusal | None:
    """Write down what became of a whole file; return what the phone is told of a refused one.

    The caller commits in either case.
    """
    if arrival.aside_id is not None:
        return _settle_aside(arrival, arrival.aside_id, verdict)
    uploads.lock_capture(arrival.capture_id)
    files = execute_core(_FILES, capture_id=arrival.capture_id).all()
    state = next(file.state for file in files if file.id == arrival.media_id)
    if state == MediaState.EXPECTED:
        if verdict.fault is None:
            _receive(arrival, files, verdict)
        else:
            _refuse(arrival, verdict)
    elif state == MediaState.RECEIVED and verdict.fault is None:
        _came_back(arrival)
    outcome = {None: uploads.FINISHED, "media_mismatch": uploads.MISMATCH}
    uploads.close(arrival, outcome.get(verdict.fault, uploads.REFUSED))
    return _refusal(verdict)


def _settle_aside(arrival: Arrival, aside_id: int, verdict: Verdict) -> Refusal | None:
    """Keep a file beside its record, which lies aside; wrong bytes are noted as ever."""
    if verdict.fault is None:
        if arrival.sha256 in aside_files.files_of(arrival.capture_id):
            _came_back(arrival)
        aside_files.keep(
            aside_id=aside_id, device_kid=arrival.device_kid, sha256=arrival.sha256,
            blob_key=arrival.blob_key,
        )  # fmt: skip
        uploads.close(arrival, uploads.FINISHED)
    else:
        _refuse(arrival, verdict)
        uploads.close(arrival, uploads.MISMATCH)
    return _refusal(verdict)


def _came_back(arrival: Arrival) -> None:
    """Journal that the store had lost a file, and has it again (a disk older than the database)."""
    now = uploads.find(arrival.upload_id)
    if now is None or now.is_finished:
        # An equal request was faster; the file had never been away.
        return
    journal.append(
        type=EntryType.MEDIA_RESTORED,
        at=clock.now(),
        facts={
            "capture_id": str(arrival.capture_id),
            "media_sha256": arrival.sha256,
            "bytes": arrival.length,
            "device_kid": arrival.device_kid,
        },
    )
    if arrival.media_id is not None:
        derive_later(arrival.media_id)


def receive_again(arrival: Arrival, content: Content, *, has_arrived: bool) -> None:
    """Receive a file whose content was refused once and is no longer.

    One that had arrived before keeps its entry and its time; it is only flagged anew.
    """
    verdict = Verdict(arrival.sha256, content=content)
    if has_arrived:
        _flag_anew(arrival, verdict, was_late=False)
    else:
        _receive(arrival, execute_core(_FILES, capture_id=arrival.capture_id).all(), verdict)


def _refusal(verdict: Verdict) -> Refusal | None:
    if verdict.fault is None:
        return None
    status = 460 if verdict.fault == "media_mismatch" else 422
    return Refusal(verdict.fault, status, kept=True)


def _receive(arrival: Arrival, files: Sequence[Row[Any]], verdict: Verdict) -> None:
    """Journal the file; `stored` names all files of the record that are stored by now."""
    stored: list[JsonValue] = [
        file.sha256
        for file in files
        if file.id == arrival.media_id or file.state == MediaState.RECEIVED
    ]
    at = clock.now()
    entry = journal.append(
        type=EntryType.MEDIA_RECEIVED,
        at=at,
        facts={
            "capture_id": str(arrival.capture_id),
            "record_sha256": files[0].record_sha256,
            "media_sha256": arrival.sha256,
            "bytes": arrival.length,
            "stored": stored,
        },
    )
    received = move_media(MediaState.EXPECTED, Event.STORED).value
    execute_core(_RECEIVED, media_id=arrival.media_id, to=received, at=at, at_index=entry.index)
    is_whole = len(stored) == len(files)
    if is_whole:
        whole = move_capture(CaptureState(files[0].capture_state), Event.STORED).value
        execute_core(_CAPTURE_STATE, capture_id=arrival.capture_id, to=whole)
    _flag_anew(arrival, verdict, was_late=is_whole and files[0].is_overdue)
    derive_later(arrival.media_id)


def derive_later(media_id: int | None) -> None:
    """Have a file decoded outside the request."""
    jobs.enqueue(kind=DERIVE_JOB, payload={"media_id": media_id}, unique_key=f"derive:{media_id}")


def _flag_anew(arrival: Arrival, verdict: Verdict, *, was_late: bool) -> None:
    """Raise or take back the flags that an arrival decides; most captures have neither."""
    fresh = container_flags(verdict.content)
    if not fresh and not was_late:
        return
    capture = db.session.get_one(Capture, arrival.capture_id, populate_existing=True)
    if fresh:
        flagging.set_flags(capture, fresh, [flag.code for flag in fresh])
    if was_late:
        overdue.came(capture)


def _refuse(arrival: Arrival, verdict: Verdict) -> None:
    """Note a refused file; wrong bytes may still be followed by the right ones."""
    quarantine.set_file_aside(
        capture_id=arrival.capture_id,
        worker_id=arrival.worker_id,
        device_kid=arrival.device_kid,
        promised_sha256=arrival.sha256,
        sha256=verdict.sha256,
        blob_key=str(verdict.aside_key),
        reason=str(verdict.fault),
    )
    if verdict.fault != "media_mismatch":
        media = db.session.get_one(Media, arrival.media_id, populate_existing=True)
        capture = db.session.get_one(Capture, arrival.capture_id, populate_existing=True)
        refuse_content(capture, media)


def refuse_content(capture: Capture, media: Media) -> None:
    """Move a file, and with it its capture, into quarantine: no other bytes can replace it."""
    media.state = move_media(MediaState(media.state), Event.CONTENT_REFUSED).value
    capture.state = move_capture(CaptureState(capture.state), Event.CONTENT_REFUSED).value
