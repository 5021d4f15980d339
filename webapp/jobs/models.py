"""The one table of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database.base import Base, UtcDateTime, uuid7
from webapp.jobs.rules import MAX_TRIES, JobState

_IS_LIVE = text("state IN ('waiting', 'running')")


class Job(Base):
    """A piece of work to be done once, outside the request that asked for it.

    `payload` names things by id; it never repeats what they hold. Of live jobs, at most one has
    a given `unique_key`. `owner` is a token of the present lease, not the name of a worker.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_live_unique_key",
            "unique_key",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        Index("ix_job_state_run_at", "state", "run_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    unique_key: Mapped[str | None] = mapped_column(String(200))
    account_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(16), default=JobState.WAITING.value)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    max_tries: Mapped[int] = mapped_column(default=MAX_TRIES)
    owner: Mapped[UUID | None]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobSchedule(Base):
    """The newest slot of a schedule whose job was asked for (see `schedules`)."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    done_slot: Mapped[datetime] = mapped_column(UtcDateTime)
