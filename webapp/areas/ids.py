"""Numbers areas so that no id ever names two of them."""

from sqlalchemy import func, select

from webapp.areas.models import Area
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal.rules import EntryType


def unused_id() -> int | None:
    """Return an id that no area bears or bore; None where the database never gives one twice.

    SQLite gives the largest id again once its row is gone, and entries name areas by their ids.
    """
    if db.session.connection().dialect.name != "sqlite":
        return None
    gone = journal_queries.entries_of(EntryType.AREA_REMOVED)
    removed = max((int(str(entry.facts["area_id"])) for entry in gone), default=0)
    return max(db.session.scalar(select(func.max(Area.id))) or 0, removed) + 1
