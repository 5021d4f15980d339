"""Reads `docs/protected-columns.md`: what each column of the models is protected by, or why not."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/protected-columns.md"
_ROW = re.compile(r"^\| `([a-z_]+)\.([a-z0-9_]+)` \| (yes|no) \| (.+) \|$")
# Beside its columns a table's rows themselves can be taken away or added.
DELETED, DOUBLED = "row_deleted", "row_doubled"


@dataclass(frozen=True)
class Claim:
    """One line of the page: `is_protected` claims that a change is named by `verify-all`."""

    table: str
    column: str
    is_protected: bool
    how: str

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def claims() -> list[Claim]:
    """Return every line of the page's table, in its order."""
    found = (_ROW.match(line) for line in PAGE.read_text("utf-8").splitlines())
    return [Claim(m[1], m[2], m[3] == "yes", m[4]) for m in found if m]


def malformed_lines() -> list[str]:
    """Return lines that look like rows of the table but cannot be read as such."""
    lines = PAGE.read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("| `") and not _ROW.match(line)]
