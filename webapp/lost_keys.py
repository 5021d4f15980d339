"""Refuses to make a key anew whose predecessor the data was sealed or signed with.

A restore that forgot `keys/` would otherwise go on under the journal's old name with a key that
nobody knows, and could read no number any more.
"""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import NullPool, create_engine, inspect, literal, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

# A key, and the tables that have rows only after the key was used. The session key is not among
# them: who loses it signs in again.
USED_BY = {
    "journal": ("capture", "journal_checkpoint"), "roster-seal": ("person",),
    "roster-index": ("person",), "subject-ref": ("visit",), "ticket": ("ticket",),
}  # fmt: skip
# Every start makes some key, so that entries without any key at all were brought from elsewhere.
WRITTEN_AFTER_A_START = {"journal": ("journal_entry",)}


def lost_keys(database_url: str, missing: Collection[str], *, has_none: bool) -> list[str] | None:
    """Return which of the missing keys the database's content was made with.

    `has_none` says that there is no key at all, not even that of the sessions.

    None stands for a database that does not answer: whoever needs the key asks again, and cannot
    write without the database anyway.
    """
    more = WRITTEN_AFTER_A_START if has_none else {}
    asked = {name: (*USED_BY[name], *more.get(name, ())) for name in missing if name in USED_BY}
    if not asked or not _may_be_there(database_url):
        return []
    engine = create_engine(database_url, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            known = set(inspect(connection).get_table_names())
            used = {
                name for name in {each for tables in asked.values() for each in tables} & known
                if connection.scalar(select(literal(1)).select_from(table(name)).limit(1))
            }  # fmt: skip
    except SQLAlchemyError:
        return None
    return [name for name, tables in asked.items() if used & set(tables)]


def _may_be_there(database_url: str) -> bool:
    """Say whether there is anything to ask; to ask SQLite would make the file."""
    url = make_url(database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()
