"""Sees to uploads whose phone did not come back: whole ones are finished, stale ones dropped."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from webapp import clock
from webapp.evidence.intake import ingest, spool, uploads
from webapp.evidence.intake.uploads import Arrival
from webapp.extensions import db
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.refusals import Refusal

LOOK_AGAIN = timedelta(hours=6)


@handler(uploads.SETTLE_JOB)
def settle_upload(_context: JobContext, payload: dict[str, Any]) -> None:
    """Finish a whole file, drop a stale one, or look again later."""
    upload = uploads.find(UUID(payload["upload_id"]))
    if upload is None:
        return
    if upload.outcome:
        spool.remove(upload.upload_id)
    elif _is_whole(upload):
        _finish(upload)
    elif upload.expires_at <= clock.now():
        uploads.end(upload, uploads.EXPIRED)
    else:
        _look_again(upload)


def _is_whole(upload: Arrival) -> bool:
    came = spool.length(upload.upload_id)
    return uploads.is_in_store(upload) if came is None else came == upload.length


def _finish(arrival: Arrival) -> None:
    """Do what the last request did not live to do; a phone that is at it keeps its turn."""
    db.session.rollback()
    if spool.length(arrival.upload_id) is None:
        verdict = ingest.examine(arrival)
    else:
        try:
            with spool.locked(arrival.upload_id):
                verdict = ingest.examine(arrival)
        except Refusal as refusal:
            if refusal.code != "upload_locked":
                raise
            _look_again(arrival)
            return
    ingest.settle(arrival=arrival, verdict=verdict)


def _look_again(upload: Arrival) -> None:
    run_at = min(clock.now() + LOOK_AGAIN, max(upload.expires_at, clock.now()))
    payload = {"upload_id": str(upload.upload_id)}
    jobs.enqueue(kind=uploads.SETTLE_JOB, payload=payload, run_at=run_at)
