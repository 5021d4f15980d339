"""Demands the schema that the migrations make: every other check asks the database to be honest.

An index that leaves rows out, a table without its key, a trigger or a rule lie without any row
being changed.
"""

from collections.abc import Iterator
from uuid import UUID

from webapp.database.integrity import dangling_rows
from webapp.database.schema.comparison import differences
from webapp.database.schema.sqlite import broken_pages
from webapp.evidence.verification.findings import Finding
from webapp.extensions import db


def verify_schema() -> Iterator[Finding]:
    """Give whatever the database has besides what the migrations make, and whatever it lacks."""
    for each in differences(db.session.connection()):
        yield Finding("schema_differs", each.object, each.words)


def verify_pages() -> Iterator[Finding]:
    """Give what SQLite finds damaged in its own file, indexes that do not fit their tables too."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        for words in broken_pages(connection):
            yield Finding("pages_changed", "database file", words)


def verify_references() -> Iterator[Finding]:
    """Give rows that refer to rows which are not there (`flask repair` says what that means)."""
    for row in dangling_rows(db.session.connection()):
        key = " ".join(_dashed(value) for _, value in row.key)
        names = ", ".join(name for name, _ in row.reference)
        words = f"its {names} names no row of {row.refers_to}"
        yield Finding("reference_missing", f"{row.table} {key}", words)


def _dashed(value: object) -> str:
    text = str(value)
    try:
        return str(UUID(text)) if len(text) == 32 else text
    except ValueError:
        return text
