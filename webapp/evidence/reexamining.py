"""Looks again at files that were set aside for their content, under the rules of today.

What honest phones made was refused before: a motion photo, an MP4 by its compatible brands, 50
megapixels. The bytes are all here. A file that would be received now is received now, with an
entry of its own behind the one that set it aside; whatever is still refused stays as it is, and so
does what was set aside for other reasons, after its arrival too.
"""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from storage.files import as_file
from storage.keys import original_key
from storage.protocol import BlobNotFound
from webapp.evidence import ingest, uploads
from webapp.evidence.formats import Content, Malformed, inspect
from webapp.evidence.models import Capture, Media, Quarantine
from webapp.evidence.quarantine import FILE
from webapp.evidence.rules import CaptureState, MediaState
from webapp.evidence.uploads import Arrival
from webapp.extensions import blobs, db

# Codes of today and of before: whether content may stay was judged under them.
FOR_CONTENT = (
    "content_type", "content_truncated", "content_pixels", "content_polyglot",
)  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """What became of one file that had been set aside."""

    capture_id: UUID
    sha256: str
    reason: str
    is_released: bool


def reexamine() -> Iterator[Looked]:
    """Look at each file again; the caller commits after each."""
    query = select(Quarantine.id).where(Quarantine.what == FILE)
    aside = query.where(Quarantine.reason.in_(FOR_CONTENT)).order_by(Quarantine.id)
    for row_id in list(db.session.scalars(aside)):
        row = db.session.get_one(Quarantine, row_id)
        uploads.lock_capture(row.capture_id)
        media = db.session.scalar(
            select(Media).filter_by(capture_id=row.capture_id, sha256=row.sha256)
        )
        arrival = uploads.last_of(media.id) if media is not None else None
        if media is not None and arrival and media.state == MediaState.QUARANTINED:
            content = _content(str(row.blob_key), media)
            if content is not None:
                _release(media, arrival, content)
            yield Looked(row.capture_id, row.sha256, row.reason, content is not None)


def _content(key: str, media: Media) -> Content | None:
    """Return what the bytes are, put where originals lie; None when they are still refused."""
    try:
        with as_file(blobs(), key) as path, path.open("rb") as file:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                content = inspect(data, media.mime)
            if not blobs().exists(original_key(media.sha256)):
                blobs().put(original_key(media.sha256), path)
    except (Malformed, BlobNotFound, FileNotFoundError):
        return None
    return content


def _release(media: Media, arrival: Arrival, content: Content) -> None:
    """Receive the file as if it had come now."""
    capture = db.session.get_one(Capture, media.capture_id)
    media.state = MediaState.EXPECTED.value
    is_apart = any(flag.code == "revoked_device" for flag in capture.flags)
    if not is_apart and all(file.state != MediaState.QUARANTINED for file in capture.media):
        capture.state = CaptureState.COMMITTED.value
    db.session.flush()
    ingest.receive_again(arrival, content)
