"""Verifies everything outside the request, shows how far it is, and keeps what was found."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from webapp import clock
from webapp.access.rules import Actor
from webapp.config import settings
from webapp.evidence.decoding import remaking
from webapp.evidence.verification.held import read_held, words_about
from webapp.evidence.verification.verification import register_check, verify_all
from webapp.extensions import begin_snapshot, db
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.jobs.rhythms import Daily
from webapp.jobs.rules import Lane
from webapp.jobs.schedules import every
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, format_instant
from webapp.oversight.models import VerificationRun
from webapp.oversight.verify_runs import report_sha256, verify_runs

VERIFY = "oversight_verify"
# One check of a large archive takes this long without a word.
LEASE = timedelta(hours=2)
# In the city's own night, when no phone sends.
NIGHTLY = Daily(time(2, 30))
MOST_KEPT = 500
MOST_SHOWN = 10
register_check(verify_runs)
log = structlog.get_logger("anzai.oversight")


@every("oversight_verify", NIGHTLY)
def verify_nightly(_slot: datetime) -> None:
    """Have everything verified each night; nobody started it."""
    start(actor=None)


def start(*, actor: Actor | None) -> VerificationRun:
    """Have everything verified; while one verification waits or runs, it is that one.

    `actor` is None for the one that each night brings.
    """
    under_way: VerificationRun | None = db.session.scalar(
        db.select(VerificationRun).filter_by(finished_at=None)
        .order_by(VerificationRun.started_at.desc()).limit(1)
    )  # fmt: skip
    if under_way is not None and under_way.is_under_way:
        return under_way
    run = VerificationRun(started_by=actor.account_id if actor else None, started_at=clock.now())
    db.session.add(run)
    db.session.flush()
    run.job_id = jobs.enqueue(kind=VERIFY, payload={"run_id": str(run.id)}, unique_key=VERIFY)
    return run


@handler(VERIFY, lease=LEASE, lane=Lane.HOURS)
def verify(context: JobContext, payload: dict[str, Any]) -> None:
    """Do a verification and write down what it found."""

    def tell(done: int, total: int) -> None:
        # Nothing is written yet: what was read is let go, so that others see the progress.
        db.session.rollback()
        context.progress(done=done, total=total)
        begin_snapshot()

    held = read_held([], Path(settings().held) if settings().held else None)
    begin_snapshot()
    found = verify_all(held=[one.note for one in held], progress=tell)
    report = found.to_json() | {"held": words_about(held)}
    db.session.rollback()
    if found.has_lost_renditions:
        remaking.search(is_thorough=True)
    run = db.session.get_one(VerificationRun, UUID(payload["run_id"]))
    run.finished_at, run.is_sound = clock.now(), bool(report["sound"])
    run.report = report | {"findings": report["findings"][:MOST_KEPT],
                           "found": len(report["findings"])}  # fmt: skip
    entry = journal.append(
        type=EntryType.VERIFIED, at=run.finished_at,
        facts={"run_id": str(run.id), "is_sound": run.is_sound,
               "by": str(run.started_by) if run.started_by else None,
               "found": len(report["findings"]), "size": report["journal"]["size"],
               "root": report["journal"]["root"], "report_sha256": report_sha256(run.report),
               "started_at": format_instant(run.started_at)},
    )  # fmt: skip
    run.journal_index = entry.index
    if not run.is_sound:
        log.error("verification_unsound", run=str(run.id), found=len(report["findings"]))


def latest_runs() -> list[VerificationRun]:
    """Return the latest verifications, the newest first, one more than a page shows."""
    query = (
        db.select(VerificationRun).order_by(VerificationRun.started_at.desc()).limit(MOST_SHOWN + 1)
    )
    return list(db.session.scalars(query))
