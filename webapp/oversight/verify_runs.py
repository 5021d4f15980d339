"""Compares the outcomes of verifications that auditors read with the entries that tell them."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from webapp.evidence.verification.findings import (
    Finding,
    compare,
    compare_if_said,
    compare_time,
    each,
    entries_of,
    entry_at,
)
from webapp.extensions import db
from webapp.journal.rules import EntryType, format_instant
from webapp.oversight.models import VerificationRun


def report_sha256(report: Mapping[str, Any]) -> str:
    """Return SHA-256, in hex, of the one spelling of what a verification found."""
    spelt = json.dumps(report, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(spelt.encode()).hexdigest()


def verify_runs() -> Iterator[Finding]:
    """Give outcomes of verifications that were changed, made up or taken away."""
    yield from each(select(VerificationRun), _name_of, _verify_run)
    kept = set(db.session.scalars(select(VerificationRun.journal_index)))
    for index, entry in entries_of(EntryType.VERIFIED):
        if index not in kept:
            name = f"verification {entry.facts.get('run_id')}"
            yield Finding("row_missing", name, f"entry {index} says so, its row is gone")


def _name_of(run: VerificationRun) -> str:
    return f"verification {run.id}"


def _verify_run(run: VerificationRun) -> Iterator[Finding]:
    name, entry = _name_of(run), entry_at(run.journal_index)
    if run.journal_index is None and (run.finished_at, run.is_sound, run.report) == (None,) * 3:
        return  # It waits, runs, or was given up, and says nothing.
    yield from compare(
        entry, EntryType.VERIFIED, name,
        run_id=str(run.id), by=str(run.started_by) if run.started_by else None,
        is_sound=run.is_sound,
    )  # fmt: skip
    yield from compare_time(entry, run.finished_at, name)
    # Entries of earlier versions hold neither.
    yield from compare_if_said(
        entry, name, report_sha256=report_sha256(run.report or {}),
        started_at=format_instant(run.started_at),
    )  # fmt: skip
