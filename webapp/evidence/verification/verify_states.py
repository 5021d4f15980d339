"""Compares people, visits, attempts and corrections with the states that acts left of them."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import distinct, func, select

from webapp.evidence.verification.findings import BATCH, Entry, Finding, entries_of
from webapp.extensions import db
from webapp.journal.models import JournalState
from webapp.journal.rules import SALT_BYTES, STATE_ACTS, EntryType
from webapp.journal.state_breaches import last_states
from webapp.journal.state_kinds import KINDS, Child, Kind, all_objects, id_text, id_value
from webapp.journal.state_rules import (
    GONE,
    State,
    changed_parts,
    parts_digest,
    root_of_leaves,
    state_leaf,
)


def verify_state_trees() -> Iterator[Finding]:
    """Recompute the tree of every act, and demand that there is one baseline, before all acts."""
    acts = dict(sorted(item for kind in STATE_ACTS for item in entries_of(kind)))
    yield from _verify_baseline(acts)
    columns = (JournalState.index, JournalState.position, JournalState.kind,
               JournalState.object_id, JournalState.parts)  # fmt: skip
    rows = db.session.execute(
        select(*columns).order_by(JournalState.index, JournalState.position)
        .execution_options(yield_per=BATCH * 10)
    )  # fmt: skip
    for index, found in groupby(rows, key=lambda row: int(row[0])):
        yield from _verify_tree(index, list(found), acts.pop(index, None))
    for index, entry in acts.items():
        if entry.facts.get("leaves") != 0:
            yield Finding("states_missing", f"journal entry {index}", "what it left is gone")


def _verify_baseline(acts: dict[int, Entry]) -> Iterator[Finding]:
    baselines = [i for i, entry in acts.items() if entry.type == EntryType.STATES_BASELINE]
    if not baselines and not acts and _has_objects():
        words = "the program has not run on this folder yet; people and visits are not protected"
        yield Finding("baseline_missing", "people and visits", words, is_remark=True)
    for index in baselines:
        if index != min(acts):
            words = "a baseline stands behind acts; it would hide what was changed unseen"
            yield Finding("baseline_unlawful", f"journal entry {index}", words)
    if acts and not baselines:
        words = "acts are journaled, but not what was there before them"
        yield Finding("baseline_unlawful", f"journal entry {min(acts)}", words)


def _verify_tree(index: int, rows: Sequence[Any], entry: Entry | None) -> Iterator[Finding]:
    name = f"journal entry {index}"
    if entry is None:
        yield Finding("states_inserted", name, f"{len(rows)} states say that it left them")
        return
    leaves = [state_leaf(row.kind, row.object_id, row.parts) for row in rows]
    in_row = [row.position for row in rows] == list(range(len(rows)))
    said = entry.facts.get("leaves"), entry.facts.get("root")
    if not in_row or said != (len(rows), root_of_leaves(leaves).hex()):
        objects = ", ".join(f"{row.kind} {row.object_id}" for row in rows[:5])
        words = f"the states beside it are not those of its act ({len(rows)}, from {objects})"
        yield Finding("states_changed", name, words)


def verify_objects() -> Iterator[Finding]:
    """Give every object that is not as the last act on it left it, that is gone, or came unseen."""
    if not _is_protected():
        return
    for kind in KINDS.values():
        for batch in all_objects(kind):
            last = last_states(kind.name, list(batch))
            for object_id, words in batch.items():
                yield from _verify_object(kind, object_id, words, last.get(object_id))
        yield from _verify_gone(kind)
        for child in kind.children:
            yield from _verify_hanging(kind, child)


def verify_breaches() -> Iterator[Finding]:
    """Give, for ever, every object that an act found otherwise than the act before had left it."""
    for index, entry in entries_of(EntryType.STATES_BREACHED):
        for told in entry.facts.get("found", ()):
            differs = ", ".join(told.get("differs", ()))
            words = f"entry {index} found it changed by no act since entry {told.get('left_by')}"
            name = str(told.get("object")).replace(":", " ", 1)
            yield Finding("state_breached", name, f"{words}: {differs}")


def _has_objects() -> bool:
    return any(
        db.session.scalar(select(kind.table.c.id).limit(1)) is not None for kind in KINDS.values()
    )


def verify_state_salts() -> Iterator[Finding]:
    """Demand one salt for all states of an object; with another, nobody could show older ones."""
    several = select(JournalState.kind, JournalState.object_id).group_by(
        JournalState.object_id, JournalState.kind
    )
    several = several.having(func.count(distinct(JournalState.salt)) > 1)
    for kind, object_id in db.session.execute(several):
        yield Finding("salt_changed", f"{kind} {object_id}", "its states do not share one salt")


def _is_protected() -> bool:
    """Say whether a baseline or any act was ever journaled; `verify_state_trees` names a lack."""
    return any(True for kind in STATE_ACTS for _ in entries_of(kind))


def _verify_object(
    kind: Kind, object_id: str, words: dict[str, str], last: tuple[int, State] | None
) -> Iterator[Finding]:
    name = _named(kind, object_id)
    if last is None:
        yield Finding("not_journaled", name, "no act brought it here")
        return
    index, state = last
    if state.parts == GONE:
        yield Finding("state_differs", name, f"the act of entry {index} removed it")
        return
    parts = parts_digest(state.salt, words)
    if parts != state.parts or len(state.salt) != SALT_BYTES:
        differing = ", ".join(changed_parts(list(kind.parts), state.parts, parts)) or "salt"
        told = f"it is not as the act of entry {index} left it: {differing}"
        yield Finding("state_differs", name, told)


def _verify_gone(kind: Kind) -> Iterator[Finding]:
    """Give objects that acts left here and that are gone, though no act removed them."""
    newest = (
        select(JournalState.object_id, func.max(JournalState.index).label("index"))
        .where(JournalState.kind == kind.name)
        .group_by(JournalState.object_id)
        .subquery()
    )
    rows = select(JournalState.object_id, JournalState.index, JournalState.parts).join(
        newest,
        (newest.c.object_id == JournalState.object_id) & (newest.c.index == JournalState.index),
    )
    rows = rows.where(JournalState.kind == kind.name)
    here = set(map(id_text, db.session.scalars(select(kind.table.c.id))))
    for object_id, index, parts in db.session.execute(rows.execution_options(yield_per=BATCH)):
        if parts != GONE and object_id not in here:
            name = _named(kind, object_id)
            yield Finding("row_missing", name, f"entry {index} left it here, its row is gone")


def _verify_hanging(kind: Kind, child: Child) -> Iterator[Finding]:
    """Give rows that hang on an object that is not here, and so stand in no state."""
    owner = child.table.c[child.owner]
    for one in db.session.scalars(select(owner).where(owner.not_in(select(kind.table.c.id)))):
        words = f"a row of {child.table.name} hangs on it, but it is not here"
        yield Finding("not_journaled", f"{kind.name} {one}", words)


def _named(kind: Kind, object_id: str) -> str:
    return f"{kind.name} {id_value(kind, object_id)}"
