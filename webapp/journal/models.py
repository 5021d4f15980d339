"""The journal's tables; their rows are written once, and the ORM refuses to change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from webapp.database.base import Base, UtcDateTime
from webapp.journal.mentions import REF_BYTES
from webapp.journal.merkle import HASH_BYTES
from webapp.journal.rules import SALT_BYTES, JsonValue, read_entry

# SQLite stores every integer in up to eight bytes and knows row ids by the name INTEGER only.
BigNumber = BigInteger().with_variant(Integer(), "sqlite")


class JournalEntry(Base):
    """One leaf of the tree; `type` and `at` repeat what the body says, for searching."""

    __tablename__ = "journal_entry"

    index: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))

    @property
    def facts(self) -> dict[str, JsonValue]:
        """What the body says, `type` and `at` included."""
        return read_entry(self.body)


class JournalNode(Base):
    """The hash of a complete subtree of level 1 and up; level 0 is the entries' own."""

    __tablename__ = "journal_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))


class JournalCheckpoint(Base):
    """A checkpoint that was given out or printed, as the note that was signed."""

    __tablename__ = "journal_checkpoint"

    size: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class JournalSalt(Base):
    """What hides a low-entropy fact of an entry; a lawful deletion erases this row alone."""

    __tablename__ = "journal_salt"

    index: Mapped[int] = mapped_column(
        BigNumber, ForeignKey("journal_entry.index"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(SALT_BYTES))


class JournalState(Base):
    """What one act left of one object: a leaf of the tree whose root the act's entry holds.

    `parts` are the salted digests of the object's parts, empty when the act removed it; the last
    row of an object is what it must be now. All rows of one object share its salt. No foreign key
    looks up the entry for each of a hundred thousand rows; `verify-all` does.
    """

    __tablename__ = "journal_state"
    __table_args__ = (
        Index("ix_journal_state_object", "object_id", "kind"),
        {"sqlite_with_rowid": False},
    )

    index: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    object_id: Mapped[str] = mapped_column(String(36))
    salt: Mapped[bytes] = mapped_column(LargeBinary(SALT_BYTES))
    parts: Mapped[bytes] = mapped_column(LargeBinary)


class JournalMention(Base):
    """That an entry names somebody or something; repeats its bytes, to be searched by.

    `ref` is the key that `mentions.ref_of` makes of an id.
    """

    __tablename__ = "journal_mention"
    __table_args__ = (
        Index("ix_journal_mention_ref", "ref", "index", "is_actor"),
        {"sqlite_with_rowid": False},
    )

    index: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    ref: Mapped[bytes] = mapped_column(LargeBinary(REF_BYTES), primary_key=True)
    is_actor: Mapped[bool]


class AppendOnlyError(RuntimeError):
    """The program tried to change or delete a row of the journal."""


def _refuse(_mapper: Mapper[Any], _connection: object, target: object) -> None:
    raise AppendOnlyError(f"{type(target).__name__} is never changed and never deleted")


for _model in (JournalEntry, JournalNode, JournalCheckpoint, JournalState, JournalMention):
    event.listen(_model, "before_update", _refuse)
    event.listen(_model, "before_delete", _refuse)
