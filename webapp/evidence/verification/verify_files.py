"""Rehashes every original, and compares it with rows and journal."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from storage.keys import original_key
from storage.protocol import BlobError, BlobNotFound
from storage.streams import sha256_of
from webapp.evidence.decoding.derivations import found_said
from webapp.evidence.models import Media, Quarantine
from webapp.evidence.records.records import SIGNATURE_PREFIX
from webapp.evidence.records.rules import MediaState
from webapp.evidence.records.signatures import verify_es256
from webapp.evidence.verification.findings import (
    Finding,
    compare,
    compare_if_said,
    compare_time,
    each,
    entries_of,
    entry_at,
)
from webapp.evidence.verification.verify_arrivals import (
    Refused,
    compare_media_state,
    read_refused,
)
from webapp.evidence.verification.verify_salts import Hidden, read_hidden
from webapp.extensions import blobs, db
from webapp.journal import queries as journal_queries
from webapp.journal.rules import EntryType
from webapp.people.models import Device

# How `found_said` spells a file that nobody decoded yet.
NOTHING_FOUND = "[null,null,null]"


def verify_media() -> Iterator[Finding]:
    """Give what is wrong with any received file; a lawful deletion has its tombstone."""
    known = Known(
        frozenset(journal_queries.tombstoned_media()), read_refused(), _inspections(), read_hidden()
    )
    query = select(Media).options(joinedload(Media.capture))
    yield from each(query, _name_of_media, lambda media: _verify_media(media, known))


@dataclass(frozen=True)
class Known:
    """What is read once for all files; `inspected` holds indexes by (capture, SHA-256)."""

    tombstoned: frozenset[str]
    refused: Refused
    inspected: Mapping[tuple[str, str], int]
    hidden: Hidden


def _inspections() -> dict[tuple[str, str], int]:
    return {
        (str(entry.facts.get("capture_id")), str(entry.facts.get("media_sha256"))): index
        for index, entry in entries_of(EntryType.MEDIA_INSPECTED)
    }


def _name_of_media(media: Media) -> str:
    return f"media {media.sha256} of capture {media.capture_id}"


def _verify_media(media: Media, known: Known) -> Iterator[Finding]:
    name = _name_of_media(media)
    yield from compare_media_state(media, known.refused, name)
    yield from _verify_inspection(media, known, name)
    if media.received_index is None:
        yield from _verify_waiting(media, name)
        return
    entry = entry_at(media.received_index)
    yield from compare(
        entry, EntryType.MEDIA_RECEIVED, name,
        capture_id=str(media.capture_id), media_sha256=media.sha256, bytes=media.size_bytes,
    )  # fmt: skip
    yield from compare_time(entry, media.received_at, name)
    is_gone = media.sha256 in known.tombstoned
    yield from verify_blob(original_key(media.sha256), media.sha256, name, may_be_gone=is_gone)


def _verify_waiting(media: Media, name: str) -> Iterator[Finding]:
    if media.state == MediaState.RECEIVED:
        yield Finding("not_journaled", name, "it is said to be here, but no entry says so")
    elif media.state == MediaState.EXPECTED:
        yield Finding("media_awaited", name, "its record came, the file not yet", is_remark=True)


def _verify_inspection(media: Media, known: Known, name: str) -> Iterator[Finding]:
    """Compare what the decoder found with its entry; earlier versions made none."""
    index = known.inspected.get((str(media.capture_id), media.sha256))
    if index is not None:
        entry, said = entry_at(index), found_said(media)
        yield from known.hidden.compare(entry, "found", said, name, code="inspection_changed")
        return
    committed = entry_at(media.capture.commit_index) if media.capture else None
    is_new = committed is not None and "nearness" in committed.facts
    if is_new and found_said(media) != NOTHING_FOUND:
        words = "it is said to have been decoded, but no entry says so"
        yield Finding("inspection_changed", name, words)


def verify_blob(key: str, sha256: str, name: str, *, may_be_gone: bool) -> Iterator[Finding]:
    """Demand the bytes; what was lawfully deleted may be gone, but never be other bytes."""
    try:
        with blobs().open(key) as stream:
            found = sha256_of(stream).hex()
    except BlobNotFound:
        if not may_be_gone:
            yield Finding("blob_missing", name, f"nothing lies under {key}")
    except (BlobError, OSError) as error:
        yield Finding("blob_unreadable", name, f"{key}: {type(error).__name__}")
    else:
        if found != sha256:
            yield Finding("blob_changed", name, f"the bytes under {key} are others")


def verify_quarantine() -> Iterator[Finding]:
    """Give what is wrong with anything that was set aside, a second row of it included."""
    indexes: Counter[int] = Counter()
    devices = {device.kid: device for device in db.session.scalars(select(Device))}
    tombstoned = journal_queries.tombstoned_media()

    def check(row: Quarantine) -> Iterator[Finding]:
        indexes[row.journal_index] += 1
        yield from _verify_aside(row, devices)
        if row.what == "file" or row.blob_key is not None:
            name, is_gone = _name_of_aside(row), row.sha256 in tombstoned
            yield from verify_blob(str(row.blob_key), row.sha256, name, may_be_gone=is_gone)
        if indexes[row.journal_index] > 1:
            yield Finding("row_doubled", _name_of_aside(row), "two rows tell of one entry")

    yield from each(select(Quarantine), _name_of_aside, check)


def _name_of_aside(row: Quarantine) -> str:
    return f"quarantined {row.what} {row.sha256}"


def _verify_aside(row: Quarantine, devices: Mapping[str, Device]) -> Iterator[Finding]:
    name, entry = _name_of_aside(row), entry_at(row.journal_index)
    is_record = row.what == "record"
    kind = EntryType.CAPTURE_QUARANTINED if is_record else EntryType.MEDIA_QUARANTINED
    fact = "record_sha256" if is_record else "media_sha256"
    yield from compare(
        entry, kind, name, capture_id=str(row.capture_id), reason=row.reason, **{fact: row.sha256},
    )  # fmt: skip
    # Entries of earlier versions name no worker, and no phone of a file.
    yield from compare_if_said(entry, name, device_kid=row.device_kid, worker_id=str(row.worker_id))
    yield from compare_time(entry, row.at, name)
    if is_record:
        yield from _verify_aside_record(row, devices.get(row.device_kid), name)
    elif row.body is not None or row.signature is not None:
        yield Finding("record_changed", name, "a file has neither a record's bytes nor a signature")


def _verify_aside_record(row: Quarantine, device: Device | None, name: str) -> Iterator[Finding]:
    """Demand the bytes that were refused and the signature without which they leave no trace."""
    body, signature = row.body or b"", row.signature or b""
    if sha256(body).hexdigest() != row.sha256:
        yield Finding("record_changed", name, "its bytes are not those that were set aside")
    if device is None or not verify_es256(
        jwk=device.public_jwk, signed=SIGNATURE_PREFIX + body, signature=signature
    ):
        yield Finding("signature_wrong", name, "its signature does not fit its bytes")


def verify_store() -> Iterator[Finding]:
    """Give the originals that no record promises, and the damaged bytes that gave way to others.

    The former are of an upload that a crash cut short, or worse.
    """
    for key in blobs().keys("sha256/"):
        sha256 = key.rpartition("/")[2]
        known = db.session.scalar(select(Media.id).where(Media.sha256 == sha256).limit(1))
        if known is None:
            yield Finding("blob_unknown", f"blob {key}", "no record promises it", is_remark=True)
    for key in blobs().keys("damaged/"):
        words = "damaged bytes, kept apart when the right ones took their place"
        yield Finding("blob_damaged", f"blob {key}", words, is_remark=True)
