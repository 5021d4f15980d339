"""Visits with their attempts, results and proposed corrections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database.base import Base, UtcDateTime, uuid7
from webapp.packs.models import Removal
from webapp.people.models import Account
from webapp.roster.models import Person
from webapp.visits.terms import Term


class HasTerm:
    """The days that a visit has, and that a change of them keeps as they were."""

    due_on: Mapped[date]
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]

    @property
    def term(self) -> Term:
        """The three days as one value."""
        return Term(self.due_on, self.window_from, self.window_to)


class Occasion(Base):
    """What one file may show several people of: a group's day, or one signed sheet."""

    __tablename__ = "occasion"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]
    area_path: Mapped[str] = mapped_column(String(100))
    organiser_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Visit(HasTerm, Base):
    """One task to find one pensioner in person (走访), given to at most one worker."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_worker_change", "worker_id", "change_no"),
        Index("ix_visit_worker_status", "worker_id", "status"),
        Index("ix_visit_area_status_due", "area_path", "status", "due_on"),
        Index("ix_visit_status_due", "status", "due_on", "id"),
        Index("ix_visit_due_id_area", "due_on", "id", "area_path", "status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(16), default="home")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    occasion_id: Mapped[UUID | None] = mapped_column(ForeignKey("occasion.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(100))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    subject_ref: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    returned_words: Mapped[str | None] = mapped_column(Text)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_reason: Mapped[str | None] = mapped_column(Text)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    change_no: Mapped[int] = mapped_column(index=True)

    person: Mapped[Person] = relationship()
    occasion: Mapped[Occasion | None] = relationship()
    worker: Mapped[Account | None] = relationship(foreign_keys=[worker_id])
    results: Mapped[list["Result"]] = relationship(
        back_populates="visit", order_by="Result.received_at"
    )
    attempts: Mapped[list["Attempt"]] = relationship(
        back_populates="visit", order_by="Attempt.started_at"
    )


class VisitRemoval(Removal, Base):
    """Tells a phone that a visit is no longer its worker's, and why."""

    __tablename__ = "visit_removal"
    __table_args__ = (Index("ix_visit_removal_worker_change", "worker_id", "change_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)


class VisitTermChange(HasTerm, Base):
    """What the term and the note of a visit were until somebody at the desk changed them."""

    __tablename__ = "visit_term_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(Text)


class Attempt(Base):
    """One try to find the person: when, where, what happened, what was done (domain §A3)."""

    __tablename__ = "attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_kid: Mapped[str | None] = mapped_column(ForeignKey("device.kid"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    met: Mapped[str] = mapped_column(String(32))
    action: Mapped[str | None] = mapped_column(String(32))
    number_end: Mapped[str | None] = mapped_column(String(4))
    note: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    visit: Mapped[Visit] = relationship(back_populates="attempts")


class Result(Base):
    """A verification result (核实结果); of a visit's results at most one stands."""

    __tablename__ = "result"
    __table_args__ = (
        Index(
            "uq_result_standing", "visit_id", unique=True,
            sqlite_where=text("is_standing = 1"), postgresql_where=text("is_standing"),
        ),
        Index("ix_result_state_received", "state", "received_at", "id"),
        Index("ix_result_area_state", "area_path", "state"),
        Index("ix_result_outcome_received", "outcome", "received_at"),
        # A page of the archive is found in this index alone, whatever the area.
        Index("ix_result_received_id_area", "received_at", "id", "area_path"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(100))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    device_kid: Mapped[str] = mapped_column(ForeignKey("device.kid"))
    outcome: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    body_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    is_standing: Mapped[bool]
    journal_index: Mapped[int]

    visit: Mapped[Visit] = relationship(back_populates="results")
    person: Mapped[Person] = relationship()
    worker: Mapped[Account] = relationship()
    captures: Mapped[list["ResultCapture"]] = relationship(cascade="all, delete-orphan")


class ResultCapture(Base):
    """Names one capture on which a result rests, with the hash of its record."""

    __tablename__ = "result_capture"

    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"), primary_key=True)
    capture_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    record_sha256: Mapped[str] = mapped_column(String(64))


class Correction(Base):
    """What was decided and taken back, or marked and lifted: nothing is rewritten (evidence §1.8).

    `what` is review or mark. A review is taken back at most once; a lifted mark belongs to the
    accepted result that had set it.
    """

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("review_id"), UniqueConstraint("journal_index"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    what: Mapped[str] = mapped_column(String(8))
    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"), index=True)
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("review.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    corrected_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    corrected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger)


class ContactChange(Base):
    """A corrected address, phone or contact person, proposed by a worker (domain §S37)."""

    __tablename__ = "contact_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    field: Mapped[str] = mapped_column(String(16))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportAside(Base):
    """A result, or attempts of one visit, that the rules refused: sealed, for a person to judge.

    `report_id` is the result's id, or the visit's of attempts; the visit may not exist here.
    """

    __tablename__ = "report_aside"
    __table_args__ = (
        UniqueConstraint("kind", "report_id", "sha256"),
        Index("ix_report_aside_device_at", "device_kid", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(32))
    report_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_kid: Mapped[str] = mapped_column(ForeignKey("device.kid"))
    sha256: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger, unique=True)
