"""Recomputes everything from storage and journal and names what is wrong, with the object."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.evidence.models import (
    AsideSettlement,
    Capture,
    Derivation,
    Media,
    Quarantine,
    Review,
    Ticket,
)
from webapp.evidence.verification import (
    verify_accounts,
    verify_arrivals,
    verify_corrections,
    verify_devices,
    verify_files,
    verify_mentions,
    verify_records,
    verify_renditions,
    verify_reports,
    verify_results,
    verify_salts,
    verify_schema,
    verify_settlements,
    verify_spellings,
    verify_states,
    verify_views,
    verify_visits,
)
from webapp.evidence.verification.findings import Finding, entries_of, guarded
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal.rules import EntryType
from webapp.journal.verification import Fault, verify_journal
from webapp.people.models import Device
from webapp.roster.models import Person
from webapp.visits.models import Attempt, Correction, ReportAside, Result, Visit

CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    verify_schema.verify_schema,
    verify_schema.verify_pages,
    verify_spellings.verify_spellings,
    verify_schema.verify_references,
    verify_devices.verify_devices,
    verify_devices.verify_tickets,
    verify_records.verify_records,
    verify_files.verify_media,
    verify_arrivals.verify_restored,
    verify_renditions.verify_derivations,
    verify_renditions.verify_replacements,
    verify_files.verify_quarantine,
    verify_reports.verify_reports_aside,
    verify_settlements.verify_settlements,
    verify_files.verify_store,
    verify_results.verify_results,
    verify_results.verify_parts_of_results,
    verify_results.verify_reviews,
    verify_corrections.verify_corrections,
    verify_corrections.verify_seconds,
    verify_accounts.verify_accounts,
    verify_mentions.verify_mentions,
    verify_salts.verify_salts,
    verify_states.verify_state_trees,
    verify_states.verify_state_salts,
    verify_states.verify_objects,
    verify_states.verify_breaches,
    verify_visits.verify_people,
    verify_visits.verify_visits,
    verify_visits.verify_named_attempts,
    verify_visits.verify_known_attempts,
    verify_visits.verify_change_numbers,
    verify_views.verify_views,
)

# The checks of rooms above, which register them when they are imported.
_registered: list[Callable[[], Iterator[Finding]]] = []

# For each entry: the fact that names its row, the row's table and the columns that must hold it.
ROWS: dict[EntryType, tuple[str, Any]] = {
    EntryType.DEVICE_ENROLLED: ("device_kid", Device.kid),
    EntryType.TICKET_ISSUED: ("ticket_id", Ticket.id),
    EntryType.CAPTURE_COMMITTED: ("capture_id", Capture.id),
    EntryType.RESULT_SUBMITTED: ("result_id", Result.id),
}
# For each entry: the column that holds its index in the row that it stands for, and the row's name.
INDEXED: tuple[tuple[EntryType, Any, str], ...] = (
    (EntryType.MEDIA_RECEIVED, Media.received_index, "media %(media_sha256)s"),
    # The same bytes may be set aside of several records, so that their hash names no one row.
    (EntryType.CAPTURE_QUARANTINED, Quarantine.journal_index, "record_sha256 %(record_sha256)s"),
    (EntryType.MEDIA_QUARANTINED, Quarantine.journal_index, "media_sha256 %(media_sha256)s"),
    (EntryType.REPORT_QUARANTINED, ReportAside.journal_index, "set aside %(kind)s %(report_id)s"),
    (EntryType.ASIDE_SETTLED, AsideSettlement.journal_index, "settlement of %(aside_index)s"),
    (EntryType.REVIEW_DECIDED, Review.journal_index, "review of result %(result_id)s"),
    (EntryType.CORRECTION, Correction.journal_index, "correction %(correction_id)s"),
)
COUNTED = (
    Ticket, Capture, Media, Derivation, Quarantine, Result, Review, Correction, Person, Visit,
    Attempt, ReportAside, AsideSettlement,
)  # fmt: skip


Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """What was looked at and what was found."""

    counts: dict[str, int]
    journal_size: int
    journal_root: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing but remarks was found."""
        return all(finding.is_remark for finding in self.findings)

    @property
    def has_lost_renditions(self) -> bool:
        """Whether a preview is lost or damaged, which can be made again."""
        return any(map(verify_renditions.is_of_lost, self.findings))

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "sound": self.is_sound,
            "counts": self.counts,
            "journal": {"size": self.journal_size, "root": self.journal_root},
            "findings": [finding.to_json() for finding in self.findings],
        }


def register_check(check: Callable[[], Iterator[Finding]]) -> None:
    """Have a room's own check made with all the others; it is called once, on import."""
    _registered.append(check)


def verify_all(*, held: Sequence[str] = (), progress: Progress | None = None) -> Report:
    """Verify the journal, against checkpoints held elsewhere too, and all that it speaks of.

    `progress` is told after each part how many parts are done, of how many.
    """
    checks = (*CHECKS, *_registered, verify_tombstones, verify_rows_exist)
    journal = verify_journal(held=held)
    findings = [
        Finding(fault.code, _name_of(fault), fault.words, fault.is_remark)
        for fault in journal.faults
    ]
    for done, check in enumerate(checks, 1):
        if progress is not None:
            progress(done, len(checks) + 1)
        findings += guarded(check.__name__, check)
    counts = {table.__tablename__: _count(table) for table in COUNTED}
    return Report(counts, journal.size, journal.root.hex(), tuple(findings))


def _name_of(fault: Fault) -> str:
    return "journal" if fault.index is None else f"journal entry {fault.index}"


def verify_tombstones() -> Iterator[Finding]:
    """Give the tombstones that excuse nothing (evidence §5.20)."""
    for stone in journal_queries.tombstones():
        if stone.fault is not None:
            is_salt = stone.target.startswith("entry ")
            name = f"journal {stone.target}" if is_salt else f"media {stone.target}"
            words = f"entry {stone.index} deletes it unlawfully: {stone.fault}"
            yield Finding("tombstone_unlawful", name, words)


def verify_rows_exist() -> Iterator[Finding]:
    """Give the entries whose rows are gone (evidence §5.8)."""
    for kind, (fact, column) in ROWS.items():
        for index, entry in entries_of(kind):
            if not _exists(column, str(entry.facts.get(fact))):
                words = f"the row that entry {index} ({kind.value}) stands for is gone"
                yield Finding("row_missing", f"{fact} {entry.facts.get(fact)}", words)
    yield from _files_of_entries()


def _files_of_entries() -> Iterator[Finding]:
    """Give received files, reviews and corrections whose rows are gone; no one id names them."""
    for kind, column, words in INDEXED:
        kept = set(db.session.scalars(select(column).where(column.is_not(None))))
        for index, entry in entries_of(kind):
            if index not in kept:
                name = words % defaultdict(str, entry.facts)
                yield Finding("row_missing", name, f"entry {index} says so, its row is gone")


def _exists(column: Any, value: str) -> bool:
    try:
        typed = UUID(value) if column.type.python_type is UUID else value
    except ValueError:
        return False
    return db.session.scalar(select(column).where(column == typed).limit(1)) is not None


def _count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0
