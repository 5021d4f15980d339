"""Tickets, captures with their files, uploads, derivations, reviews, and what was set aside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database.base import Base, UtcDateTime, uuid7
from webapp.evidence.flags.flags import Flag
from webapp.people.models import Account
from webapp.roster.models import Person
from webapp.visits.models import Correction, Occasion, Result, Visit


class Ticket(Base):
    """A signed ticket as it was given out; the seed makes its challenges.

    `presented_at` says when its phone brought it back to a database that had lost it.
    """

    __tablename__ = "ticket"
    __table_args__ = (Index("ix_ticket_device_issued", "device_kid", "issued_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_kid: Mapped[str] = mapped_column(ForeignKey("device.kid"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    challenge_seed: Mapped[bytes] = mapped_column(LargeBinary(32))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    presented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger)


class Capture(Base):
    """A committed record, bit by bit, and columns read from it for searching.

    It hangs on the visit of one person or on an occasion, and lies where that lies.
    `claimed_at` and the position are the phone's claims; what is provable is the interval from
    the ticket's issue to `committed_at`.
    """

    __tablename__ = "capture"
    __table_args__ = (
        UniqueConstraint("device_kid", "seq"),
        Index("ix_capture_worker_claimed", "worker_id", "claimed_at"),
        Index("ix_capture_state_committed", "state", "committed_at"),
        CheckConstraint("(visit_id IS NULL) <> (occasion_id IS NULL)", name="one_subject"),
        # The map of results is gathered from these two indexes alone.
        Index("ix_capture_area_place", "area_path", "latitude", "longitude", "nearness"),
        Index("ix_capture_place", "latitude", "longitude", "nearness", "visit_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    occasion_id: Mapped[UUID | None] = mapped_column(ForeignKey("occasion.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(100))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_kid: Mapped[str] = mapped_column(ForeignKey("device.kid"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    prev: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    record: Mapped[bytes] = mapped_column(LargeBinary)
    record_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    state: Mapped[str] = mapped_column(String(16))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    committed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    commit_index: Mapped[int] = mapped_column(BigInteger, unique=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    accuracy_m: Mapped[float | None] = mapped_column(Float)
    distance_m: Mapped[float | None] = mapped_column(Float)
    nearness: Mapped[str] = mapped_column(String(16))

    visit: Mapped[Visit | None] = relationship()
    person: Mapped[Person | None] = relationship()
    occasion: Mapped[Occasion | None] = relationship()
    worker: Mapped[Account] = relationship()
    ticket: Mapped[Ticket | None] = relationship()
    media: Mapped[list["Media"]] = relationship(back_populates="capture", order_by="Media.position")
    flags: Mapped[list["RaisedFlag"]] = relationship(
        cascade="all, delete-orphan", order_by="RaisedFlag.id"
    )

    @property
    def subject_id(self) -> UUID:
        """The visit or the occasion on which it hangs; its challenge is derived from it."""
        found = self.visit_id or self.occasion_id
        assert found is not None  # noqa: S101 - the table's own check demands one of the two.
        return found


class RaisedFlag(Base):
    """One flag with its facts, on a capture or on a result; `flagging` alone writes it.

    A row tells of exactly one of the two: what a file or its record shows hangs on the capture,
    what only the result and its attempts can show hangs on the result, which may have no capture.
    """

    __tablename__ = "flag"
    __table_args__ = (
        CheckConstraint("(capture_id IS NULL) <> (result_id IS NULL)", name="one_subject"),
        Index("ix_flag_code_capture", "code", "capture_id"),
        Index("ix_flag_code_result", "code", "result_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    capture_id: Mapped[UUID | None] = mapped_column(ForeignKey("capture.id"), index=True)
    result_id: Mapped[UUID | None] = mapped_column(ForeignKey("result.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    def to_json(self) -> dict[str, object]:
        """Return the form in which the exported package lists it."""
        return Flag(self.code, self.facts).to_json()


class Media(Base):
    """One file that a record promises, and what is known of it since it came.

    `inspection` holds what the decoder found; `picture_hash` and `turns` are difference hashes.
    """

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("capture_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    capture_id: Mapped[UUID] = mapped_column(ForeignKey("capture.id"))
    position: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(String(32))
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_ms: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_index: Mapped[int | None] = mapped_column(BigInteger)
    inspection: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    picture_hash: Mapped[str | None] = mapped_column(String(64))
    turns: Mapped[list[str] | None] = mapped_column(JSON)

    capture: Mapped[Capture] = relationship(back_populates="media")


class Upload(Base):
    """One resumable upload; how far it came is the length of its spool file, not a column.

    It brings a committed record's file, or one of a record that lies aside (`aside_id`).
    `outcome` is empty while it runs, then finished, mismatch, refused, terminated or expired.
    """

    __tablename__ = "upload"
    # What a phone promised within the last hour is summed up at each new upload.
    __table_args__ = (
        Index("ix_upload_device_created", "device_kid", "created_at"),
        CheckConstraint("(media_id IS NULL) <> (aside_id IS NULL)", name="one_file"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"), index=True)
    aside_id: Mapped[int | None] = mapped_column(ForeignKey("quarantine.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_kid: Mapped[str] = mapped_column(ForeignKey("device.kid"))
    sha256: Mapped[str] = mapped_column(String(64))
    length: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str] = mapped_column(String(16), default="")

    media: Mapped[Media | None] = relationship()


class Derivation(Base):
    """A rendition of an original: where it lies, its own hash and its journal entry."""

    __tablename__ = "derivation"
    __table_args__ = (UniqueConstraint("source_sha256", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    mime: Mapped[str] = mapped_column(String(32))
    blob_key: Mapped[str] = mapped_column(String(200))
    blob_sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    journal_index: Mapped[int] = mapped_column(BigInteger)


class Quarantine(Base):
    """Signed records and received files that were refused, kept for a person to look at.

    `what` is record or file; a record's bytes lie here, a file's in the store under `blob_key`.
    """

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("what", "capture_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(32))
    capture_id: Mapped[UUID] = mapped_column(index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_kid: Mapped[str] = mapped_column(ForeignKey("device.kid"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    blob_key: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger)


class AsideSettlement(Base):
    """What the office decided about a record or a report that lies aside, and why, sealed.

    `aside_index` is the entry that set it aside, which names one record or one report.
    """

    __tablename__ = "aside_settlement"

    aside_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    settled_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger, unique=True)


class MediaView(Base):
    """Somebody looked at somebody's face: who, at which file, when, and the journal's entry."""

    __tablename__ = "media_view"
    __table_args__ = (Index("ix_media_view_viewer_media", "viewer_id", "sha256", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger)


class ResultBodyCopy(Base):
    """The body of a result as the phone sent it, sealed, so that changed columns are noticed."""

    __tablename__ = "result_body"

    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Review(Base):
    """A reviewer's decision about a result, with the words and whether the code was seen.

    One entry of the journal stands for each: a copy of a row has none, and cannot be added.
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("journal_index"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"), index=True)
    decision: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
    code_seen: Mapped[bool | None]
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    journal_index: Mapped[int] = mapped_column(BigInteger)

    result: Mapped[Result] = relationship()
    reviewer: Mapped[Account] = relationship()
    correction: Mapped[Correction | None] = relationship(viewonly=True)
