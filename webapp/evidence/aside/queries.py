"""What lies aside and waits for a person, as the desk lists it: records with files, and reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from webapp.access.rules import Actor
from webapp.areas.duty import lies_in
from webapp.evidence.intake import aside_files
from webapp.evidence.intake.quarantine import RECORD
from webapp.evidence.models import AsideSettlement, Capture, Quarantine
from webapp.evidence.records.media_types import ANY_LIMITS
from webapp.evidence.records.records import parse_record
from webapp.extensions import db
from webapp.people.models import Account
from webapp.visits.models import ReportAside, Result, Visit

# Lists of what honest phones cannot cause are short; the newest say what happened.
MOST = 200


@dataclass(frozen=True)
class AsideRow:
    """One line: what it is, why it was not taken, whose it is, and how many files came with it.

    `index` is the entry that set it aside. The person is named where the visit is known and lies
    in the reader's area.
    """

    index: int
    kind: str
    reason: str
    visit_id: UUID | None
    person_id: UUID | None
    person: str
    worker: str
    at: datetime
    files: tuple[int, int] | None = None


def aside(*, actor: Actor, area_path: str, is_settled: bool = False) -> list[AsideRow]:
    """Return what workers of the area sent and nobody could take, the newest first."""
    chosen = _settled if is_settled else _open
    records, reports = (db.session.execute(query.limit(MOST)).all() for query in chosen(area_path))
    rows = [_record_row(actor, row, worker) for row, worker in records]
    rows += [_report_row(actor, row, worker) for row, worker in reports]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]


def count_aside(actor: Actor) -> int:
    """Return how much of workers of the actor's area lies aside and is not settled."""
    counts = [select(func.count()).select_from(query.order_by(None).subquery())
              for query in _open(actor.area_path)]  # fmt: skip
    return sum(int(db.session.scalar(count) or 0) for count in counts)


def records_aside(area_path: str) -> Select[Quarantine, str]:
    """Choose records that were set aside, with the names of their workers, the newest first."""
    return (
        select(Quarantine, Account.name.label("worker"))
        .join(Account, Account.id == Quarantine.worker_id)
        .where(Quarantine.what == RECORD, lies_in(Account.area_path, area_path))
        .order_by(Quarantine.id.desc())
    )


def reports_aside(area_path: str) -> Select[ReportAside, str]:
    """Choose reports that were set aside, with the names of their workers, the newest first."""
    return (
        select(ReportAside, Account.name.label("worker"))
        .join(Account, Account.id == ReportAside.worker_id)
        .where(lies_in(Account.area_path, area_path))
        .order_by(ReportAside.at.desc())
    )


def is_taken(row: Quarantine | ReportAside) -> bool:
    """Say whether a record was committed since, or a result was mended under its id."""
    taken: Any = (
        select(Capture.id).where(Capture.record_sha256 == row.sha256)
        if isinstance(row, Quarantine)
        else _mended(row)
    )
    return db.session.scalar(taken.limit(1)) is not None


def _mended(report: Any) -> Select[UUID]:
    """Choose the result that came later under a report's id; it contradicts an older one."""
    return select(Result.id).where(
        Result.id == report.report_id, Result.journal_index > report.journal_index
    )


def _open(area_path: str) -> tuple[Select[Quarantine, str], Select[ReportAside, str]]:
    """Choose what waits: neither settled, nor taken since, which makes it evidence again."""
    committed = select(Capture.id).where(Capture.record_sha256 == Quarantine.sha256)
    mended = _mended(ReportAside)
    return (
        records_aside(area_path).where(~committed.exists(), ~_settles(Quarantine).exists()),
        reports_aside(area_path).where(~mended.exists(), ~_settles(ReportAside).exists()),
    )


def _settled(area_path: str) -> tuple[Select[Quarantine, str], Select[ReportAside, str]]:
    return (
        records_aside(area_path).where(_settles(Quarantine).exists()),
        reports_aside(area_path).where(_settles(ReportAside).exists()),
    )


def _settles(table: Any) -> Select[int]:
    return select(AsideSettlement.aside_index).where(
        AsideSettlement.aside_index == table.journal_index
    )


def _record_row(actor: Actor, row: Quarantine, worker: str) -> AsideRow:
    record = parse_record(row.body or b"", ANY_LIMITS)
    kept = aside_files.files_of(row.capture_id)
    came = sum(item.sha256 in kept for item in record.media)
    return AsideRow(
        row.journal_index, record.kind.value, row.reason, record.visit_id,
        *_person(actor, record.visit_id), worker, row.at, (came, len(record.media)),
    )  # fmt: skip


def _report_row(actor: Actor, row: ReportAside, worker: str) -> AsideRow:
    return AsideRow(
        row.journal_index, row.kind, reason_of(row), row.visit_id,
        *_person(actor, row.visit_id), worker, row.at,
    )  # fmt: skip


def reason_of(row: Quarantine | ReportAside) -> str:
    """Return the code of the sentence that says why it was not taken."""
    return "visit_unknown" if row.reason == "not_found" else row.reason


def visit_of(actor: Actor, visit_id: UUID | None) -> Visit | None:
    """Return the visit that was meant, where it is known and lies in the actor's area."""
    visit = db.session.get(Visit, visit_id) if visit_id else None
    if visit is None or visit.person is None or not actor.covers(visit.area_path):
        return None
    return visit


def _person(actor: Actor, visit_id: UUID | None) -> tuple[UUID | None, str]:
    visit = visit_of(actor, visit_id)
    return (None, "") if visit is None else (visit.person_id, visit.person.name)
