"""A job's progress: seen by others while it runs, and keeping the lease alive."""

from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask

from tests.integration.jobs.conftest import NOW, Handle, enqueue, reload
from webapp import clock
from webapp.extensions import db
from webapp.jobs import queries, runner
from webapp.jobs.models import Job
from webapp.jobs.registry import JobContext
from webapp.jobs.rules import LEASE, JobState
from webapp.jobs.runner import LeaseLostError
from webapp.refusals import Refusal

NOBODY = UUID(int=0)


def test_others_see_it_while_the_job_runs(handle: Handle) -> None:
    seen: list[tuple[int, int | None, float | None]] = []

    def work(context: JobContext, payload: dict[str, Any]) -> None:
        context.progress(done=3, total=12)
        found = queries.progress(context.job_id)
        seen.append((found.done, found.total, found.fraction))

    handle(work)
    job = enqueue()
    before = queries.progress(job.id)
    db.session.rollback()
    runner.run_due()

    assert (before.state, before.fraction) == (JobState.WAITING, None)
    assert seen == [(3, 12, 0.25)]
    assert queries.progress(job.id).fraction == 1.0


def test_it_keeps_the_lease(handle: Handle) -> None:
    until = []

    def work(context: JobContext, payload: dict[str, Any]) -> None:
        with clock.freeze(NOW + LEASE / 2):
            context.progress(done=1)
        until.append(db.session.get_one(Job, context.job_id).leased_until)

    handle(work)
    enqueue(run_at=NOW)
    with clock.freeze(NOW):
        runner.run_due()

    assert until == [NOW + LEASE * 3 / 2]


def test_calling_it_often_writes_seldom_but_always_the_end(handle: Handle) -> None:
    shown = []

    def work(context: JobContext, payload: dict[str, Any]) -> None:
        for done in range(1, 51):
            context.progress(done=done, total=50)
        shown.append(queries.progress(context.job_id).done)

    handle(work)
    enqueue()
    runner.run_due()

    assert shown == [50]


def test_a_handler_that_is_writing_is_not_locked_out_by_itself(handle: Handle) -> None:
    def work(context: JobContext, payload: dict[str, Any]) -> None:
        db.session.add(Job(kind="written", payload={}, run_at=NOW, created_at=NOW,
                           state=JobState.DONE))  # fmt: skip
        db.session.flush()
        context.progress(done=1, total=2)

    handle(work)
    job = enqueue()
    runner.run_due()

    assert reload(job).state == JobState.DONE


def test_one_who_lost_the_lease_is_told(handle: Handle) -> None:
    told = []

    def work(context: JobContext, payload: dict[str, Any]) -> None:
        if context.tries > 1:
            return
        with clock.freeze(clock.now() + 2 * LEASE):
            runner.run_due()
        try:
            context.progress(done=1)
        except LeaseLostError:
            told.append(True)
            raise

    handle(work)
    job = enqueue()
    runner.run_due()

    assert told == [True]
    assert (reload(job).state, job.tries) == (JobState.DONE, 2)


def test_a_job_nobody_knows_is_refused(app: APIFlask) -> None:
    with pytest.raises(Refusal, match="job_not_found"):
        queries.progress(NOBODY)
