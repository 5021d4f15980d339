"""Runs the jobs that are due, each in an application context of its own, one a lane at a time."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from webapp.extensions import db
from webapp.jobs import schedules, service
from webapp.jobs.models import Job
from webapp.jobs.registry import (
    ask_at_start,
    kinds_outside,
    lease_of,
    registration,
    yielding_kinds,
)
from webapp.jobs.rules import Lane
from webapp.refusals import Refusal
from webapp.tracebacks import place_of

POLL_SECONDS = 1.0
SHOW_EVERY_SECONDS = 0.2
# So late a schedule may be.
LOOK_SECONDS = 20.0

log = structlog.get_logger("anzai.jobs")


class LeaseLostError(RuntimeError):
    """Somebody else has the job by now; what this worker did for it is rolled back."""


class OpenTransactionError(RuntimeError):
    """Jobs were to be run in the middle of the caller's own transaction."""


@dataclass
class RunningJob:
    """A claimed job, as its handler sees it."""

    job_id: UUID
    kind: str
    tries: int
    owner: UUID
    lease: timedelta
    _shown_at: float = float("-inf")

    def progress(self, *, done: int, total: int | None = None) -> None:
        """Show how far the work has come, and keep the lease; calling it often costs nothing.

        It is written by a transaction of its own, so that others see it at once and the
        handler's work stays uncommitted. On SQLite, which has one writer, that is impossible
        while the handler itself is writing, and the progress is not shown then: a long handler
        commits its work in pieces, or computes first and writes last.

        Raises:
            LeaseLostError: the lease ran out and somebody else has the job.
        """
        if monotonic() - self._shown_at < SHOW_EVERY_SECONDS and done != total:
            return
        if db.engine.dialect.name == "sqlite" and db.session().in_transaction():
            return
        self._shown_at = monotonic()
        statement = service.progress_update(
            job_id=self.job_id, owner=self.owner, lease=self.lease, done=done, total=total
        )
        with db.engine.begin() as connection:
            if connection.execute(statement).rowcount == 0:
                raise LeaseLostError(str(self.job_id))


def work(app: Flask, stop: Event) -> None:
    """Run jobs until `stop` is set; those at hand are finished first.

    Each lane has a thread of its own, so that a verification that takes hours keeps no preview
    and no workbook waiting. One that fails ends the others, and is raised.
    """
    with ThreadPoolExecutor(len(Lane), thread_name_prefix="jobs") as lanes:
        running = [lanes.submit(_work_lane, app, stop, lane) for lane in Lane]
    for one in running:
        one.result()


def _work_lane(app: Flask, stop: Event, lane: Lane) -> None:
    try:
        _keep_working(app, stop, lane)
    finally:
        stop.set()


def _keep_working(app: Flask, stop: Event, lane: Lane) -> None:
    has_asked = lane is not Lane.QUICK
    looked_at = float("-inf")
    while not stop.is_set():
        with app.app_context():
            try:
                if lane is Lane.QUICK and monotonic() - looked_at >= LOOK_SECONDS:
                    looked_at = monotonic()
                    schedules.look()
                if not has_asked:
                    ask_at_start()
                    db.session.commit()
                    has_asked = True
                found = run_due(limit=1, deprioritized=yielding_kinds(), but=kinds_outside(lane))
            except SQLAlchemyError as error:
                # The database may be restarting; a worker outlives that.
                log.warning("jobs_unavailable", error=place_of(error))
                found = 0
        if not found:
            stop.wait(POLL_SECONDS)


def run_due(
    limit: int = 100, *, deprioritized: Collection[str] = (), but: Collection[str] = ()
) -> int:
    """Run the jobs that are due now, at most `limit` of them, and return how many were run.

    Those of the kinds in `deprioritized` are left alone for a while, those in `but` altogether (see
    `service.claim`).

    The caller's own session is not touched; what it wants the jobs to see it has committed.

    Raises:
        OpenTransactionError: the caller's session is in a transaction, which on SQLite would
            keep every job from writing, and which hides from the jobs what it wrote.
    """
    if db.session().in_transaction():
        raise OpenTransactionError("commit or roll back before running jobs")
    count = 0
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    while count < limit and _run_next(app, deprioritized, but):
        count += 1
    return count


def _run_next(app: Flask, deprioritized: Collection[str], but: Collection[str]) -> bool:
    with app.app_context():
        job = service.claim(deprioritized, but=but)
        if job is None or job.owner is None:
            db.session.rollback()
            return False
        running = RunningJob(job.id, job.kind, job.tries, job.owner, lease_of(job.kind))
        payload = job.payload
        db.session.commit()
        _run(running, payload)
        return True


def _run(running: RunningJob, payload: dict[str, Any]) -> None:
    """Run the handler and write the job's end in the handler's own transaction."""
    try:
        registration(running.kind).run(running, payload)
        _finish(running)
    except LeaseLostError:
        db.session.rollback()
        log.warning("job_lease_lost", job=str(running.job_id), kind=running.kind)
    except Exception as error:  # A handler may raise anything; its job must not be lost by it.
        db.session.rollback()
        _reschedule(running, error)


def _finish(running: RunningJob) -> None:
    if not service.finish(job_id=running.job_id, owner=running.owner):
        raise LeaseLostError(str(running.job_id))
    db.session.commit()


def _reschedule(running: RunningJob, error: Exception) -> None:
    """Let the job be tried later, or give it up when it was refused or tried too often."""
    is_refusal = isinstance(error, Refusal)
    words = error.code if isinstance(error, Refusal) else place_of(error)
    job = db.session.get_one(Job, running.job_id)
    service.reschedule(job=job, owner=running.owner, error=words, is_permanent=is_refusal)
    db.session.commit()
    log.warning("job_failed", job=str(running.job_id), kind=running.kind, error=words)
