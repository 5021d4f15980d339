"""Inserts many rows in the session's own transaction: executemany or COPY, by columns."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table

from webapp.database.swallowed import demand_rows
from webapp.extensions import db

Columns = dict[str, Sequence[Any]]


def insert_columns(table: Table, columns: Columns) -> None:
    """Insert rows given as columns of equal length; a column left out takes NULL or its sequence.

    Values are converted as SQLAlchemy would, but a column at a time: row by row that alone takes
    longer than the database.
    """
    if not columns or not next(iter(columns.values())):
        return
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
        demand_rows(len(converted[0]), cursor.rowcount)
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


def _copy(connection: Connection, table: Table, columns: Columns) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    ready = [_ready_for_copy(table, name, values) for name, values in columns.items()]
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in zip(*ready, strict=True):
                copy.write_row(row)
        demand_rows(len(ready[0]), cursor.rowcount)
    finally:
        cursor.close()


def _ready_for_copy(table: Table, name: str, values: Sequence[Any]) -> Sequence[Any]:
    """psycopg writes every type but JSON by itself."""
    if table.c[name].type.__class__.__name__ != "JSON":
        return values
    from psycopg.types.json import Json

    return [Json(value) for value in values]
