"""Finds stored values that are not in the one spelling that their column's type writes.

SQLite keeps ids, days, instants and truths as plain text and numbers. Python reads several
spellings of each as the same value, SQL does not: what is compared in Python and looked for in SQL
would be sound and not be found. PostgreSQL has types of its own for all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Dialect, Table, Uuid

FETCHED = 2000
Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Misspelled:
    """A value of the row that `key` names; the value itself may be personal and is not told."""

    table: str
    key: str
    column: str


def misspelled_values(connection: Connection, tables: Iterable[Table]) -> Iterator[Misspelled]:
    """Give every value of the tables that writing it again would store otherwise; of SQLite only.

    Every row is read past the indexes, which may leave rows out.
    """
    if connection.dialect.name != "sqlite":
        return
    for table in tables:
        yield from _misspelled_in(connection, table)


def _misspelled_in(connection: Connection, table: Table) -> Iterator[Misspelled]:
    columns = list(table.columns)
    checks = [is_canonical(column, connection.dialect) for column in columns]
    keys = [at for at, column in enumerate(columns) if column.primary_key]
    for row in _raw_rows(connection, table):
        for column, check, value in zip(columns, checks, row, strict=True):
            if not check(value):
                key = " ".join(_key_text(columns[at], row[at]) for at in keys)
                yield Misspelled(table.name, key, column.name)


def _raw_rows(connection: Connection, table: Table) -> Iterator[Any]:
    """Give the rows as SQLite holds them: text that is no UTF-8 comes with surrogates."""
    # A bare name in quotes that no column has would be read as a text of that wording.
    names = ", ".join(f'"{table.name}"."{column.name}"' for column in table.columns)
    # Names come from our own tables.
    statement = f'SELECT {names} FROM "{table.name}" NOT INDEXED'  # noqa: S608
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    try:
        cursor.execute(statement)
        while True:
            with _any_text(driver):
                rows = cursor.fetchmany(FETCHED)
            if not rows:
                return
            yield from rows
    finally:
        cursor.close()


@contextmanager
def _any_text(driver: Any) -> Iterator[None]:
    """Let text be read that is no UTF-8, only while rows are fetched: others use the connection."""
    before = driver.text_factory
    driver.text_factory = _decoded
    try:
        yield
    finally:
        driver.text_factory = before


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def is_canonical(column: Column[Any], dialect: Dialect) -> Check:
    """Return what says whether a raw value is exactly what the column's type writes for it."""
    kind = column.type.dialect_impl(dialect)
    read, write = kind.result_processor(dialect, None), kind.bind_processor(dialect)
    nothing = bool(column.nullable)
    expected = _stored_type(column)

    def check(raw: Any) -> bool:
        if raw is None:
            return nothing
        if type(raw) is not expected:
            return False
        if isinstance(raw, str) and not _is_plain(raw):
            return False
        if read is None and write is None:
            return True
        try:
            value = read(raw) if read else raw
            again = write(value) if write else value
        except Exception:
            # Whatever a reader stumbles over, no writer of ours wrote.
            return False
        return bool(again == raw)

    return check


def _stored_type(column: Column[Any]) -> type:
    """Return as which of SQLite's types a column's values come: int, float, str or bytes."""
    name = column.type.__class__.__name__
    if name in {"Integer", "BigInteger", "SmallInteger", "Boolean"}:
        return int
    if name == "Float":
        return float
    return bytes if name == "LargeBinary" else str


def _is_plain(text: str) -> bool:
    """Say whether text is UTF-8 without NUL, behind which SQL's own functions stop reading."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key_text(column: Column[Any], raw: Any) -> str:
    """Name a row as findings do, by its id as Python reads it, where it can be read."""
    if isinstance(column.type, Uuid):
        try:
            return str(UUID(raw))
        except (ValueError, AttributeError, TypeError):
            return ascii(raw)
    return raw if isinstance(raw, str) and _is_plain(raw) else ascii(raw)
