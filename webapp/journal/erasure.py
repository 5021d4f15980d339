"""When a file may lawfully be gone: a tombstone that says enough, by two people, under no hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from webapp.journal.rules import EntryType

APPROVERS = 2
SAID = ("media_sha256", "why", "legal_basis")
# Index, type and facts of each, in the journal's order.
Entries: TypeAlias = Iterable[tuple[int, str, Mapping[str, Any]]]
KINDS = (EntryType.TOMBSTONE, EntryType.HOLD_SET, EntryType.HOLD_CLEARED)


@dataclass(frozen=True)
class Tombstone:
    """A tombstone of the journal; `fault` is the code of what makes it void, None when lawful."""

    index: int
    media_sha256: str
    fault: str | None


def judge_tombstone(facts: Mapping[str, Any], *, is_held: bool) -> str | None:
    """Say why a deletion may not be, None when it may (evidence §1.8, attack 20)."""
    if not all(isinstance(facts.get(name), str) and facts[name] for name in SAID):
        return "tombstone_incomplete"
    approvers = facts.get("approvers")
    if not isinstance(approvers, list) or len({str(who) for who in approvers if who}) < APPROVERS:
        return "tombstone_approvers"
    return "tombstone_held" if is_held else None


def tombstones(entries: Entries) -> Iterator[Tombstone]:
    """Judge every tombstone among (index, type, facts), in their order, by the holds before it."""
    held: set[str] = set()
    for index, kind, facts in entries:
        name = _follow_holds(held, kind, facts)
        if kind == EntryType.TOMBSTONE:
            yield Tombstone(index, name, judge_tombstone(facts, is_held=name in held))


def held_media(entries: Entries) -> set[str]:
    """Return the files that a hold keeps, by SHA-256 in hex."""
    held: set[str] = set()
    for _, kind, facts in entries:
        _follow_holds(held, kind, facts)
    return held


def _follow_holds(held: set[str], kind: str, facts: Mapping[str, Any]) -> str:
    """Let `held` follow one entry that sets or clears a hold; return the entry's file."""
    name = str(facts.get("media_sha256"))
    if kind == EntryType.HOLD_SET:
        held.add(name)
    elif kind == EntryType.HOLD_CLEARED:
        held.discard(name)
    return name
