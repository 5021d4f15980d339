"""Looking at jobs: how far one has come, and which were given up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from webapp.extensions import db
from webapp.jobs.models import Job
from webapp.jobs.rules import JobState
from webapp.refusals import Refusal


@dataclass(frozen=True)
class Progress:
    """How far a job has come; `total` is None while nobody knows."""

    job_id: UUID
    kind: str
    state: JobState
    done: int
    total: int | None
    tries: int
    error: str | None
    ended_at: datetime | None

    @property
    def fraction(self) -> float | None:
        """The part that is done, 0 to 1, or None while nobody knows."""
        if self.state is JobState.DONE:
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else None


def progress(job_id: UUID) -> Progress:
    """Return the job's progress; refuses with `job_not_found` (404)."""
    return _progress_of(_job(job_id))


def progress_for(job_id: UUID, account_id: UUID) -> Progress:
    """Return the job's progress to one who may see it: its own account, or any if it has none.

    Raises:
        Refusal: `job_not_found` (404), also for somebody else's job.
    """
    job = _job(job_id)
    if job.account_id not in {None, account_id}:
        raise Refusal("job_not_found", 404)
    return _progress_of(job)


def dead() -> list[Progress]:
    """Return the jobs that were given up, oldest first."""
    rows = select(Job).where(Job.state == JobState.DEAD).order_by(Job.finished_at, Job.id)
    return [_progress_of(job) for job in db.session.scalars(rows)]


def was_asked(unique_key: str) -> bool:
    """Say whether a job with this key was ever enqueued, whatever became of it."""
    return db.session.scalar(select(Job.id).filter_by(unique_key=unique_key).limit(1)) is not None


def newest_state(unique_key: str) -> JobState | None:
    """Return the state of the job that was enqueued last with this key; None if there is none."""
    query = select(Job.state).filter_by(unique_key=unique_key)
    state = db.session.scalar(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(1))
    return None if state is None else JobState(state)


def _job(job_id: UUID) -> Job:
    # The row is changed by other processes while this session may remember an older one.
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise Refusal("job_not_found", 404)
    return job


def _progress_of(job: Job) -> Progress:
    return Progress(
        job_id=job.id, kind=job.kind, state=JobState(job.state), done=job.progress_done,
        total=job.progress_total, tries=job.tries, error=job.last_error,
        ended_at=job.finished_at,
    )  # fmt: skip
