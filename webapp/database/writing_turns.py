"""Lets those who want to write to SQLite go in the order in which they came.

SQLite lets a second writer poll for the lock, with longer and longer pauses: whoever has waited
long asks seldom, and those that come later pass by. Beside eight phones one visit in twenty took
seven times as long as the median (measured). The turns are this process's own; that only one
writes at a time is SQLite's to promise, and what waits here for too long asks it all the same.
"""

from collections import deque
from threading import Event, Lock
from typing import Any

from sqlalchemy import Engine

# As long as SQLite itself waits for its lock.
PATIENCE_SECONDS = 15.0


class WritingTurns:
    """A lock that is handed on in the order of asking; one holder is one database connection."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._lock = Lock()
        self._holder: object = None
        self._waiting: deque[tuple[object, Event]] = deque()

    def wait_for(self, connection: object) -> bool:
        """Wait for the connection's turn; False when it waited too long and has none.

        A connection that has its turn already keeps it.
        """
        with self._lock:
            if self._holder is connection:
                return True
            if self._holder is None:
                self._holder = connection
                return True
            turn = Event()
            self._waiting.append((connection, turn))
        if turn.wait(self._patience):
            return True
        with self._lock:
            if turn.is_set():
                return True
            self._waiting = deque(each for each in self._waiting if each[1] is not turn)
        return False

    def hand_on(self, connection: object) -> None:
        """End the connection's turn, if it has it, and begin that of whoever waits longest."""
        with self._lock:
            if self._holder is not connection:
                return
            self._holder = None
            if self._waiting:
                self._holder, turn = self._waiting.popleft()
                turn.set()


def take_turns(engine: Engine) -> WritingTurns:
    """Have a connection's turn end with its transaction; `begin` asks for it.

    Ends are heard where the driver is told to commit, to roll back or to close, for the events of
    that name come before it. The pool rolls back whatever is given back to it.
    """
    turns = WritingTurns()
    dialect = engine.dialect

    def handing_on(end: Any) -> Any:
        def wrapped(connection: Any) -> None:
            try:
                end(connection)
            finally:
                turns.hand_on(_driver_connection(connection))

        return wrapped

    for name in ("do_commit", "do_rollback", "do_close", "do_terminate"):
        setattr(dialect, name, handing_on(getattr(dialect, name)))
    return turns


def _driver_connection(connection: Any) -> object:
    """Return the driver's own connection, also out of the pool's cover for it."""
    return getattr(connection, "dbapi_connection", connection)
