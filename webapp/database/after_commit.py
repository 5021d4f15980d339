"""Runs small steps once the transaction is committed: what must not happen when it is undone."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from webapp.extensions import db

_KEY = "steps_after_commit"


def after_commit(step: Callable[[], object]) -> None:
    """Run `step` when the present transaction is committed, and never when it is rolled back.

    The step may not use the database, and what it raises reaches whoever committed.
    """
    db.session().info.setdefault(_KEY, []).append(step)


@event.listens_for(db.session, "after_commit")
def _run(session: Session) -> None:
    # The release of a savepoint reports itself as a commit, which it is not.
    if not session.in_nested_transaction():
        for step in session.info.pop(_KEY, ()):
            step()


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    # The steps of a savepoint that was rolled back alone stay: they are of files, not of rows.
    if not previous.nested:
        session.info.pop(_KEY, None)
