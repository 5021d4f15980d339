"""What stands of an upload, read as plain values, and how one is closed (tus 1.0.0)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, update

from storage.keys import original_key
from webapp.evidence.intake import aside_files
from webapp.evidence.models import Media, Quarantine, Upload
from webapp.extensions import db, execute_core

LIFE = timedelta(days=7)
FINISHED, MISMATCH, REFUSED = "finished", "mismatch", "refused"
TERMINATED, EXPIRED = "terminated", "expired"
# It was finished once, but the store has its file no longer: another upload may bring it again.
LOST = "lost"
# An upload that never was: for files that come from where they were kept aside.
NO_UPLOAD = UUID(int=0)


@dataclass(frozen=True)
class UploadSnapshot:
    """An upload and the file that it brings, as plain values; no transaction waits behind it."""

    upload_id: UUID
    worker_id: UUID
    device_kid: str
    # None for a file of a record that lies aside, whose row is then named instead.
    media_id: int | None
    capture_id: UUID
    sha256: str
    mime: str
    length: int
    expires_at: datetime
    outcome: str
    aside_id: int | None = None

    @property
    def blob_key(self) -> str:
        """Where the verified bytes lie."""
        is_aside = self.aside_id is not None
        return aside_files.quarantine_key(self.sha256) if is_aside else original_key(self.sha256)

    @property
    def begun_at(self) -> datetime:
        """When it was written down; it may run for `LIFE` from then."""
        return self.expires_at - LIFE

    @property
    def is_finished(self) -> bool:
        """Say whether the file is verified, stored and journaled."""
        return self.outcome == FINISHED


# Every file and every chunk asks these, so they are made once (see `extensions.execute_core`).
_SNAPSHOT = (
    select(
        Upload.id, Upload.worker_id, Upload.device_kid, Upload.media_id,
        func.coalesce(Media.capture_id, Quarantine.capture_id), Upload.sha256,
        func.coalesce(Media.mime, ""), Upload.length, Upload.expires_at, Upload.outcome,
        Upload.aside_id,
    )
    .outerjoin(Media, Media.id == Upload.media_id)
    .outerjoin(Quarantine, Quarantine.id == Upload.aside_id)
)  # fmt: skip
_BY_ID = _SNAPSHOT.where(Upload.id == bindparam("upload_id"))
_CURRENT = (
    _SNAPSHOT.where(
        Upload.media_id == bindparam("media_id"), Upload.outcome == bindparam("outcome")
    )
    .where(or_(Upload.outcome == FINISHED, Upload.expires_at > bindparam("at")))
    .order_by(Upload.created_at.desc())
    .limit(1)
)
_CURRENT_ASIDE = (
    _SNAPSHOT.where(Upload.aside_id == bindparam("aside_id"))
    .where(Upload.sha256 == bindparam("sha256"))
    .where(or_(Upload.outcome == FINISHED, Upload.outcome == ""))
    .where(or_(Upload.outcome == FINISHED, Upload.expires_at > bindparam("at")))
    .order_by(Upload.created_at.desc())
    .limit(1)
)
_CLOSE = update(Upload).where(Upload.id == bindparam("upload_id")).values(outcome=bindparam("how"))


def find(upload_id: UUID) -> UploadSnapshot | None:
    """Return an upload, whosesoever and whatever became of it."""
    found = execute_core(_BY_ID, upload_id=upload_id).first()
    return None if found is None else UploadSnapshot(*tuple(found))


def last_of(media_id: int) -> UploadSnapshot | None:
    """Return the newest upload of a file, whatever became of it."""
    newest = _SNAPSHOT.where(Upload.media_id == media_id).order_by(Upload.created_at.desc())
    found = db.session.execute(newest.limit(1)).first()
    return None if found is None else UploadSnapshot(*tuple(found))


def of_file(
    *, media_id: int | None, outcomes: Iterable[str], at: datetime
) -> UploadSnapshot | None:
    """Return the newest upload of a file with the first of the outcomes that any has.

    One that runs counts only until it expires.
    """
    for outcome in outcomes:
        found = execute_core(_CURRENT, media_id=media_id, outcome=outcome, at=at).first()
        if found is not None:
            return UploadSnapshot(*tuple(found))
    return None


def of_file_aside(*, aside_id: int, sha256: str, at: datetime) -> UploadSnapshot | None:
    """Return the newest upload of a file of a record that lies aside; it runs or is finished."""
    found = execute_core(_CURRENT_ASIDE, aside_id=aside_id, sha256=sha256, at=at).first()
    return None if found is None else UploadSnapshot(*tuple(found))


def close(upload: UploadSnapshot, outcome: str) -> None:
    """Write down how an upload ended."""
    execute_core(_CLOSE, upload_id=upload.upload_id, how=outcome)
