"""Keeps what a transaction loaded at hand, so that no use case asks for the same row again."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from webapp.extensions import db

_KEY = "held_objects"


@contextmanager
def held_objects() -> Iterator[None]:
    """Hold each object that the session loads until the block ends.

    A session forgets what nobody else refers to. Whoever must see what others wrote meanwhile
    reads the row under its lock (`populate_existing`), as ever.
    """
    session = db.session()
    session.info[_KEY] = []
    try:
        yield
    finally:
        session.info.pop(_KEY, None)


@event.listens_for(db.session, "loaded_as_persistent")
def _hold(session: Session, instance: object) -> None:
    held = session.info.get(_KEY)
    if held is not None:
        held.append(instance)
