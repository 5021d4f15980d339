"""Demands that every stored value is spelled as the program writes it, so that all who ask agree.

The other checks compare what Python reads; pages and rules look for rows in SQL.
"""

from collections.abc import Iterator

from webapp.database.spellings import misspelled_values
from webapp.evidence.verification.findings import Finding
from webapp.extensions import db


def verify_spellings() -> Iterator[Finding]:
    """Give every value that SQL and Python could read as two different ones."""
    for found in misspelled_values(db.session.connection(), db.metadata.sorted_tables):
        words = f"its {found.column} is stored in another spelling than the program writes"
        yield Finding("spelled_otherwise", f"{found.table} {found.key}", words)
