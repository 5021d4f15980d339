"""Receives files that the store holds already though no row tells of them any more.

Where the database was put back to an older backup and the originals were not, the phone has let
go of its copy by a receipt that the database has lost: the store holds the last one.
"""

import structlog
from sqlalchemy import literal, select, union_all

from storage.keys import original_key
from storage.protocol import BlobError
from webapp.evidence.intake import aside_files, finishing, snapshots
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.evidence.models import Capture, Media, Quarantine, Upload
from webapp.evidence.records.rules import MediaState
from webapp.extensions import blobs, db
from webapp.refusals import Refusal

log = structlog.get_logger("anzai.evidence")


def receive_orphans(capture: Capture) -> None:
    """Receive each file of a new record that lies in the store and that no row tells of.

    A file that any row names must be sent: it has an owner, and to know its hash shows nobody to
    be him. That holds for files of other records, for those that lie aside, and for uploads that
    were begun, whatever became of them. As nothing gets into the store without such a row, only
    rows lost with a database that was put back leave an orphan; whose it was then, nobody can
    tell but by the signed record that names it (threat model). A store that cannot be asked now
    keeps no record waiting.
    """
    for media in capture.media:
        try:
            content = aside_files.content_of(_key(media), media) if _is_orphan(media) else None
        except (BlobError, Refusal) as error:
            log.warning("orphan_not_asked", error=type(error).__name__)
            return
        if content is not None:
            upload = UploadSnapshot(
                snapshots.NO_UPLOAD, capture.worker_id, capture.device_kid, media.id, capture.id,
                media.sha256, media.mime, media.size_bytes, capture.committed_at,
                snapshots.FINISHED,
            )  # fmt: skip
            finishing.receive_again(upload, content, has_arrived=False)
            db.session.flush()
            db.session.refresh(capture)


def _key(media: Media) -> str:
    return original_key(media.sha256)


def _is_orphan(media: Media) -> bool:
    if media.state != MediaState.EXPECTED or not blobs().exists(_key(media)):
        return False
    named = union_all(
        select(literal(1)).where(Media.sha256 == media.sha256, Media.id != media.id),
        select(literal(1)).where(Quarantine.sha256 == media.sha256),
        select(literal(1)).where(Upload.sha256 == media.sha256),
    )
    return db.session.execute(named.limit(1)).first() is None
