"""Long workbooks are checked and applied outside the request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.jobs.rules import Lane
from webapp.roster.imports import imports, undo_pieces
from webapp.roster.imports.import_models import RosterImport

CHECK, APPLY, UNDO = "roster_check", "roster_apply", "roster_undo"
# A million rows are written in one transaction, during which SQLite can show no progress.
LEASE = timedelta(minutes=20)


def enqueue(record: RosterImport, kind: str, *, by: UUID | None = None) -> None:
    """Write the job beside the record, in the same transaction; `by` began it, if not the owner.

    Whoever sees the import may see its progress: an undo is often another person's.
    """
    payload = {"import_id": str(record.id)} | ({"by": str(by)} if by else {})
    record.job_id = jobs.enqueue(
        kind=kind, payload=payload, unique_key=f"{kind}:{record.id}",
        account_id=None if by else record.created_by,
    )  # fmt: skip


@handler(CHECK, lease=LEASE, lane=Lane.LONG)
def check(context: JobContext, payload: dict[str, Any]) -> None:
    """Do the dry run."""
    imports.check(import_id=UUID(payload["import_id"]), progress=_progress(context))


@handler(APPLY, lease=LEASE, lane=Lane.LONG)
def apply(context: JobContext, payload: dict[str, Any]) -> None:
    """Write what was confirmed."""
    imports.apply(import_id=UUID(payload["import_id"]), progress=_progress(context))


@handler(UNDO, lane=Lane.LONG)
def undo(context: JobContext, payload: dict[str, Any]) -> None:
    """Take an import of many people back, piece by piece."""
    by = payload.get("by")
    undo_pieces.take_back(
        import_id=UUID(payload["import_id"]), by=UUID(by) if by else None,
        progress=lambda done, total: context.progress(done=done, total=total),
    )  # fmt: skip


def _progress(context: JobContext) -> Callable[[int, int | None], None]:
    return lambda done, total: context.progress(done=done, total=total)
