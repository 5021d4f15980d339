"""Compares the reports that were set aside with their entries, and their words with the hash."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from webapp import sealing
from webapp.evidence.verification.findings import (
    Finding,
    compare,
    compare_time,
    each,
    entry_at,
)
from webapp.evidence.verification.verify_salts import Hidden, read_hidden
from webapp.journal.rules import EntryType
from webapp.visits.models import ReportAside


def verify_reports_aside() -> Iterator[Finding]:
    """Give what is wrong with any report that was set aside, a second row of it included."""
    hidden, indexes = read_hidden(), Counter[int]()

    def check(row: ReportAside) -> Iterator[Finding]:
        indexes[row.journal_index] += 1
        yield from _verify_report(row, hidden)
        if indexes[row.journal_index] > 1:
            yield Finding("row_doubled", _name_of(row), "two rows tell of one entry")

    yield from each(select(ReportAside), _name_of, check)


def _name_of(row: ReportAside) -> str:
    return f"set aside {row.kind} {row.report_id}"


def _verify_report(row: ReportAside, hidden: Hidden) -> Iterator[Finding]:
    name, entry = _name_of(row), entry_at(row.journal_index)
    yield from compare(
        entry, EntryType.REPORT_QUARANTINED, name, kind=row.kind, report_id=str(row.report_id),
        visit_id=str(row.visit_id), worker_id=str(row.worker_id), device_kid=row.device_kid,
        reason=row.reason,
    )  # fmt: skip
    yield from compare_time(entry, row.at, name)
    yield from hidden.compare(entry, "body_sha256", row.sha256, name, code="projection_changed")
    try:
        text = sealing.unseal(row.sealed)
    except (InvalidTag, ValueError):
        yield Finding("body_changed", name, "its words cannot be opened")
        return
    if sha256(text.encode()).hexdigest() != row.sha256:
        yield Finding("body_changed", name, "its words are not those that were set aside")
