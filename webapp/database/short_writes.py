"""Long work writes in short transactions, so that nobody waits for the whole of it."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from webapp.chunks import chunks
from webapp.extensions import begin_writing, db

T = TypeVar("T")
# Enough for one fsync to be worth it, and done in some hundredths of a second.
PIECE = 1_000
LONGEST_PAUSE_SECONDS = 0.2


def write_in_pieces(
    items: Sequence[T], write: Callable[[Sequence[T]], bool], *, piece: int = PIECE
) -> bool:
    """Give `write` the items a piece at a time, each in a transaction of its own.

    `write` says whether it goes on; where it says no, that piece is rolled back and False is
    returned. What the caller's session did not commit before is gone. SQLite's writers do not
    queue, they try again and again: so each piece is followed by as long a pause, in which
    somebody who waits gets his turn.
    """
    for some in chunks(items, piece):
        begin_writing()
        began = time.monotonic()
        if not write(some):
            db.session.rollback()
            return False
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            time.sleep(min(time.monotonic() - began, LONGEST_PAUSE_SECONDS))
    return True
