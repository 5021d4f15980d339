"""Sees to uploads whose phone did not come back: whole ones are finished, stale ones dropped."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from webapp import clock
from webapp.evidence.intake import finishing, receiving, snapshots, spool, uploads
from webapp.evidence.intake.progress import progress_of
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.extensions import db
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.refusals import Refusal

LOOK_AGAIN = timedelta(hours=6)


@handler(uploads.SETTLE_JOB)
def settle_upload(_context: JobContext, payload: dict[str, Any]) -> None:
    """Finish a whole file, drop a stale one, or look again later."""
    upload = snapshots.find(UUID(payload["upload_id"]))
    if upload is None:
        return
    if upload.outcome:
        spool.remove(upload.upload_id)
    elif progress_of(upload).is_whole:
        _finish(upload)
    elif upload.expires_at <= clock.now():
        uploads.end(upload, snapshots.EXPIRED)
    else:
        _look_again(upload)


def _finish(upload: UploadSnapshot) -> None:
    """Do what the last request did not live to do; a phone that is at it keeps its turn."""
    db.session.rollback()
    try:
        with receiving.own_turn(upload):
            finishing.finish(upload)
    except Refusal as refusal:
        if refusal.code != "upload_locked":
            raise
        _look_again(upload)


def _look_again(upload: UploadSnapshot) -> None:
    run_at = min(clock.now() + LOOK_AGAIN, max(upload.expires_at, clock.now()))
    payload = {"upload_id": str(upload.upload_id)}
    jobs.enqueue(kind=uploads.SETTLE_JOB, payload=payload, run_at=run_at)
