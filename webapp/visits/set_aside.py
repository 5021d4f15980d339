"""Keeps results and attempts that the rules refuse, sealed and journaled, for a person to judge.

A phone judges by what it knew when the worker stood at the door: the visit may since have gone with
a restored database, a number may have been added, five results may wait already. What it calls
saved must leave it all the same. Nothing here counts as a result or an attempt.
"""

import hashlib
import json
from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel

from webapp import clock, sealing
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.visits.models import ReportAside

RESULT, ATTEMPTS = "result", "attempts"
HOUR = timedelta(hours=1)
# An honest phone has a handful in a year; what sends more is a loop, and is asked to wait.
MOST_AN_HOUR = 60
# What the rules refuse for good: not found, against another one, or against a rule.
KEPT_STATUSES = frozenset({404, 409, 422})


def keep_refused(
    *, actor: Actor, kind: str, report_id: UUID, visit_id: UUID, body: BaseModel, refusal: Refusal
) -> None:
    """Set a report aside that was refused for good, and say in the refusal whether it is `kept`.

    Raises:
        Refusal: `quota_reports` (429).
    """
    kept = keep_report(
        actor=actor, kind=kind, report_id=report_id, visit_id=visit_id, body=body,
        reason=refusal.code,
    )  # fmt: skip
    refusal.facts["kept"] = kept is not None


def keep_report(
    *, actor: Actor, kind: str, report_id: UUID, visit_id: UUID, body: BaseModel, reason: str
) -> ReportAside | None:
    """Set a report aside; the same again changes nothing. None for a caller without a phone.

    Raises:
        Refusal: `quota_reports` (429).
    """
    if actor.device_kid is None:
        return None
    text = json.dumps(body.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known: ReportAside | None = db.session.scalar(
        db.select(ReportAside).filter_by(kind=kind, report_id=report_id, sha256=sha256)
    )
    if known is not None:
        return known
    _check_quota(actor.device_kid)
    row = ReportAside(
        kind=kind, reason=reason, report_id=report_id, visit_id=visit_id, sha256=sha256,
        worker_id=actor.account_id, device_kid=actor.device_kid, sealed=sealing.seal(text),
        at=clock.now(),
    )  # fmt: skip
    row.journal_index = _journal(row)
    db.session.add(row)
    db.session.flush()
    return row


def _check_quota(kid: str) -> None:
    query = db.select(db.func.count()).select_from(ReportAside)
    recent = query.where(ReportAside.device_kid == kid, ReportAside.at > clock.now() - HOUR)
    if (db.session.scalar(recent) or 0) >= MOST_AN_HOUR:
        raise Refusal("quota_reports", 429, retry_after_seconds=HOUR.seconds)


def _journal(row: ReportAside) -> int:
    """Journal what was set aside: ids and the reason; the hash of the words is salted."""
    entry = journal.append(
        type=EntryType.REPORT_QUARANTINED,
        at=row.at,
        facts={
            "kind": row.kind,
            "report_id": str(row.report_id),
            "visit_id": str(row.visit_id),
            "worker_id": str(row.worker_id),
            "device_kid": row.device_kid,
            "reason": row.reason,
        },
        salted={"body_sha256": row.sha256},
    )
    return entry.index
