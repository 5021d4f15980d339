"""Journals what an act left of people, visits, attempts and corrections (docs/decisions/0015).

Whatever a transaction changed of a protected table is noticed by `state_events`; before the commit
`settle` compares those objects with their last states and writes one entry for all that differ.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any, cast
from uuid import UUID

import structlog
from flask import g, has_app_context, has_request_context, request
from sqlalchemy import Table
from sqlalchemy.orm import SessionTransaction

from webapp import clock
from webapp.chunks import chunks
from webapp.database.column_inserts import insert_columns
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.models import JournalState
from webapp.journal.rules import SALT_BYTES, EntryType, JsonValue
from webapp.journal.state_breaches import Breach, breaches_of, has_baseline, last_states
from webapp.journal.state_kinds import BATCH, KINDS, OWNERS, all_objects, id_text, read_objects
from webapp.journal.state_new_rows import NewRows
from webapp.journal.state_rules import GONE, State, parts_digest, root_of_leaves

log = structlog.get_logger("anzai.journal")

# An act on few objects names them, for whoever searches the journal for one of them.
MOST_NAMED = 100
_KEY, _SETTLED = "journal_states", "journal_states_settled"
_STATES = cast(Table, JournalState.__table__)


@dataclass
class Pending:
    """What the present transaction touched, and as which act it is to be journaled."""

    touched: dict[str, set[str]] = field(default_factory=dict)
    # What was compared with its last state before it was changed, and what did not fit.
    watched: dict[str, set[str]] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    new_rows: NewRows = field(default_factory=NewRows)
    # Whether one of them had a last state: then the journal covers states already.
    is_covered: bool = False
    act: EntryType | None = None
    facts: dict[str, JsonValue] = field(default_factory=dict)

    def take_up(self, other: "Pending") -> None:
        """Add what another one had touched and watched; the earlier act's name holds."""
        for mine, others in ((self.touched, other.touched), (self.watched, other.watched)):
            for kind, ids in others.items():
                mine.setdefault(kind, set()).update(ids)
        self.breaches = [*other.breaches, *self.breaches]
        self.is_covered |= other.is_covered
        if other.act is not None:
            self.act, self.facts = other.act, other.facts

    def touch_new_rows(self) -> None:
        """Have rows that came by columns read again: they may be gone with a savepoint."""
        for kind, object_id in self.new_rows.ids():
            self.touched.setdefault(kind, set()).add(object_id)
        self.new_rows.take()


@dataclass(frozen=True)
class _Settled:
    """What was journaled before the transaction's end, and within which savepoints."""

    pending: Pending
    within: tuple[SessionTransaction, ...]


def pending() -> Pending:
    """Return what the transaction touched so far."""
    found: Pending = db.session().info.setdefault(_KEY, Pending())
    return found


def forget() -> None:
    """Forget what a transaction touched that is over."""
    db.session().info.pop(_KEY, None)
    db.session().info.pop(_SETTLED, None)


def take_up_again(savepoint: SessionTransaction) -> None:
    """Go back to what was settled within a savepoint that was rolled back, its entry with it.

    What had been touched before the savepoint began is still to be journaled, and is no longer
    as its last entry left it: to compare it with that again would call an honest act a breach.
    """
    settled = db.session().info.pop(_SETTLED, [])
    db.session().info[_SETTLED] = [one for one in settled if savepoint not in one.within]
    for one in settled:
        if savepoint in one.within:
            pending().take_up(one.pending)


def name_act(act: EntryType, **facts: JsonValue) -> None:
    """Say what the present transaction does; the first to say so names the whole act."""
    waiting = pending()
    if waiting.act is None:
        waiting.act, waiting.facts = act, facts


def watch(table: str, ids: Iterable[Any]) -> None:
    """Compare objects, before rows of a protected table are changed, with their last states."""
    kind, _ = OWNERS[table]
    waiting = pending()
    watched = waiting.watched.setdefault(kind, set())
    fresh = {id_text(one) for one in ids} - watched
    if fresh:
        watched |= fresh
        found = breaches_of(kind, fresh)
        waiting.breaches += found.breaches
        waiting.is_covered |= found.is_covered


def touch(table: str, ids: Iterable[Any]) -> None:
    """Notice that rows of a protected table are not what they were, by the ids of their objects."""
    kind, _ = OWNERS[table]
    pending().touched.setdefault(kind, set()).update(id_text(one) for one in ids)


def note_inserted(table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Notice rows that were inserted by columns, past the session's objects."""
    if table in OWNERS and any(columns.values()):
        waiting, (kind, column) = pending(), OWNERS[table]
        foreign = waiting.new_rows.add(table, columns)
        if table == KINDS[kind].table.name:
            # No act before this one knows them.
            waiting.watched.setdefault(kind, set()).update(map(id_text, columns[column]))
        if foreign:
            watch(table, foreign)
            touch(table, foreign)


def settle() -> None:
    """Journal what the transaction left of all that it touched; nothing where nothing differs."""
    db.session.flush()
    waiting = db.session().info.pop(_KEY, None) or Pending()
    touched = {kind: sorted(ids) for kind, ids in waiting.touched.items()}
    # What came by columns and was changed afterwards is read again.
    made = [
        state for state in _taken(waiting)
        if state.object_id not in waiting.touched.get(state.kind, ())
    ]  # fmt: skip
    if not made and not any(touched.values()):
        return
    if not waiting.is_covered:
        new = {(state.kind, state.object_id) for state in made}
        _ensure_baseline(new | {(kind, one) for kind, ids in touched.items() for one in ids})
    changed = [state for kind, ids in touched.items() for state in _changes(kind, ids)]
    if waiting.breaches:
        _write_breaches(waiting.breaches, _who() | waiting.facts)
    if made or changed:
        _write(waiting.act or EntryType.STATES_CHANGED, [*made, *changed],
               _who() | waiting.facts)  # fmt: skip


def _taken(waiting: Pending) -> list[State]:
    """Return the states of rows that came by columns, and remember what is settled here."""
    made = waiting.new_rows.take()
    within = _savepoints()
    if within:
        again = Pending(
            {kind: set(ids) for kind, ids in waiting.touched.items()}, waiting.watched,
            waiting.breaches, act=waiting.act, facts=waiting.facts, is_covered=waiting.is_covered,
        )  # fmt: skip
        for state in made:
            again.touched.setdefault(state.kind, set()).add(state.object_id)
        db.session().info.setdefault(_SETTLED, []).append(_Settled(again, within))
    return made


def _savepoints() -> tuple[SessionTransaction, ...]:
    """Return the savepoints that are open, the innermost first."""
    found = []
    open_one = db.session().get_nested_transaction()
    while open_one is not None and open_one.nested:
        found.append(open_one)
        open_one = open_one.parent
    return tuple(found)


def ensure_baseline() -> None:
    """Write the baseline of a folder that has none: what changed before it cannot be known."""
    _ensure_baseline(frozenset())


def _ensure_baseline(but: Iterable[tuple[str, str]]) -> None:
    if has_baseline():
        return
    left_out: dict[str, set[str]] = {name: set() for name in KINDS}
    for name, object_id in but:
        left_out[name].add(object_id)
    states = [
        State(kind.name, object_id, salt, parts_digest(salt, words))
        for kind in KINDS.values()
        for batch in all_objects(kind, left_out[kind.name])
        for object_id, words in batch.items()
        for salt in [token_bytes(SALT_BYTES)]
    ]
    _write(EntryType.STATES_BASELINE, states, {})


def _changes(kind: str, ids: Sequence[str]) -> list[State]:
    """Return the new states of those objects that differ from their last ones."""
    changed = []
    for chunk in chunks(ids, BATCH):
        before, now = last_states(kind, chunk), read_objects(KINDS[kind], chunk)
        for object_id in chunk:
            last = before.get(object_id)
            salt = last[1].salt if last else token_bytes(SALT_BYTES)
            words = now.get(object_id)
            parts = GONE if words is None else parts_digest(salt, words)
            # What came and went within the act leaves nothing behind.
            if parts != (last[1].parts if last else GONE):
                changed.append(State(kind, object_id, salt, parts))
    return changed


def _write(act: EntryType, states: Sequence[State], facts: Mapping[str, JsonValue]) -> None:
    counts: dict[str, JsonValue] = dict(Counter(state.kind for state in states))
    named: dict[str, JsonValue] = {}
    if len(states) <= MOST_NAMED:
        named["objects"] = [f"{state.kind}:{_dashed(state.object_id)}" for state in states]
    entry = journal.append(
        type=act, at=clock.now(),
        facts={**facts, "counts": counts, "leaves": len(states),
               "root": root_of_leaves([state.leaf for state in states]).hex(), **named},
    )  # fmt: skip
    if states:
        insert_columns(
            _STATES,
            {
                "index": [entry.index] * len(states), "position": range(len(states)),
                "kind": [state.kind for state in states],
                "object_id": [state.object_id for state in states],
                "salt": [state.salt for state in states],
                "parts": [state.parts for state in states],
            },
        )  # fmt: skip


def _write_breaches(breaches: Sequence[Breach], facts: Mapping[str, JsonValue]) -> None:
    """Record for ever that what the act found had been changed by no act; the act itself goes on.

    To refuse it would lose what a phone sends, and would not bring back what stood there.
    """
    found: list[JsonValue] = [
        {"object": f"{breach.kind}:{_dashed(breach.object_id)}", "left_by": breach.left_by,
         "differs": list(breach.differs)}
        for breach in breaches
    ]  # fmt: skip
    journal.append(
        type=EntryType.STATES_BREACHED, at=clock.now(),
        facts={**facts, "found": found},
    )  # fmt: skip
    log.error("states_breached", objects=len(found))


def _dashed(object_id: str) -> str:
    return str(UUID(object_id)) if len(object_id) == 32 else object_id


def _who() -> dict[str, JsonValue]:
    """Return who is at work: the account of the request, and the route that it called."""
    facts: dict[str, JsonValue] = {}
    actor = g.get("actor") if has_app_context() else None
    if actor is not None and actor.account_id is not None:
        facts["account_id"] = str(actor.account_id)
    if has_request_context() and request.endpoint:
        facts["route"] = request.endpoint
    return facts
