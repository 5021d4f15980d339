"""Sweeps what requests left in the spool that died or found the disk full.

An upload by tus has a timer of its own. The file of a delivery has none, since it is finished
within its request or not at all: what stands of it is an upload that is written down, and at most
a spool file or verified bytes in the store under their name. Old ones are finished here, as if the
phone had come again, or dropped. A file in the spool that no upload names belongs to nobody.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import clock
from webapp.evidence.intake import snapshots, spool, uploads
from webapp.evidence.intake.progress import progress_of
from webapp.evidence.models import Upload
from webapp.extensions import db
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, at_start, handler

JOB = "evidence.sweep-spool"
DAY = timedelta(days=1)
SUFFIX = ".part"


@at_start
def sweep_soon() -> None:
    """Sweep as a worker begins, and from then on every day."""
    _sweep_at(clock.now())


def _sweep_at(at: datetime) -> None:
    jobs.enqueue(kind=JOB, payload={}, run_at=at, unique_key=f"{JOB}:{at:%Y-%m-%d}")


@handler(JOB)
def sweep(_context: JobContext, _payload: dict[str, Any]) -> None:
    """Remove old files that no running upload names, and settle old uploads that nobody ended."""
    now = clock.now()
    for upload_id in list(_old_files()):
        upload = snapshots.find(upload_id)
        if upload is None or upload.outcome:
            spool.remove(upload_id)
    for upload_id in _old_uploads(now):
        upload = snapshots.find(upload_id)
        if upload is not None and (progress_of(upload).is_whole or upload.expires_at <= now):
            jobs.enqueue(
                kind=uploads.SETTLE_JOB, payload={"upload_id": str(upload_id)},
                unique_key=f"settle:{upload_id}",
            )  # fmt: skip
    _sweep_at(now + DAY)


def _old_files() -> Iterator[UUID]:
    """Give the uploads of the files that nobody wrote to for a day, by the disk's own clock."""
    with os.scandir(spool.folder()) as files:
        for file in files:
            with suppress(FileNotFoundError, ValueError):
                if time.time() - file.stat().st_mtime > DAY.total_seconds():
                    yield UUID(file.name.removesuffix(SUFFIX))


def _old_uploads(now: datetime) -> list[UUID]:
    query = select(Upload.id).where(Upload.outcome == "", Upload.created_at < now - DAY)
    return list(db.session.scalars(query))
