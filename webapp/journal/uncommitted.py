"""Remembers which entries of a session are not committed yet, so that nothing vouches for them.

A receipt for an entry whose transaction then fails would be a lie that its holder can prove.
"""

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from webapp.extensions import db

_KEY = "journal_first_uncommitted"


def note_uncommitted(index: int) -> None:
    """Remember that `index` was appended in the current transaction."""
    db.session().info.setdefault(_KEY, index)


def first_uncommitted() -> int | None:
    """Return the lowest index that the current transaction appended, if any."""
    found: int | None = db.session().info.get(_KEY)
    return found


@event.listens_for(db.session, "after_commit")
def _forget_after_commit(session: Session) -> None:
    # The release of a savepoint reports itself as a commit, which it is not.
    if not session.in_nested_transaction():
        session.info.pop(_KEY, None)


@event.listens_for(db.session, "after_soft_rollback")
def _forget_after_rollback(session: Session, previous: SessionTransaction) -> None:
    # Entries of a savepoint that was rolled back leave the mark too low, which is safe.
    if not previous.nested:
        session.info.pop(_KEY, None)
