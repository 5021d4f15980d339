"""The declarative base, the column types and the ids that every feature shares."""

import os
import secrets
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase

from webapp.database.writing_turns import take_turns

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# The execution option that says whether a transaction writes, whatever its request does.
WILL_WRITE = "anzai_will_write"


class Base(DeclarativeBase):
    """Every model's base; one naming convention so that migrations work on both databases."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite drops time zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values: an instant without a zone is a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def uuid7() -> uuid.UUID:
    """Return a version 7 UUID (RFC 9562 §5.7): millisecond time first, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def tune_sqlite(
    engine: Engine, is_read_only: Callable[[], bool], *, foreign_keys: bool = True
) -> None:
    """Make SQLite durable and fair: WAL, full sync, foreign keys, one writer at a time.

    A transaction starts with BEGIN IMMEDIATE so that two writers queue instead of failing
    half-way with "database is locked" (measured: no failure with 16 writers), and those of one
    process in the order in which they came. Where `is_read_only` says that nothing will be written,
    nobody queues: a reader never waits for a long import. Only a migration, which rebuilds
    tables, works without foreign keys, on an engine of its own.
    """

    @event.listens_for(engine, "do_connect")
    def make_private(_dialect: Any, _record: Any, _args: Any, _named: Any) -> None:
        """Make a database that is not there yet; the files beside it get the same mode."""
        with suppress(OSError):
            os.close(os.open(engine.url.database or "", os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000",
                       f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")

    turns = take_turns(engine)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get(WILL_WRITE, not is_read_only()):
            turns.wait_for(connection.connection.dbapi_connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")

    if foreign_keys:
        event.listen(engine, "checkout", _prove_foreign_keys)


def _prove_foreign_keys(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have the pool throw a connection away on which somebody switched foreign keys off.

    SQLite ignores the switch inside a transaction without a word, so that it must be asked.
    """
    if connection.execute("PRAGMA foreign_keys").fetchone() != (1,):
        raise DisconnectionError("foreign keys are off")
