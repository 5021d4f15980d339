"""One page of a list, and the key of its last row as one word, from which the next page starts."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Select, String, Uuid, tuple_
from sqlalchemy.types import TypeDecorator, TypeEngine

from webapp.extensions import db

Row = TypeVar("Row")
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
# How many rows a page of any list shows.
PAGE = 50
_LARGEST_INTEGER = 2**63 - 1


def page(
    query: Query, key: Sequence[Any], after: str, *, newest_first: bool = False
) -> tuple[list[Any], str | None]:
    """Return one page of a query in the order of its key, and the next page's key.

    The columns of `key` together are unique; they need not be among what the query asks for. A
    query that asks for one thing gives the things themselves, else rows.
    """
    asked = len(query.column_descriptions)
    ordered = ordered_from(query, key, after, newest_first=newest_first)
    rows = db.session.execute(one_page(ordered.add_columns(*key)))
    found, following = cut(rows, lambda row: tuple(row)[asked:])
    return [row[0] if asked == 1 else tuple(row)[:asked] for row in found], following


def ordered_from(
    query: Query, key: Sequence[Any], after: str, *, newest_first: bool = False
) -> Query:
    """Return the query in the order of its key, from behind the row that `after` names."""
    place = read_key(after, *(_reader_of(column.type) for column in key))
    if place is not None:
        here, there = tuple_(*key), tuple_(*place)
        query = query.where(here < there if newest_first else here > there)
    return query.order_by(*(column.desc() if newest_first else column for column in key))


def one_page(query: Query) -> Query:
    """Limit a query to what `cut` looks at: a page, and one row that says whether more follow."""
    return query.limit(PAGE + 1)


def cut(
    rows: Iterable[Row], key_of: Callable[[Row], Sequence[Any]]
) -> tuple[list[Row], str | None]:
    """Return one page of rows that are in order, and the next page's key."""
    found = list(islice(rows, PAGE + 1))
    if len(found) <= PAGE:
        return found, None
    return found[:PAGE], pack_key(*map(_written, key_of(found[PAGE - 1])))


def pack_key(*parts: str) -> str:
    """Return the parts as one URL-safe word."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_key(word: str, *kinds: Callable[[str], Any]) -> list[Any] | None:
    """Return a key's parts, each read by its kind; None for a damaged one: the first page."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            return None
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _reader_of(kind: TypeEngine[Any]) -> Callable[[str], Any]:
    """Return what reads a column's values from a key, and nothing that a database cannot hold."""
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return next(reader for each, reader in _READERS.items() if isinstance(kind, each))


def _instant(word: str) -> datetime:
    return datetime.fromisoformat(word).astimezone()


def _integer(word: str) -> int:
    if abs(int(word)) > _LARGEST_INTEGER:
        raise ValueError("no database counts so far")
    return int(word)


def _text(word: str) -> str:
    if b"\0" in word.encode():
        raise ValueError("a NUL character")
    return word


_READERS: dict[type[TypeEngine[Any]], Callable[[str], Any]] = {
    DateTime: _instant, Date: date.fromisoformat, Uuid: UUID, Integer: _integer, String: _text,
}  # fmt: skip
