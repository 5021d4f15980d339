"""Notices inserts that the database accepted and did not make.

A trigger that ignores a row, or a rule that does nothing instead, is no error to the database; the
program would answer "added", and the phone would let its own copy go.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, event


class SwallowedWriteError(RuntimeError):
    """The database took a statement without an error, and fewer rows are there than were sent."""


def refuse_swallowed_inserts(engine: Engine) -> None:
    """Raise `SwallowedWriteError` wherever an insert that must make rows made fewer."""
    event.listen(engine, "after_cursor_execute", _count_rows)


def _count_rows(
    _connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    if context is None or not context.isinsert or not _must_make_rows(statement):
        return
    demand_rows(rows_sent(statement, parameters, many=many), cursor.rowcount)


def rows_sent(statement: str, parameters: Any, *, many: bool) -> int:
    """Return how many rows an insert is to make.

    A driver is given one row, or a list of rows; or else several rows stand in the statement
    itself, and their values follow each other in one flat list.
    """
    rows_in_statement = statement.partition(" VALUES ")[2].count("), (") + 1
    is_list_of_rows = many and isinstance(parameters, list | tuple) and bool(parameters)
    if is_list_of_rows and isinstance(parameters[0], list | tuple | Mapping):
        return rows_in_statement * len(parameters)
    return rows_in_statement


def _must_make_rows(statement: str) -> bool:
    """Say whether every row must come; what returns values is counted by who reads them."""
    return not any(words in statement for words in (" ON CONFLICT", " RETURNING ", " SELECT "))


def demand_rows(expected: int, made: int) -> None:
    """Refuse to go on with fewer rows than were sent; -1 stands for a driver that cannot tell.

    Raises:
        SwallowedWriteError: the database made fewer.
    """
    if 0 <= made < expected:
        raise SwallowedWriteError(f"{expected - made} of {expected} rows were not stored")
