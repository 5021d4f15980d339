"""The life of a job: enqueued, claimed under a lease, and finished, rescheduled or given up."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Select, Update, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.database.base import uuid7
from webapp.extensions import db, execute_core
from webapp.jobs.models import Job
from webapp.jobs.registry import lease_of, registration
from webapp.jobs.rules import LIVE, LONGEST_YIELD, JobState, delay_after, is_exhausted
from webapp.refusals import Refusal

_INSERT = {
    "postgresql": postgresql.insert(Job).on_conflict_do_nothing().returning(Job.id),
    "sqlite": sqlite.insert(Job).on_conflict_do_nothing().returning(Job.id),
}
_LIVE = select(Job.id).where(Job.unique_key == bindparam("unique_key"), Job.state.in_(LIVE))


def enqueue(
    *,
    kind: str,
    payload: dict[str, Any],
    unique_key: str | None = None,
    run_at: datetime | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Write a job in the caller's transaction: it exists if and only if the caller's work does.

    Returns its id; while a job with the same `unique_key` waits or runs, that job's. A job of
    `account_id` shows its progress to that account only, others to everybody at the desk.

    Raises:
        UnknownJobKindError: nobody has registered for `kind`.
    """
    at, job_id = clock.now(), uuid7()
    values = {
        "id": job_id, "kind": kind, "payload": payload, "unique_key": unique_key,
        "account_id": account_id, "run_at": run_at or at, "created_at": at,
        "max_tries": registration(kind).max_tries,
    }  # fmt: skip
    while (found := _insert_or_find(values)) is None:
        # The job that had the key ended between the two statements: the key is free now.
        pass
    return found


def claim(deprioritized: Collection[str] = (), *, but: Collection[str] = ()) -> Job | None:
    """Take the job that is due longest, under a lease; None when nothing is due.

    Jobs of the kinds in `deprioritized` are due only when they have waited for `LONGEST_YIELD`,
    those of the kinds in `but` are somebody else's.

    The lease's owner is a fresh token, so that a worker that comes back late from an earlier
    lease is not mistaken for the present one.
    """
    at = clock.now()
    db.session.execute(_bury_exhausted(at))
    taken = (
        update(Job)
        # A scalar, not IN: PostgreSQL may run a locking subquery of IN once for every row.
        .where(Job.id == _due(at, _dialect(), deprioritized, but).scalar_subquery())
        .values(state=JobState.RUNNING, owner=uuid4(), tries=Job.tries + 1,
                progress_done=0, progress_total=None)
        .returning(Job)
        .execution_options(populate_existing=True, synchronize_session=False)
    )  # fmt: skip
    job = db.session.scalars(taken).one_or_none()
    if job is not None:
        job.leased_until = at + lease_of(job.kind)
        db.session.flush()
    return job


def finish(*, job_id: UUID, owner: UUID) -> bool:
    """Mark the job done; False, and nothing changed, when the lease is no longer `owner`'s."""
    return _change_own(job_id, owner, state=JobState.DONE, owner=None, leased_until=None,
                       finished_at=clock.now(), last_error=None)  # fmt: skip


def reschedule(*, job: Job, owner: UUID, error: str, is_permanent: bool = False) -> bool:
    """Try the job again later, or give it up; False when the lease is no longer `owner`'s."""
    at = clock.now()
    gone = is_permanent or is_exhausted(job.tries, job.max_tries)
    return _change_own(
        job.id, owner,
        state=JobState.DEAD if gone else JobState.WAITING, owner=None, leased_until=None,
        run_at=at + delay_after(job.tries), last_error=error[:200],
        finished_at=at if gone else None,
    )  # fmt: skip


def is_live(job_id: UUID) -> bool:
    """Say whether a job still waits or runs."""
    found = select(Job.id).where(Job.id == job_id, Job.state.in_(LIVE))
    return db.session.scalar(found) is not None


# Who keeps what was done says so here: the journal lies beside this room, not below it.
_told_of_requeue: list[Callable[[Job, UUID | None], None]] = []


def on_requeue(tell: Callable[[Job, UUID | None], None]) -> Callable[[Job, UUID | None], None]:
    """Have `tell` called for each job that somebody lets be tried again."""
    _told_of_requeue.append(tell)
    return tell


def requeue(*, job_id: UUID, by: UUID | None) -> Job:
    """Let a dead job be tried again from the start; `by` is None at the server itself.

    Raises:
        Refusal: `job_not_found` (404), `job_not_dead` (409).
    """
    job = db.session.get(Job, job_id)
    if job is None:
        raise Refusal("job_not_found", 404)
    if job.state != JobState.DEAD:
        raise Refusal("job_not_dead", 409, state=job.state)
    job.state, job.tries = JobState.WAITING.value, 0
    job.run_at, job.finished_at = clock.now(), None
    db.session.flush()
    for tell in _told_of_requeue:
        tell(job, by)
    return job


def progress_update(*, job_id: UUID, owner: UUID, lease: timedelta, **shown: int | None) -> Update:
    """Return the statement that shows progress and keeps the lease, if it still is `owner`'s."""
    columns = {f"progress_{name}": value for name, value in shown.items()}
    return _own(job_id, owner).values(leased_until=clock.now() + lease, **columns)


def _insert_or_find(values: dict[str, Any]) -> UUID | None:
    """Insert the job, or find the live one that has its key.

    On a taken key PostgreSQL waits for the transaction that is inserting it.
    """
    made = execute_core(_INSERT[_dialect()], **values).scalar_one_or_none()
    if made is None:
        made = execute_core(_LIVE, unique_key=values["unique_key"]).scalar_one_or_none()
    return cast(UUID | None, made)


def _dialect() -> str:
    return db.session.get_bind().dialect.name


def _due(
    at: datetime, dialect: str, deprioritized: Collection[str], but: Collection[str]
) -> Select[UUID]:
    """Return the query for one job that waits and is due, or whose lease has run out."""
    waiting = and_(Job.state == JobState.WAITING, Job.run_at <= at)
    if deprioritized:
        waiting = and_(
            waiting, or_(Job.kind.not_in(deprioritized), Job.run_at <= at - LONGEST_YIELD)
        )
    abandoned = and_(Job.state == JobState.RUNNING, Job.leased_until < at)
    mine = and_(or_(waiting, abandoned), Job.kind.not_in(but))
    oldest = select(Job.id).where(mine).order_by(Job.run_at, Job.id).limit(1)
    # SQLite has one writer at a time, so that there is nobody to skip.
    return oldest.with_for_update(skip_locked=True) if dialect == "postgresql" else oldest


def _bury_exhausted(at: datetime) -> Update:
    """Give up jobs whose last try ended with the death of their worker."""
    return (
        update(Job)
        .where(Job.state == JobState.RUNNING, Job.leased_until < at, Job.tries >= Job.max_tries)
        .values(state=JobState.DEAD, owner=None, leased_until=None, finished_at=at,
                last_error="worker lost")
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _own(job_id: UUID, owner: UUID) -> Update:
    return (
        update(Job)
        .where(Job.id == job_id, Job.owner == owner, Job.state == JobState.RUNNING)
        .execution_options(synchronize_session=False)
    )


def _change_own(job_id: UUID, lease_owner: UUID, **columns: Any) -> bool:
    changed = db.session.execute(_own(job_id, lease_owner).values(**columns))
    return isinstance(changed, CursorResult) and changed.rowcount == 1
