"""Verifications that somebody started at the desk, or the night did, with what they found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database.base import Base, UtcDateTime, uuid7
from webapp.jobs import service as jobs
from webapp.journal.models import BigNumber
from webapp.people.models import Account


class VerificationRun(Base):
    """One verification of everything; `journal_index` is the entry that tells its outcome."""

    __tablename__ = "verification_run"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    job_id: Mapped[UUID | None]
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_sound: Mapped[bool | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    journal_index: Mapped[int | None] = mapped_column(BigNumber)

    @property
    def is_under_way(self) -> bool:
        """Whether its job still waits or runs; one that was given up never ends."""
        return self.job_id is not None and jobs.is_live(self.job_id)

    starter: Mapped[Account | None] = relationship()
