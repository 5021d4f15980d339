"""Flags about the case: who visited whom, what else is known, and the chain of the device."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from webapp.evidence.flags.flags import Flag, flag_when, raised
from webapp.evidence.records.challenge import Challenge
from webapp.evidence.records.records import CaptureRecord
from webapp.visits.requirements import requirement_of
from webapp.visits.rules import CaptureKind

CENTENARIAN = 100
HOUR = timedelta(hours=1)
AFTER_UNREACHABLE = timedelta(days=14)
MEDIA_OVERDUE = timedelta(days=3)
CHALLENGED = frozenset({CaptureKind.PHOTO, CaptureKind.VIDEO})


def record_flags(
    record: CaptureRecord,
    *,
    expected: Challenge | None,
    is_revoked: bool,
    is_presented: bool = False,
) -> list[Flag]:
    """Return the flags that the record alone and its ticket raise.

    `expected` is the challenge of the record's ticket for its visit, None without a ticket;
    `is_presented` says that the ticket was lost here and brought back by its phone.
    """
    return raised(
        [
            flag_when(is_revoked, "revoked_device"),
            flag_when(record.ticket is None, "ticket_missing"),
            flag_when(is_presented, "ticket_presented"),
            challenge(record, expected),
            picker(item.source for item in record.media),
            values_unreadable(record.unreadable),
            *(Flag("phone_note", {"note": note}) for note in record.notes),
        ]
    )


def challenge(record: CaptureRecord, expected: Challenge | None) -> Flag | None:
    """Flag a photo or video without its challenge, or with one that its ticket did not give."""
    if record.kind not in CHALLENGED:
        return None
    if record.challenge is None:
        return Flag("challenge_missing")
    code, action = record.challenge
    differs = expected is not None and (
        code != expected.code or action not in (None, expected.action)
    )
    return flag_when(differs, "challenge_differs", code=code)


def values_unreadable(paths: Iterable[str]) -> Flag | None:
    """Flag measured values that count as absent, by the parts of the record they stand in."""
    parts = dict.fromkeys(
        path if path == "clock.wall" else re.split(r"[.\[]", path)[0] for path in paths
    )
    return flag_when(bool(parts), "values_unreadable", fields="+".join(parts))


def new_device(enrolled_at: datetime, at: datetime, *, is_confirmed: bool) -> Flag | None:
    """Flag a phone enrolled beside an earlier one of the same worker until he or she was asked.

    Whoever resets a worker's password can enrol a phone in that name (evidence §5.21).
    """
    return flag_when(not is_confirmed, "new_device", hours=(at - enrolled_at) // HOUR)


def given_password(is_given: bool) -> Flag | None:
    """Flag a phone that was enrolled with a password of somebody else's choice, not yet changed."""
    return flag_when(is_given, "given_password")


def picker(sources: Iterable[str]) -> Flag | None:
    """Flag a file that was chosen instead of taken."""
    return flag_when("picker" in set(sources), "picker")


def worker_related(is_related: bool) -> Flag | None:
    """Flag a worker who bears the name of one of the pensioner's registered contacts."""
    return flag_when(is_related, "worker_related")


def dead_signal(source: str | None) -> Flag | None:
    """Flag a person shown alive whom an earlier source calls dead; `source` names it."""
    return flag_when(source is not None, "dead_signal", source=source)


def centenarian(birth_on: date | None, today: date) -> Flag | None:
    """Flag an age of a hundred years and more."""
    if birth_on is None:
        return None
    before_birthday = (today.month, today.day) < (birth_on.month, birth_on.day)
    age = today.year - birth_on.year - before_birthday
    return flag_when(age >= CENTENARIAN, "centenarian", age=age)


def eligible_after_unreachable(
    decided_at: datetime, unreachable_at: datetime | None
) -> Flag | None:
    """Flag "eligible" within 14 days after another worker's "unreachable"."""
    if unreachable_at is None:
        return None
    apart = decided_at - unreachable_at
    soon = timedelta(0) <= apart <= AFTER_UNREACHABLE
    return flag_when(soon, "eligible_after_unreachable", days=apart.days)


def result_after_checkout(captured_at: datetime, ended_at: datetime | None) -> Flag | None:
    """Flag a capture that was made over five minutes after the visit was ended."""
    late = ended_at is not None and captured_at - ended_at > timedelta(minutes=5)
    return flag_when(late, "result_after_checkout")


def media_overdue(committed_at: datetime, now: datetime) -> Flag | None:
    """Flag a record whose files have not come for three days (evidence §5.67)."""
    waited = now - committed_at
    return flag_when(waited > MEDIA_OVERDUE, "media_overdue", days=waited.days)


def weaker_proof(kind: str, outcome: str) -> Flag | None:
    """Flag a result that rests on less than the eyes of whoever reports it (domain §S12)."""
    return flag_when(requirement_of(kind, outcome).weaker_proof, "weaker_proof", kind=kind)
