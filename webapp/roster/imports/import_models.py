"""The tables of workbook imports: the file, its remarkable rows, what it changed, its words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database.base import Base, UtcDateTime, uuid7


class RosterImport(Base):
    """One workbook that came in; `state` is one of `import_rules.ImportState`.

    `file_key` names the sealed file in the blob store; it is empty for files of the command line.
    """

    __tablename__ = "roster_import"
    __table_args__ = (Index("ix_roster_import_sha256_state", "sha256", "state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(255))
    size_bytes: Mapped[int]
    source: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(16))
    file_key: Mapped[str] = mapped_column(String(200), default="")
    chosen_sheets: Mapped[list[str] | None] = mapped_column(JSON)
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    sheets_left_out: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    difference: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    # How many rows bear each finding, and how many are only somebody else's to handle.
    reasons: Mapped[dict[str, int] | None] = mapped_column(JSON)
    # A keyed hash of what the dry run showed, person by person: what was confirmed.
    outcome_mark: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    area_path: Mapped[str] = mapped_column(String(100), default="/")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    job_id: Mapped[UUID | None]


class RosterImportRow(Base):
    """A row that was not clean, or that changes somebody; its words are sealed.

    `decision` is empty, or for a held row: applied, discarded. `over_others` says that somebody
    else had changed the person since this import wrote it, when the row was applied: an undo would
    take that change back too, and is refused.
    """

    __tablename__ = "roster_import_row"
    __table_args__ = (
        Index("ix_roster_import_row_import_treatment", "import_id", "treatment", "position"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("roster_import.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sheet: Mapped[str] = mapped_column(String(100), default="")
    row: Mapped[int]
    treatment: Mapped[str] = mapped_column(String(8))
    findings: Mapped[list[Any]] = mapped_column(JSON)
    changes: Mapped[list[str]] = mapped_column(JSON, default=list)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_id: Mapped[UUID | None]
    decision: Mapped[str] = mapped_column(String(16), default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_others: Mapped[bool] = mapped_column(default=False, server_default=false())


class RosterImportChange(Base):
    """A pensioner whom an import changed, with what stood there before, sealed, for the undo.

    Pensioners whom it created name the import themselves (`person.import_id`).
    """

    __tablename__ = "roster_import_change"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("roster_import.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    before: Mapped[bytes] = mapped_column(LargeBinary)


class ColumnSynonym(Base):
    """What a source means by a column name, as whoever answers for an area explained it."""

    __tablename__ = "column_synonym"

    area_path: Mapped[str] = mapped_column(String(100), primary_key=True, default="/")
    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    header: Mapped[str] = mapped_column(String(100), primary_key=True)
    field: Mapped[str] = mapped_column(String(32))
