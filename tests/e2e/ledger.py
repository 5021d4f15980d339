"""What the server holds, read straight from its database and its folder."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ZEROS = "0" * 64
# A ticket, an enrolment and a look at a face are new events each time, by their nature.
NOT_STATE = {"ticket", "jobs", "job", "desk_session", "media_view", "alembic_version"}


Arguments = Sequence[object] | Mapping[str, object]


def bare(uuid: str | None) -> str | None:
    """Return an id as SQLite keeps it, without hyphens."""
    return uuid and uuid.replace("-", "")


@dataclass(frozen=True)
class Ledger:
    """A server's data folder, opened for reading only."""

    data_dir: Path

    def rows(self, query: str, arguments: Arguments = ()) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        address = f"file:{self.data_dir}/anzai.sqlite?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, arguments)]

    def count(self, table: str, where: str = "1") -> int:
        """Return how many rows of `table` there are."""
        return int(self.rows(f"SELECT count(*) AS n FROM {table} WHERE {where}")[0]["n"])

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table that holds the application's state."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = sorted({row["name"] for row in tables} - NOT_STATE)
        return {name: self.count(name) for name in names if not name.startswith("sqlite_")}

    def grown(self, before: dict[str, int], *tables: str) -> list[int]:
        """Return by how many rows tables have grown since `before`."""
        return [self.count(table) - before[table] for table in tables]

    def captures(self, visit_id: str | None = None) -> list[dict[str, Any]]:
        """Return the captures of a visit, or all, with the record read, by the device's log."""
        query = "SELECT * FROM capture WHERE :visit IS NULL OR visit_id = :visit"
        found = self.rows(f"{query} ORDER BY device_kid, seq", {"visit": bare(visit_id)})
        return [row | {"body": json.loads(row["record"])} for row in found]

    def blob(self, sha256: str) -> bytes:
        """Return a stored original; raises FileNotFoundError when it is not there."""
        matches = [path for path in self.data_dir.rglob(sha256) if path.is_file()]
        return matches[0].read_bytes() if matches else b""

    def check_media(self) -> None:
        """Every file that is called received lies there whole, under its own hash."""
        for row in self.rows("SELECT * FROM media WHERE state = 'received'"):
            content = self.blob(row["sha256"])
            assert len(content) == row["size_bytes"], row
            assert hashlib.sha256(content).hexdigest() == row["sha256"], row

    def check_chains(self) -> None:
        """Each phone's log has neither gap nor fork (evidence §1.4)."""
        heads: dict[str, tuple[int, str]] = {}
        for row in self.captures():
            seq, prev = heads.get(row["device_kid"], (0, ZEROS))
            assert (row["seq"], row["prev"]) == (seq + 1, prev), row["device_kid"]
            assert hashlib.sha256(row["record"]).hexdigest() == row["record_sha256"]
            heads[row["device_kid"]] = (row["seq"], row["record_sha256"])

    def check_once(self) -> None:
        """Nothing came twice: one journal entry for each record, file and result."""
        for kind, table, where in (
            ("capture_committed", "capture", "1"),
            ("media_received", "media", "state = 'received'"),
            ("result_submitted", "result", "1"),
        ):
            entries = self.count("journal_entry", f"type = '{kind}'")
            assert entries == self.count(table, where), kind

    def check(self) -> None:
        """Nothing lost, nothing doubled, nothing forked."""
        self.check_once()
        self.check_chains()
        self.check_media()
