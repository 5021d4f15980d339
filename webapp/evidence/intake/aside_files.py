"""The files of records that lie aside: kept with them, hash by hash, and never shown as evidence.

A phone lets go of a file only when somebody vouches for it. So what a signed record promises may
come whatever was wrong with the record: it is received like any other file, bounded by the record's
own promise, and lies in quarantine beside it. Should the record be committed later, because what it
named is known again, its files are taken over from there: the phone may not have them any more.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from storage.files import as_file
from storage.keys import original_key
from storage.protocol import BlobNotFound
from webapp.evidence.intake import keeping, quarantine
from webapp.evidence.models import Capture, Media, Quarantine
from webapp.evidence.records.formats import Content, Malformed, inspect
from webapp.evidence.records.media_types import ANY_LIMITS
from webapp.evidence.records.records import MediaItem, parse_record
from webapp.evidence.records.rules import MediaState
from webapp.extensions import blobs, db
from webapp.jobs import service as jobs
from webapp.refusals import Refusal

ADOPT_JOB = "evidence.adopt-files"


@dataclass(frozen=True)
class AsideFile:
    """A file that a record lying aside promises: the record's row, and what it says of the file."""

    record: Quarantine
    item: MediaItem


def promised(row: Quarantine) -> tuple[MediaItem, ...]:
    """Return the files that a record lying aside promises; its limits were judged on arrival."""
    return parse_record(row.body or b"", ANY_LIMITS).media


def find_promised(*, worker_id: UUID, capture_id: UUID, sha256: str) -> AsideFile | None:
    """Return the file that a worker's record lying aside promises; None without such a record.

    Raises:
        Refusal: `media_not_in_record` when no such record of this id promises the file.
    """
    rows = records_of(worker_id=worker_id, capture_id=capture_id)
    for row in rows:
        for item in promised(row):
            if item.sha256 == sha256:
                return AsideFile(row, item)
    if rows:
        raise Refusal("media_not_in_record")
    return None


def records_of(*, worker_id: UUID, capture_id: UUID) -> Sequence[Quarantine]:
    """Return the records of a worker that lie aside under this id."""
    query = select(Quarantine).filter_by(
        what=quarantine.RECORD, capture_id=capture_id, worker_id=worker_id
    )
    return db.session.scalars(query.order_by(Quarantine.id)).all()


def files_of(capture_id: UUID) -> dict[str, Quarantine]:
    """Return the files kept beside a record lying aside, by SHA-256."""
    reasons = select(Quarantine.reason).filter_by(what=quarantine.RECORD, capture_id=capture_id)
    query = select(Quarantine).where(
        Quarantine.what == quarantine.FILE, Quarantine.capture_id == capture_id,
        Quarantine.reason.in_(reasons),
    )  # fmt: skip
    return {row.sha256: row for row in db.session.scalars(query)}


def keep(*, aside_id: int, device_kid: str, sha256: str, blob_key: str) -> None:
    """Journal and keep a file beside its record; the same again changes nothing."""
    # Whoever brings another file of the record at the same time waits, and counts this one.
    record = db.session.get_one(Quarantine, aside_id, with_for_update={"key_share": True})
    quarantine.set_file_aside(
        capture_id=record.capture_id, worker_id=record.worker_id, device_kid=device_kid,
        promised_sha256=sha256, sha256=sha256, blob_key=blob_key, reason=record.reason,
        stored=[*sorted(files_of(record.capture_id)), sha256],
    )  # fmt: skip


def adopt_later(capture: Capture) -> None:
    """Have the files that lie aside taken over, once their record is committed after all."""
    if not files_of(capture.id):
        return
    jobs.enqueue(
        kind=ADOPT_JOB, payload={"capture_id": str(capture.id)}, unique_key=f"adopt:{capture.id}"
    )


def waiting(capture_id: UUID) -> list[tuple[Media, Quarantine]]:
    """Return the files that a committed record awaits and that lie aside."""
    kept = files_of(capture_id)
    query = select(Media).filter_by(capture_id=capture_id, state=MediaState.EXPECTED.value)
    found = db.session.scalars(query.order_by(Media.position)).all()
    return [(media, kept[media.sha256]) for media in found if media.sha256 in kept]


def content_of(key: str, media: Media) -> Content | None:
    """Return what the bytes are, put where originals lie; None when they are refused or damaged."""
    if not keeping.is_held(key=key, sha256=media.sha256):
        return None
    try:
        with as_file(blobs(), key) as path, path.open("rb") as file:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                content = inspect(data, media.mime)
            keeping.keep(key=original_key(media.sha256), sha256=media.sha256, path=path)
    except (Malformed, BlobNotFound, FileNotFoundError):
        return None
    return content


def quarantine_key(sha256: str) -> str:
    """Return where a file lies that is kept aside."""
    return f"quarantine/{sha256[:2]}/{sha256}"


def capture_of(payload: dict[str, Any]) -> UUID:
    """Return the capture that a job is about."""
    return UUID(payload["capture_id"])
