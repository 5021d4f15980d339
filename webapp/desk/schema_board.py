"""Tells whoever keeps the server, on the page "today", that the database's schema was changed."""

from webapp.access.rules import Actor, Permission
from webapp.database.schema.comparison import differences
from webapp.desk import today
from webapp.extensions import db

MOST_SHOWN = 20


@today.board(5, Permission.MANAGE_ACCOUNTS)
def for_administrators(_actor: Actor) -> today.Board:
    """Return the notice for administrators; it shows nothing where nothing differs."""
    return _board()


@today.board(5, Permission.AUDIT)
def for_auditors(_actor: Actor) -> today.Board:
    """Return the notice for auditors."""
    return _board()


def _board() -> today.Board:
    found = differences(db.session.connection())
    facts = {"differences": found[:MOST_SHOWN], "count": len(found)}
    return today.Board("schema-board.html", facts)
