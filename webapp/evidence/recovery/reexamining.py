"""Looks again at files that were set aside for their content, under the rules of today.

What honest phones made was refused before: a motion photo, an MP4 by its compatible brands, 50
megapixels, a turned picture with an odd rational. The bytes are all here. A file that would be
received now is received now, with an entry of its own behind the one that set it aside; the row
with the old reason stays, whatever is still refused stays as it is, and so does what was set aside
because its bytes are not the promised ones.
"""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from storage.files import as_file
from storage.keys import original_key
from storage.protocol import BlobError
from webapp.evidence.decoding import derivations
from webapp.evidence.decoding.derivations import Decoded, Source
from webapp.evidence.intake import finishing, keeping, snapshots, spool, uploads
from webapp.evidence.intake.quarantine import FILE
from webapp.evidence.models import Capture, Media, Quarantine
from webapp.evidence.records.formats import FAMILY_OF, Content, Malformed, inspect
from webapp.evidence.records.rules import CaptureState, MediaState
from webapp.extensions import blobs, db
from webapp.jobs import queries as job_queries
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, at_start, handler

JOB = "evidence.reexamine"
# To be raised with every change of what is refused for its content: the first worker of the new
# version then looks at everything that lies aside once more.
EDITION = 3


@dataclass(frozen=True)
class Looked:
    """What became of one file that had been set aside."""

    capture_id: UUID
    sha256: str
    reason: str
    is_released: bool


@dataclass(frozen=True)
class _Aside:
    """A file that lies aside, as plain values."""

    source: Source
    capture_id: UUID
    mime: str
    blob_key: str
    reason: str
    journal_index: int


@dataclass(frozen=True)
class _Judged:
    """What the bytes are under today's rules."""

    content: Content
    decoded: Decoded


@at_start
def ask_once() -> None:
    """Have each file that lies aside looked at, once for each edition of the rules."""
    for row_id in _all_aside():
        key = f"reexamine:{EDITION}:{row_id}"
        if not job_queries.was_asked(key):
            jobs.enqueue(kind=JOB, payload={"quarantine_id": row_id}, unique_key=key)


@handler(JOB, yields_to=spool.is_busy)
def reexamine_one(_context: JobContext, payload: dict[str, Any]) -> None:
    """Look at one file again."""
    _look(int(payload["quarantine_id"]))


def reexamine() -> Iterator[Looked]:
    """Look at each file again; the caller commits after each.

    A file that cannot be read now (a disk that is away) stays aside and keeps no other waiting.
    """
    for row_id in _all_aside():
        looked = _look(row_id)
        if looked is not None:
            yield looked


def _look(row_id: int) -> Looked | None:
    aside = _read(row_id)
    if aside is None:
        return None
    judged = _judge(aside)
    is_released = judged is not None and _release(aside, judged)
    return Looked(aside.capture_id, aside.source.sha256, aside.reason, is_released)


def _all_aside() -> Sequence[int]:
    """Give the rows of promised files, whatever their reason; wrong bytes are no such file."""
    is_promised = (Media.capture_id == Quarantine.capture_id) & (Media.sha256 == Quarantine.sha256)
    aside = select(Quarantine.id).join(Media, is_promised).where(
        Quarantine.what == FILE, Media.state == MediaState.QUARANTINED.value
    )  # fmt: skip
    return db.session.scalars(aside.distinct().order_by(Quarantine.id)).all()


def _read(row_id: int) -> _Aside | None:
    """Return what is to be looked at, the transaction closed; None when it is aside no longer."""
    row = db.session.get_one(Quarantine, row_id)
    named = select(Media).filter_by(capture_id=row.capture_id, sha256=row.sha256)
    media = db.session.scalar(named.where(Media.state == MediaState.QUARANTINED.value))
    aside = None
    if media is not None:
        source = Source(media.id, media.sha256, FAMILY_OF[media.mime])
        aside = _Aside(
            source, row.capture_id, media.mime, str(row.blob_key), row.reason, row.journal_index
        )
    db.session.rollback()
    return aside


def _judge(aside: _Aside) -> _Judged | None:
    """Return what the bytes are, put where originals lie; None when they are refused or damaged."""
    key = original_key(aside.source.sha256)
    try:
        if not blobs().holds(aside.blob_key, aside.source.sha256):
            return None
        with as_file(blobs(), aside.blob_key) as path, path.open("rb") as file:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                content = inspect(data, aside.mime)
            keeping.keep(key=key, sha256=aside.source.sha256, path=path)
        decoded = derivations.decode(aside.source, is_last=True)
    except (Malformed, BlobError, OSError):
        return None
    is_refused = derivations.is_refused(aside.mime, decoded.found)
    return None if is_refused else _Judged(content, decoded)


def _release(aside: _Aside, judged: _Judged) -> bool:
    """Receive the file; False when somebody else did so meanwhile.

    One that had arrived before it was set aside keeps the time of its upload.
    """
    uploads.lock_capture(aside.capture_id)
    media = db.session.get_one(Media, aside.source.media_id, populate_existing=True)
    upload = snapshots.last_of(media.id)
    if upload is None or media.state != MediaState.QUARANTINED:
        return False
    has_arrived = media.received_index is not None
    media.state = (MediaState.RECEIVED if has_arrived else MediaState.EXPECTED).value
    media.inspection = media.picture_hash = media.turns = None
    _settle_capture(media)
    finishing.receive_again(upload, judged.content, has_arrived=has_arrived)
    derivations.write(aside.source, judged.decoded, lifts=aside.journal_index)
    return True


def _settle_capture(media: Media) -> None:
    """Let the capture be what its files make of it, unless its phone was revoked."""
    capture = db.session.get_one(Capture, media.capture_id)
    states = {file.state for file in capture.media}
    is_apart = any(flag.code == "revoked_device" for flag in capture.flags)
    if not is_apart and MediaState.QUARANTINED not in states:
        is_whole = states == {MediaState.RECEIVED}
        capture.state = (CaptureState.RECEIVED if is_whole else CaptureState.COMMITTED).value
    db.session.flush()
