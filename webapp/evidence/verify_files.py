"""Rehashes every original and rendition, and compares them with rows and journal."""

from collections.abc import Iterator

from sqlalchemy import select

from storage.keys import original_key
from storage.protocol import BlobError, BlobNotFound
from storage.streams import sha256_of
from webapp.evidence.findings import BATCH, Finding, compare, compare_time, entries_at
from webapp.evidence.models import Derivation, Media, Quarantine
from webapp.evidence.rules import MediaState
from webapp.extensions import blobs, db
from webapp.journal import queries as journal_queries
from webapp.journal.rules import EntryType


def verify_media() -> Iterator[Finding]:
    """Give what is wrong with any received file; a lawful deletion has its tombstone."""
    tombstoned = journal_queries.tombstoned_media()
    for media in db.session.scalars(select(Media).execution_options(yield_per=BATCH)):
        if media.received_index is None:
            yield from _verify_waiting(media)
            continue
        name = f"media {media.sha256} of capture {media.capture_id}"
        entry = entries_at([media.received_index]).get(media.received_index)
        yield from compare(
            entry, EntryType.MEDIA_RECEIVED, name,
            capture_id=str(media.capture_id), media_sha256=media.sha256, bytes=media.size_bytes,
        )  # fmt: skip
        yield from compare_time(entry, media.received_at, name)
        if media.sha256 not in tombstoned:
            yield from _verify_blob(original_key(media.sha256), media.sha256, name)


def _verify_waiting(media: Media) -> Iterator[Finding]:
    name = f"media {media.sha256} of capture {media.capture_id}"
    if media.state == MediaState.RECEIVED:
        yield Finding("not_journaled", name, "it is said to be here, but no entry says so")
    elif media.state == MediaState.EXPECTED:
        yield Finding("media_awaited", name, "its record came, the file not yet", is_remark=True)


def _verify_blob(key: str, sha256: str, name: str) -> Iterator[Finding]:
    try:
        with blobs().open(key) as stream:
            found = sha256_of(stream).hex()
    except BlobNotFound:
        yield Finding("blob_missing", name, f"nothing lies under {key}")
    except (BlobError, OSError) as error:
        yield Finding("blob_unreadable", name, f"{key}: {type(error).__name__}")
    else:
        if found != sha256:
            yield Finding("blob_changed", name, f"the bytes under {key} are others")


def verify_derivations() -> Iterator[Finding]:
    """Give what is wrong with any rendition (evidence §5, attack 19)."""
    tombstoned = journal_queries.tombstoned_media()
    for made in db.session.scalars(select(Derivation).execution_options(yield_per=BATCH)):
        name = f"{made.kind} of media {made.source_sha256}"
        entry = entries_at([made.journal_index]).get(made.journal_index)
        yield from compare(
            entry, EntryType.DERIVED, name,
            media_sha256=made.source_sha256, kind=made.kind, derived_sha256=made.blob_sha256,
        )  # fmt: skip
        if made.source_sha256 not in tombstoned:
            yield from _verify_blob(made.blob_key, made.blob_sha256, name)


def verify_quarantine() -> Iterator[Finding]:
    """Give what is wrong with anything that was set aside."""
    for row in db.session.scalars(select(Quarantine).execution_options(yield_per=BATCH)):
        name = f"quarantined {row.what} {row.sha256}"
        entry = entries_at([row.journal_index]).get(row.journal_index)
        is_record = row.what == "record"
        kind = EntryType.CAPTURE_QUARANTINED if is_record else EntryType.MEDIA_QUARANTINED
        fact = "record_sha256" if is_record else "media_sha256"
        yield from compare(
            entry, kind, name, capture_id=str(row.capture_id), reason=row.reason,
            **{fact: row.sha256},
        )  # fmt: skip
        if row.blob_key is not None:
            yield from _verify_blob(row.blob_key, row.sha256, name)


def verify_store() -> Iterator[Finding]:
    """Give the originals that no record promises: an upload that a crash cut short, or worse."""
    for key in blobs().keys("sha256/"):
        sha256 = key.rpartition("/")[2]
        known = db.session.scalar(select(Media.id).where(Media.sha256 == sha256).limit(1))
        if known is None:
            yield Finding("blob_unknown", f"blob {key}", "no record promises it", is_remark=True)
