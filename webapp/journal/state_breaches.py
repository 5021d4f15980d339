"""Notices that a row, just before an act changes it, is not as the act before left it.

Otherwise the next honest act on the same object would take a forgery over under its own name
(docs/decisions/0020).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from webapp.chunks import chunks
from webapp.extensions import db
from webapp.journal.models import JournalEntry, JournalState
from webapp.journal.rules import EntryType
from webapp.journal.state_kinds import BATCH, KINDS, read_objects
from webapp.journal.state_rules import GONE, State, changed_parts, parts_digest

Last = tuple[int, State]


@dataclass(frozen=True)
class Breach:
    """An object that was found otherwise than the act of entry `left_by` left it; None: no act."""

    kind: str
    object_id: str
    left_by: int | None
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """What does not fit, and whether a last state shows that the journal has its baseline."""

    breaches: list[Breach]
    is_covered: bool


def last_states(kind: str, object_ids: Collection[str]) -> dict[str, Last]:
    """Return the last state of each object with the index of its entry, where there is one."""
    columns = (JournalState.index, JournalState.object_id, JournalState.salt, JournalState.parts)
    query = select(*columns).where(
        JournalState.object_id.in_(object_ids), JournalState.kind == kind
    )
    found: dict[str, Last] = {}
    for index, object_id, salt, parts in db.session.execute(
        query.order_by(JournalState.index, JournalState.position)
    ):
        found[object_id] = index, State(kind, object_id, salt, parts)
    return found


def has_baseline() -> bool:
    """Say whether the journal covers states yet; before that nothing can be compared."""
    query = select(JournalEntry.index).filter_by(type=EntryType.STATES_BASELINE.value).limit(1)
    return db.session.scalar(query) is not None


def breaches_of(kind: str, object_ids: Iterable[str]) -> Comparison:
    """Tell which of the objects are not, in the database now, as their last acts left them.

    To be asked before the present transaction changes them.
    """
    breaches: list[Breach] = []
    is_covered = False
    for chunk in chunks(sorted(object_ids), BATCH):
        last = last_states(kind, chunk)
        is_covered |= bool(last)
        breaches += _settled_breaches(kind, chunk, last)
    # In a folder of an earlier version there is nothing yet that could be contradicted.
    is_covered = is_covered or (bool(breaches) and has_baseline())
    return Comparison(breaches if is_covered else [], is_covered)


def _settled_breaches(kind: str, ids: Collection[str], last: dict[str, Last]) -> list[Breach]:
    """Compare until no act of somebody else came in between; on PostgreSQL one can."""
    while True:
        found = _compared(kind, ids, last)
        ids = [breach.object_id for breach in found]
        again = last_states(kind, ids) if found else {}
        if all(again.get(one) == last.get(one) for one in ids):
            return found
        last = again


def _compared(kind: str, ids: Collection[str], last: dict[str, Last]) -> list[Breach]:
    here = read_objects(KINDS[kind], list(ids))
    found = []
    for object_id in ids:
        words, known = here.get(object_id), last.get(object_id)
        index, before = (known[0], known[1].parts) if known else (None, GONE)
        now = GONE if words is None else parts_digest(known[1].salt if known else b"", words)
        if now != before:
            found.append(Breach(kind, object_id, index, _differing(kind, before, now)))
    return found


def _differing(kind: str, before: bytes, now: bytes) -> tuple[str, ...]:
    if before == GONE:
        return ("here",)
    if now == GONE:
        return ("gone",)
    return tuple(changed_parts(list(KINDS[kind].parts), before, now)) or ("salt",)
