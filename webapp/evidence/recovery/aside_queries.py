"""What lies aside and waits for a person, as the desk lists it: records with files, and reports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from webapp.access.rules import Actor
from webapp.areas.duty import lies_in
from webapp.evidence.intake import aside_files
from webapp.evidence.intake.quarantine import RECORD
from webapp.evidence.models import Capture, Quarantine
from webapp.evidence.records.records import parse_record
from webapp.extensions import db
from webapp.people.models import Account
from webapp.visits.models import ReportAside, Result, Visit

# Lists of what honest phones cannot cause are short; the newest say what happened.
MOST = 200


@dataclass(frozen=True)
class AsideRow:
    """One line: what it is, why it was not taken, whose it is, and how many files came with it.

    The person is named where the visit is known and lies in the reader's area.
    """

    kind: str
    reason: str
    visit_id: UUID | None
    person_id: UUID | None
    person: str
    worker: str
    at: datetime
    files: tuple[int, int] | None = None


def aside(*, actor: Actor, area_path: str) -> list[AsideRow]:
    """Return what workers of the area sent and nobody could take, the newest first."""
    records = db.session.execute(_records(area_path).order_by(Quarantine.id.desc()).limit(MOST))
    reports = db.session.execute(_reports(area_path).order_by(ReportAside.at.desc()).limit(MOST))
    rows = [_record_row(actor, row, worker) for row, worker in records]
    rows += [_report_row(actor, row, worker) for row, worker in reports]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]


def count_aside(actor: Actor) -> int:
    """Return how much lies aside from workers of the actor's area."""
    chosen = (_records(actor.area_path), _reports(actor.area_path))
    counts = [select(func.count()).select_from(query.subquery()) for query in chosen]
    return sum(int(db.session.scalar(count) or 0) for count in counts)


def _records(area_path: str) -> Select[Quarantine, str]:
    """Choose records that lie aside; one that was committed since is evidence again."""
    committed = select(Capture.id).where(Capture.record_sha256 == Quarantine.sha256)
    return (
        select(Quarantine, Account.name.label("worker"))
        .join(Account, Account.id == Quarantine.worker_id)
        .where(Quarantine.what == RECORD, ~committed.exists())
        .where(lies_in(Account.area_path, area_path))
    )


def _reports(area_path: str) -> Select[ReportAside, str]:
    """Choose reports that lie aside; a result that was mended under its id stands by itself."""
    mended = select(Result.id).where(Result.id == ReportAside.report_id)
    return (
        select(ReportAside, Account.name.label("worker"))
        .join(Account, Account.id == ReportAside.worker_id)
        .where(~mended.exists(), lies_in(Account.area_path, area_path))
    )


def _record_row(actor: Actor, row: Quarantine, worker: str) -> AsideRow:
    record = parse_record(row.body or b"", aside_files.ANY_LIMITS)
    kept = aside_files.files_of(row.capture_id)
    came = sum(item.sha256 in kept for item in record.media)
    return AsideRow(
        record.kind.value, row.reason, record.visit_id, *_person(actor, record.visit_id),
        worker, row.at, (came, len(record.media)),
    )  # fmt: skip


def _report_row(actor: Actor, row: ReportAside, worker: str) -> AsideRow:
    reason = "visit_unknown" if row.reason == "not_found" else row.reason
    return AsideRow(
        row.kind, reason, row.visit_id, *_person(actor, row.visit_id), worker, row.at
    )  # fmt: skip


def _person(actor: Actor, visit_id: UUID | None) -> tuple[UUID | None, str]:
    visit = db.session.get(Visit, visit_id) if visit_id else None
    if visit is None or visit.person is None or not actor.covers(visit.area_path):
        return None, ""
    return visit.person_id, visit.person.name
