"""Writes many rows quickly in the session's own transaction: executemany or COPY, by columns."""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select

from webapp.database import column_inserts
from webapp.database.column_inserts import Columns
from webapp.extensions import db
from webapp.journal import states

FEW_ROWS = 5_000


def insert_columns(table: Table, columns: Columns) -> None:
    """Insert rows as `column_inserts.insert_columns` does; the journal hears of them."""
    states.note_inserted(table.name, columns)
    column_inserts.insert_columns(table, columns)


def new_keys(count: int) -> list[Any]:
    """Version 7 UUIDs (RFC 9562 §5.7) of one millisecond, as the database takes them."""
    stamp = time.time_ns() // 1_000_000 << 80 | 0x7 << 76 | 0x2 << 62
    free = (1 << 80) - 1 - (0xF << 76) - (0x3 << 62)
    entropy, read = os.urandom(10 * count), int.from_bytes
    numbers = [stamp | read(entropy[at : at + 10]) & free for at in range(0, 10 * count, 10)]
    if db.engine.dialect.name == "sqlite":
        return [f"{number:032x}" for number in numbers]
    return [UUID(int=number) for number in numbers]


def set_indexes_aside(expected: int, *, tables: tuple[Table, ...]) -> list[str]:
    """Drop, on SQLite, the indexes whose keys come in no order; return what makes them again.

    To sort a hundred thousand keys once takes a fifth of the time of inserting them one by one.
    It happens inside the transaction: others go on reading what stood there before, and a
    rollback brings the indexes back. Small imports, and those into a larger roster, do without.
    """
    connection = db.session.connection()
    if connection.dialect.name != "sqlite" or expected < FEW_ROWS:
        return []
    # Random keys go into indexes that should stay in memory: 64 MB on this connection.
    connection.exec_driver_sql("PRAGMA cache_size = -64000")
    if (db.session.scalar(select(func.count()).select_from(tables[0])) or 0) > expected:
        return []
    found = connection.exec_driver_sql(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).all()
    names = {table.name for table in tables}
    loose = [row for row in found if row.tbl_name in names and "(person_id)" not in row.sql]
    for row in loose:
        connection.exec_driver_sql(f'DROP INDEX "{row.name}"')
    return [row.sql for row in loose]


def bring_indexes_back(statements: list[str]) -> None:
    """Make the indexes again that `set_indexes_aside` dropped."""
    for statement in statements:
        db.session.connection().exec_driver_sql(statement)


@contextmanager
def without_collector() -> Iterator[None]:
    """Many short-lived lists hold no cycles; looking for them would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
