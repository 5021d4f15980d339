"""Tells what stands still for a while (database, store, limits) from a fault of the program."""

import errno
from dataclasses import dataclass

from sqlalchemy import exc

from webapp.database.swallowed import SwallowedWriteError

SECONDS_BUSY, SECONDS_GONE, SECONDS_FULL = 5, 15, 60
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# SQLite's own words, which are part of its interface (sqlite3ErrStr), and what each amounts to.
SQLITE_WORDS = {
    "locked": "database_busy", "full": "storage_full", "readonly": "storage_full",
    "disk I/O": "database_gone", "unable to open": "database_gone",
    "no such table": "schema_old", "no such column": "schema_old",
    "has no column named": "schema_old",
}  # fmt: skip
# SQLSTATE classes and codes of PostgreSQL (appendix A of its manual).
SQL_STATES = {
    "08": "database_gone", "57P": "database_gone", "53100": "storage_full", "53": "database_busy",
    "55P03": "database_busy", "40": "database_busy", "42P01": "schema_old", "42703": "schema_old",
}  # fmt: skip
WAITS = {"database_busy": SECONDS_BUSY, "limits_gone": SECONDS_GONE, "database_gone": SECONDS_GONE,
         "storage_full": SECONDS_FULL, "schema_old": SECONDS_FULL,
         "write_swallowed": SECONDS_FULL}  # fmt: skip


@dataclass(frozen=True)
class Outage:
    """What is the matter, as a stable code, and in how many seconds to come back."""

    code: str
    seconds: int


def outage_of(error: BaseException) -> Outage | None:
    """Return what stands still, or None when the error is the program's own."""
    code = _code_of(error)
    return Outage(code, WAITS[code]) if code is not None else None


def is_overtaken(error: BaseException) -> bool:
    """Say whether somebody else was faster: what the request saw before is no longer so."""
    return isinstance(error, exc.IntegrityError)


def _code_of(error: BaseException) -> str | None:
    # The client is installed only at scale.
    if type(error).__module__.split(".")[0] == "redis":
        return "limits_gone"
    if isinstance(error, SwallowedWriteError):
        return "write_swallowed"
    if isinstance(error, exc.TimeoutError):
        # Every connection of the pool is in use.
        return "database_busy"
    if isinstance(error, exc.DBAPIError):
        return _code_of_database(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return "storage_full"
    return None


def _code_of_database(error: exc.DBAPIError) -> str | None:
    if error.connection_invalidated:
        return "database_gone"
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return next((SQL_STATES[part] for part in SQL_STATES if state.startswith(part)), None)
    words = str(error.orig)
    for mark, code in SQLITE_WORDS.items():
        if mark in words:
            return code
    # psycopg gives neither state nor number for a server that cannot be reached.
    is_psycopg = type(error.orig).__module__.startswith("psycopg")
    return "database_gone" if is_psycopg and isinstance(error, exc.OperationalError) else None
