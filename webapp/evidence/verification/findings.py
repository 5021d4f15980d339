"""What a verification says: one finding for each thing that is wrong, with the object's name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select

from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.journal.rules import EntryType, read_entry

BATCH = 500


@dataclass(frozen=True)
class Finding:
    """Something wrong with `object`; a remark deserves a look but breaks no proof."""

    code: str
    object: str
    words: str
    is_remark: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Entry:
    """A journal entry as its own bytes tell it."""

    index: int
    type: str
    at: datetime
    facts: dict[str, Any]


def entries_at(indexes: Iterable[int | None]) -> dict[int, Entry]:
    """Return the entries at these indexes; what is not there is left out."""
    wanted = [index for index in indexes if index is not None]
    rows = select(JournalEntry.index, JournalEntry.at, JournalEntry.body)
    found = db.session.execute(rows.where(JournalEntry.index.in_(wanted)))
    return {index: _entry(index, at, body) for index, at, body in found}


def entries_of(kind: EntryType) -> Iterator[tuple[int, Entry]]:
    """Give every entry of one type with its index, oldest first."""
    rows = select(JournalEntry.index, JournalEntry.at, JournalEntry.body).where(
        JournalEntry.type == kind.value
    )
    for index, at, body in db.session.execute(rows.order_by(JournalEntry.index)):
        yield index, _entry(index, at, body)


def entries_in_order(kinds: Iterable[EntryType]) -> Iterator[tuple[int, Entry]]:
    """Give every entry of several types with its index, oldest first."""
    rows = select(JournalEntry.index, JournalEntry.at, JournalEntry.body).where(
        JournalEntry.type.in_([kind.value for kind in kinds])
    )
    for index, at, body in db.session.execute(rows.order_by(JournalEntry.index)):
        yield index, _entry(index, at, body)


def entry_at(index: int | None) -> Entry | None:
    """Return the entry at this index, None where there is none."""
    return None if index is None else entries_at([index]).get(index)


def _entry(index: int, at: datetime, body: bytes) -> Entry:
    facts = read_entry(body)
    return Entry(index, str(facts.get("type")), at, facts)


def each(
    query: Select[Any], name_of: Callable[[Any], str], check: Callable[[Any], Iterator[Finding]]
) -> Iterator[Finding]:
    """Give what `check` finds in each row; one that is damaged hides nothing about the others."""
    for row in db.session.scalars(query.execution_options(yield_per=BATCH)):
        yield from guarded(name_of(row), partial(check, row))


def guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Give what a check finds; data so damaged that it stumbles is a finding, not the end.

    Each check works within a savepoint: PostgreSQL answers nothing more in a transaction in which
    one statement failed, so that everything after it would go unchecked.
    """
    try:
        with db.session.begin_nested():
            yield from check()
    except Exception as error:
        words = f"the data is damaged beyond what this check can read: {error!r}"
        yield Finding("check_failed", name, words)


def compare(
    entry: Entry | None, kind: EntryType, name: str, /, **expected: object
) -> Iterator[Finding]:
    """Give a finding unless the entry exists, is of the kind and holds the expected facts."""
    if entry is None or entry.type != kind:
        yield Finding("not_journaled", name, f"no entry {kind.value} stands for it")
        return
    for key, value in expected.items():
        if entry.facts.get(key) != value:
            yield Finding("journal_differs", name, f"its entry has another {key}")


def compare_if_said(entry: Entry | None, name: str, /, **expected: object) -> Iterator[Finding]:
    """Give a finding for each fact that the entry holds, and holds differently.

    For facts that entries of earlier versions do not have: nobody can take them out of an entry.
    """
    for key, value in expected.items():
        if entry is not None and key in entry.facts and entry.facts[key] != value:
            yield Finding("journal_differs", name, f"its entry has another {key}")


def compare_time(entry: Entry | None, at: datetime | None, name: str) -> Iterator[Finding]:
    """Give a finding when a row's instant is not that of its entry (evidence §5.5)."""
    if entry is not None and at != entry.at:
        yield Finding("time_changed", name, "its time is not that of its journal entry")
