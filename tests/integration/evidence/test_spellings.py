"""Values that Python reads as before and SQL does not find again are named, wherever they stand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, LargeBinary, String, Text, Uuid, text

from tests.conftest import DATABASES
from tests.integration.evidence import tampering
from webapp.database.base import UtcDateTime
from webapp.database.spellings import misspelled_values
from webapp.extensions import db

only_sqlite = pytest.mark.skipif("sqlite" not in DATABASES, reason="PostgreSQL has types")
on_sqlite = pytest.mark.parametrize("archive", ["sqlite"], indirect=True, scope="module")


def iso_week(value: str) -> str:
    day = date.fromisoformat(value[:10]).isocalendar()
    return f"{day.year}-W{day.week:02d}-{day.weekday}{value[10:]}"


def elsewhere(value: str) -> str:
    there = timezone(timedelta(hours=14))
    moved = datetime.fromisoformat(value).replace(tzinfo=UTC).astimezone(there)
    return moved.isoformat(" ", "microseconds")


Other = Callable[[Any], Any]
SPELLINGS: tuple[tuple[type, str, Other], ...] = (
    (Uuid, "upper case", str.upper),
    (Uuid, "dashes", lambda v: f"{v[:8]}-{v[8:12]}-{v[12:16]}-{v[16:20]}-{v[20:]}"),
    (Uuid, "braces", lambda v: f"{{{v}}}"),
    (Uuid, "bytes", lambda v: v.encode()),
    (UtcDateTime, "a T", lambda v: v.replace(" ", "T")),
    (UtcDateTime, "a week", iso_week),
    (UtcDateTime, "another zone", elsewhere),
    (UtcDateTime, "no fraction", lambda v: v[:19]),
    (UtcDateTime, "a space behind", lambda v: v + " "),
    (Date, "a week", iso_week),
    (Date, "no dashes", lambda v: v.replace("-", "") + " "),
    (Boolean, "two", lambda _: 2),
    (Boolean, "a word", lambda _: "yes"),
    (JSON, "spaces", lambda v: f" {v} "),
    (JSON, "a key twice", lambda v: '{"zz": 1, "zz": 1}'),
    (LargeBinary, "text", lambda _: "text"),
    (String, "bytes", lambda v: v.encode()),
    (String, "a NUL behind", lambda v: v + "\0"),
    (Text, "bytes", lambda v: v.encode()),
    (Text, "a NUL behind", lambda v: v + "\0"),
)  # fmt: skip


def columns_with_values() -> list[tuple[Column[Any], Any]]:
    """Return every column of every table with one raw value, where any row has one."""
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            query = f'SELECT "{column.name}" FROM "{table.name}" WHERE "{column.name}" IS NOT NULL'
            value = db.session.execute(text(query)).scalar()
            if value is not None:
                found.append((column, value))
    return found


def misspelled() -> set[tuple[str, str]]:
    rows = misspelled_values(db.session.connection(), db.metadata.sorted_tables)
    return {(each.table, each.column) for each in rows}


@only_sqlite
@on_sqlite
def test_what_the_program_writes_is_spelled_as_it_writes(tampered: None) -> None:
    assert misspelled() == set()


@only_sqlite
@on_sqlite
@pytest.mark.parametrize(
    ("kind", "other"), [each[::2] for each in SPELLINGS],
    ids=[f"{kind.__name__}-{name}" for kind, name, _ in SPELLINGS],
)  # fmt: skip
def test_another_spelling_is_named_in_every_column(
    tampered: None, kind: type, other: Other
) -> None:
    tried = [(c, v) for c, v in columns_with_values() if type(c.type) is kind]
    assert tried
    for column, value in tried:
        table, name = column.table.name, column.name
        db.session.execute(text("SAVEPOINT one"))
        statement = f'UPDATE OR IGNORE "{table}" SET "{name}" = :new WHERE "{name}" = :old'
        db.session.execute(text(statement), {"new": other(value), "old": value})
        found = misspelled()
        db.session.execute(text("ROLLBACK TO one"))
        assert (table, name) in found


@only_sqlite
@on_sqlite
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("attempt", "id = upper(id)"), ("person", "id = upper(id)"), ("visit", "id = upper(id)"),
        ("review", "result_id = upper(result_id)"), ("result", "person_id = upper(person_id)"),
        ("visit", "due_on = '2026-W51-5'"), ("journal_mention", "is_actor = 2"),
    ],
)  # fmt: skip
def test_a_forgery_behind_a_spelling_is_named(tampered: None, table: str, change: str) -> None:
    db.session.execute(text(f'UPDATE "{table}" SET {change}'))
    assert any(each.startswith(f"{table} ") for each in tampering.wrong_objects())


@only_sqlite
@on_sqlite
def test_text_that_is_no_utf8_is_named_with_its_row(tampered: None) -> None:
    db.session.execute(text("UPDATE visit SET note = CAST(x'e58f' AS TEXT)"))
    assert ("visit", "note") in misspelled()
