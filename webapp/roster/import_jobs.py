"""Long workbooks are checked and applied outside the request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.roster import imports
from webapp.roster.models import RosterImport

CHECK, APPLY = "roster_check", "roster_apply"
# A million rows are written in one transaction, during which SQLite can show no progress.
LEASE = timedelta(minutes=20)


def enqueue(record: RosterImport, kind: str) -> None:
    """Write the job beside the record, in the same transaction."""
    record.job_id = jobs.enqueue(
        kind=kind, payload={"import_id": str(record.id)}, unique_key=f"{kind}:{record.id}",
        account_id=record.created_by,
    )  # fmt: skip


@handler(CHECK, lease=LEASE)
def check(context: JobContext, payload: dict[str, Any]) -> None:
    """Do the dry run."""
    imports.check(import_id=UUID(payload["import_id"]), progress=_progress(context))


@handler(APPLY, lease=LEASE)
def apply(context: JobContext, payload: dict[str, Any]) -> None:
    """Write what was confirmed."""
    imports.apply(import_id=UUID(payload["import_id"]), progress=_progress(context))


def _progress(context: JobContext) -> Callable[[int, int | None], None]:
    return lambda done, total: context.progress(done=done, total=total)
