"""Compares what the office decided about what lies aside with the journal, words and all."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from webapp import sealing
from webapp.evidence.models import AsideSettlement
from webapp.evidence.verification.findings import (
    Finding,
    compare,
    compare_time,
    each,
    entry_at,
)
from webapp.evidence.verification.verify_salts import Hidden, read_hidden
from webapp.journal.rules import EntryType

SET_ASIDE = frozenset({EntryType.CAPTURE_QUARANTINED, EntryType.REPORT_QUARANTINED})


def verify_settlements() -> Iterator[Finding]:
    """Give what is wrong with any settlement, one by the sender himself included."""
    hidden = read_hidden()
    yield from each(select(AsideSettlement), _name_of, lambda row: _verify(row, hidden))


def _name_of(row: AsideSettlement) -> str:
    return f"settlement of {row.aside_index}"


def _verify(row: AsideSettlement, hidden: Hidden) -> Iterator[Finding]:
    name, entry = _name_of(row), entry_at(row.journal_index)
    yield from compare(
        entry, EntryType.ASIDE_SETTLED, name, aside_index=row.aside_index,
        decision=row.decision, settled_by=str(row.settled_by),
    )  # fmt: skip
    yield from compare_time(entry, row.settled_at, name)
    yield from _verify_aside(row, name)
    try:
        words = sealing.unseal(row.sealed)
    except (InvalidTag, ValueError):
        yield Finding("body_changed", name, "its words cannot be opened")
        return
    yield from hidden.compare(entry, "words", words, name, code="projection_changed")


def _verify_aside(row: AsideSettlement, name: str) -> Iterator[Finding]:
    """Demand that it settles what was set aside before, and was not sent by who settled it."""
    aside = entry_at(row.aside_index)
    if aside is None or aside.type not in SET_ASIDE or row.aside_index >= row.journal_index:
        yield Finding("not_journaled", name, "nothing was set aside under this entry")
    elif aside.facts.get("worker_id") == str(row.settled_by):
        yield Finding("own_aside", name, "who sent it settled it")
