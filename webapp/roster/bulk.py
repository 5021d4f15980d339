"""Writes many rows quickly in the session's own transaction: executemany or COPY, by columns."""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select

from webapp.extensions import db
from webapp.journal import states

FEW_ROWS = 5_000
Columns = dict[str, Sequence[Any]]


def insert_columns(table: Table, columns: Columns) -> None:
    """Insert rows given as columns of equal length; a column left out takes NULL or its sequence.

    Values are converted as SQLAlchemy would, but a column at a time: row by row that alone takes
    longer than the database.
    """
    if not columns or not next(iter(columns.values())):
        return
    states.note_inserted(table.name, columns)
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns)
    else:
        _execute_many(connection, table, columns)


def _execute_many(connection: Connection, table: Table, columns: Columns) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" for _ in columns)
    converted = [_converted(connection, table, name, values) for name, values in columns.items()]
    cursor = connection.connection.cursor()
    try:
        # Names come from our own tables, values are bound.
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
        cursor.executemany(statement, zip(*converted, strict=True))  # type: ignore[arg-type]
    finally:
        cursor.close()


def _converted(
    connection: Connection, table: Table, name: str, values: Sequence[Any]
) -> Sequence[Any]:
    """The values as SQLite takes them; texts, numbers and bytes need nothing done."""
    sample = next((value for value in values if value is not None), None)
    if sample is None or isinstance(sample, str | int | float | bytes):
        return values
    if isinstance(sample, UUID):
        return [value.hex if value is not None else None for value in values]
    kind = table.c[name].type.dialect_impl(connection.dialect)
    convert: Callable[[Any], Any] | None = kind.bind_processor(connection.dialect)
    if convert is None:
        return values
    if isinstance(sample, list | dict):
        return [convert(value) for value in values]
    # Days and instants come again and again.
    known: dict[Any, Any] = {value: convert(value) for value in set(values)}
    return [known[value] for value in values]


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


def _copy(connection: Connection, table: Table, columns: Columns) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    ready = [_ready_for_copy(table, name, values) for name, values in columns.items()]
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in zip(*ready, strict=True):
                copy.write_row(row)
    finally:
        cursor.close()


def _ready_for_copy(table: Table, name: str, values: Sequence[Any]) -> Sequence[Any]:
    """psycopg writes every type but JSON by itself."""
    if table.c[name].type.__class__.__name__ != "JSON":
        return values
    from psycopg.types.json import Json

    return [Json(value) for value in values]
