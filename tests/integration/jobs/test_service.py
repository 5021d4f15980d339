"""The life of a job on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from tests.integration.jobs.conftest import KIND, NOW, Handle, enqueue, reload
from webapp import clock
from webapp.extensions import db
from webapp.jobs import queries, runner, service
from webapp.jobs.models import Job
from webapp.jobs.registry import JobContext, UnknownJobKindError, yielding_kinds
from webapp.jobs.rules import LEASE, LONGEST_YIELD, JobState, delay_after
from webapp.jobs.runner import OpenTransactionError
from webapp.journal.models import JournalEntry
from webapp.refusals import Refusal

pytestmark = pytest.mark.usefixtures("handle")


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


class TestEnqueue:
    def test_a_job_is_the_callers_work(self, app: APIFlask) -> None:
        service.enqueue(kind=KIND, payload={})
        db.session.rollback()

        assert runner.run_due() == 0
        assert count() == 0

    def test_a_kind_nobody_does_is_refused_at_once(self, app: APIFlask) -> None:
        with pytest.raises(UnknownJobKindError):
            service.enqueue(kind="test.nobody", payload={})

    def test_a_live_key_gives_the_job_that_has_it(self, app: APIFlask) -> None:
        first, again, other = (enqueue(unique_key=key) for key in ("a", "a", "b"))

        assert first.id == again.id != other.id
        assert count() == 2

    def test_a_running_jobs_key_is_taken(self, app: APIFlask) -> None:
        first = enqueue(unique_key="a")
        service.claim()
        db.session.commit()

        assert enqueue(unique_key="a").id == first.id

    def test_a_finished_jobs_key_is_free(self, app: APIFlask) -> None:
        first = enqueue(unique_key="a")
        runner.run_due()

        assert enqueue(unique_key="a").id != first.id

    def test_jobs_without_a_key_are_never_taken_for_each_other(self, app: APIFlask) -> None:
        assert enqueue().id != enqueue().id


class TestRunning:
    def test_each_job_is_done_once_oldest_first(self, handle: Handle) -> None:
        seen: list[int] = []
        handle(lambda context, payload: seen.append(payload["n"]))
        for number in range(5):
            service.enqueue(
                kind=KIND, payload={"n": number}, run_at=clock.now() - timedelta(number)
            )
        db.session.commit()

        assert runner.run_due(limit=2) == 2
        assert runner.run_due() == 3
        assert runner.run_due() == 0
        assert seen == [4, 3, 2, 1, 0]

    def test_a_job_waits_for_its_time(self, app: APIFlask) -> None:
        enqueue(run_at=NOW)

        with clock.freeze(NOW - timedelta(seconds=1)):
            assert runner.run_due() == 0
        with clock.freeze(NOW):
            assert runner.run_due() == 1

    def test_work_and_end_are_one_transaction(self, handle: Handle) -> None:
        def half(context: JobContext, payload: dict[str, Any]) -> None:
            db.session.add(Job(kind="written", payload={}, run_at=NOW, created_at=NOW,
                               state=JobState.DONE))  # fmt: skip
            db.session.flush()
            raise RuntimeError("half-way")

        handle(half)
        job = enqueue()
        runner.run_due()

        assert reload(job).state == JobState.WAITING
        assert count() == 1

    def test_a_patient_job_gives_way_but_not_for_ever(self, handle: Handle) -> None:
        busy = [True]
        handle(lambda context, payload: None, yields_to=lambda: busy[0])
        enqueue(run_at=NOW)
        with clock.freeze(NOW):
            assert runner.run_due(deprioritized=yielding_kinds()) == 0
        with clock.freeze(NOW + LONGEST_YIELD):
            assert runner.run_due(deprioritized=yielding_kinds()) == 1

        busy[0] = False
        enqueue(run_at=NOW)
        with clock.freeze(NOW):
            assert runner.run_due(deprioritized=yielding_kinds()) == 1

    def test_the_callers_session_is_not_touched(self, app: APIFlask) -> None:
        job = enqueue()
        runner.run_due()
        state = db.session.scalar(select(Job.state).where(Job.id == job.id))

        assert state == JobState.DONE

    def test_it_is_not_run_in_the_middle_of_a_transaction(self, app: APIFlask) -> None:
        service.enqueue(kind=KIND, payload={})

        with pytest.raises(OpenTransactionError):
            runner.run_due()

    def test_a_failure_is_tried_again_later_and_then_given_up(self, handle: Handle) -> None:
        def fail(context: JobContext, payload: dict[str, Any]) -> None:
            raise ValueError("370399195003050018")

        handle(fail, max_tries=3)
        job, at = enqueue(run_at=NOW), NOW
        for tries in (1, 2, 3):
            with clock.freeze(at):
                assert runner.run_due() == 1
                assert runner.run_due() == 0
            at += delay_after(tries)
            assert reload(job).tries == tries
            db.session.rollback()

        assert reload(job).state == JobState.DEAD
        assert str(job.last_error).startswith("ValueError at test_service.py:")
        assert [found.job_id for found in queries.dead()] == [job.id]

    def test_a_refusal_is_final(self, handle: Handle) -> None:
        def refuse(context: JobContext, payload: dict[str, Any]) -> None:
            raise Refusal("picture_too_large")

        handle(refuse)
        job = enqueue()
        runner.run_due()

        assert (reload(job).state, job.last_error) == (JobState.DEAD, "picture_too_large")

    def test_a_dead_job_can_be_revived(self, handle: Handle) -> None:
        job = enqueue()
        with pytest.raises(Refusal, match="job_not_dead"):
            service.requeue(job_id=job.id, by=None)
        job.state, job.tries = JobState.DEAD.value, 6
        db.session.commit()

        service.requeue(job_id=job.id, by=None)
        db.session.commit()
        assert runner.run_due() == 1
        assert (reload(job).state, job.tries) == (JobState.DONE, 1)
        (entry,) = db.session.scalars(db.select(JournalEntry).filter_by(type="job_retried"))
        assert (entry.facts["job_id"], entry.facts["by"]) == (str(job.id), None)


class TestLeases:
    def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(self, app: APIFlask) -> None:
        enqueue(run_at=NOW)
        with clock.freeze(NOW):
            first = claim()
            assert claim() is None
        with clock.freeze(NOW + LEASE):
            assert claim() is None
        with clock.freeze(NOW + LEASE + timedelta(seconds=1)):
            second = claim()

        assert first is not None
        assert second is not None
        assert first[0] == second[0]
        assert first[1] != second[1]

    def test_a_late_finish_changes_nothing(self, app: APIFlask) -> None:
        enqueue(run_at=NOW)
        with clock.freeze(NOW):
            late = claim()
        with clock.freeze(NOW + 2 * LEASE):
            present = claim()
        assert late is not None
        assert present is not None

        assert not service.finish(job_id=late[0], owner=late[1])
        job = db.session.get_one(Job, late[0])
        assert not service.reschedule(job=job, owner=late[1], error="late")
        db.session.commit()
        assert reload(job).state == JobState.RUNNING
        assert service.finish(job_id=present[0], owner=present[1])

    def test_what_a_late_worker_did_is_rolled_back(self, handle: Handle) -> None:
        def slow(context: JobContext, payload: dict[str, Any]) -> None:
            if context.tries == 1:
                with clock.freeze(clock.now() + 2 * LEASE):
                    runner.run_due()
            db.session.add(Job(kind="written", payload={}, run_at=NOW, created_at=NOW,
                               state=JobState.DONE))  # fmt: skip

        handle(slow)
        job = enqueue()
        runner.run_due()

        assert (reload(job).state, job.tries) == (JobState.DONE, 2)
        assert count() == 2

    def test_a_job_that_kills_its_workers_is_given_up(self, handle: Handle) -> None:
        handle(lambda context, payload: None, max_tries=2)
        job, at = enqueue(run_at=NOW), NOW
        for _ in range(2):
            with clock.freeze(at):
                assert claim() is not None
            at += 2 * LEASE
        with clock.freeze(at):
            assert claim() is None

        assert (reload(job).state, job.last_error) == (JobState.DEAD, "worker lost")

    def test_a_kind_may_be_silent_for_longer(self, handle: Handle) -> None:
        handle(lambda context, payload: None, lease=timedelta(hours=1))
        job = enqueue(run_at=NOW)
        with clock.freeze(NOW):
            claim()

        assert reload(job).leased_until == NOW + timedelta(hours=1)


def claim() -> tuple[Any, Any] | None:
    """Claim, commit, and return id and owner."""
    job = service.claim()
    found = None if job is None else (job.id, job.owner)
    db.session.commit()
    return found
