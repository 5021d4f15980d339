"""Takes over, in a job, files that came while their record lay aside."""

from typing import Any

from webapp.evidence.intake import aside_files, finishing, snapshots, uploads
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.extensions import db
from webapp.jobs.registry import JobContext, handler


@handler(aside_files.ADOPT_JOB)
def adopt_files(_context: JobContext, payload: dict[str, Any]) -> None:
    """Receive each file as if it had come now; content that is refused stays where it lies."""
    capture_id = aside_files.capture_of(payload)
    uploads.lock_capture(capture_id)
    for media, kept in aside_files.waiting(capture_id):
        content = aside_files.content_of(str(kept.blob_key), media)
        if content is not None:
            upload = UploadSnapshot(
                snapshots.NO_UPLOAD, kept.worker_id, kept.device_kid, media.id, capture_id,
                media.sha256, media.mime, media.size_bytes, kept.at, snapshots.FINISHED,
            )  # fmt: skip
            finishing.receive_again(upload, content, has_arrived=False)
            db.session.flush()
