"""Sets refused records and files aside, journaled, never dropped (evidence §1.7)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from webapp import clock
from webapp.evidence.models import Quarantine
from webapp.evidence.records.records import CaptureRecord
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType

RECORD, FILE = "record", "file"


def find_record(record_sha256: str) -> Quarantine | None:
    """Return the record that was set aside under this hash."""
    query = select(Quarantine).filter_by(what=RECORD, sha256=record_sha256)
    return db.session.scalar(query)


def set_record_aside(
    *, record: CaptureRecord, worker_id: UUID, signature: bytes, reason: str
) -> Quarantine:
    """Keep a record that an enrolled phone did sign, but that the rules refuse.

    `worker_id` is whose phone it is; what the record says of that may be the very fault.
    """
    at = clock.now()
    entry = journal.append(
        type=EntryType.CAPTURE_QUARANTINED,
        at=at,
        facts={
            "capture_id": str(record.capture_id),
            "record_sha256": record.sha256,
            "device_kid": record.device_kid,
            "worker_id": str(worker_id),
            "reason": reason,
        },
    )
    row = Quarantine(
        what=RECORD, reason=reason, capture_id=record.capture_id, body=record.raw,
        worker_id=worker_id, device_kid=record.device_kid, sha256=record.sha256,
        signature=signature, at=at, journal_index=entry.index,
    )  # fmt: skip
    return _add(row)


def set_file_aside(
    *,
    capture_id: UUID,
    worker_id: UUID,
    device_kid: str,
    promised_sha256: str,
    sha256: str,
    blob_key: str,
    reason: str,
    stored: Sequence[str] = (),
) -> Quarantine:
    """Note a received file that is not what its record promised; the same twice is one row.

    `stored` names all files that are here by now of a record that lies aside itself.
    """
    known = db.session.scalar(
        select(Quarantine).filter_by(what=FILE, capture_id=capture_id, sha256=sha256)
    )
    if known is not None:
        return known
    at = clock.now()
    entry = journal.append(
        type=EntryType.MEDIA_QUARANTINED,
        at=at,
        facts={
            "capture_id": str(capture_id),
            "promised_sha256": promised_sha256,
            "media_sha256": sha256,
            "device_kid": device_kid,
            "worker_id": str(worker_id),
            "reason": reason,
            **({"stored": list(stored)} if stored else {}),
        },
    )
    row = Quarantine(
        what=FILE, reason=reason, capture_id=capture_id, worker_id=worker_id,
        device_kid=device_kid, sha256=sha256, blob_key=blob_key, at=at,
        journal_index=entry.index,
    )  # fmt: skip
    return _add(row)


def _add(row: Quarantine) -> Quarantine:
    db.session.add(row)
    db.session.flush()
    return row
