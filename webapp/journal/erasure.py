"""When something may lawfully be gone: a tombstone that says enough, by two people, under no hold.

A tombstone names a file (`media_sha256`), or the salt of one fact of one entry (`entry_index` and
`fact`), whose value nobody can check any more once it is erased. A hold is set by anybody, but
lifted only by what a tombstone needs: else one person lifts it, and the deletion is lawful.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from webapp.journal.rules import EntryType

APPROVERS = 2
SAID = ("why", "legal_basis")
# Index, type and facts of each, in the journal's order.
Entries: TypeAlias = Iterable[tuple[int, str, Mapping[str, Any]]]
# Says at an entry's index and by what the entry itself says of an approver's role whether an
# account may approve; the entry's own claim is None where it makes none.
MayApprove: TypeAlias = Callable[[UUID, int, str | None], bool]
KINDS = (EntryType.TOMBSTONE, EntryType.HOLD_SET, EntryType.HOLD_CLEARED)


@dataclass(frozen=True)
class Tombstone:
    """A tombstone of the journal; `fault` is the code of what makes it void, None when lawful."""

    index: int
    target: str
    fault: str | None


def target_of(facts: Mapping[str, Any]) -> str | None:
    """Return what is to be gone: a file's SHA-256 in hex, or "entry 7 words"; None for neither."""
    sha256, index, fact = (facts.get(name) for name in ("media_sha256", "entry_index", "fact"))
    if isinstance(sha256, str) and sha256 and index is None and fact is None:
        return sha256
    if not isinstance(index, int) or isinstance(index, bool) or sha256 is not None:
        return None
    return salt_target(index, fact) if isinstance(fact, str) and fact else None


def salt_target(index: int, fact: str) -> str:
    """Return the name by which a tombstone's target is compared, for one fact of one entry."""
    return f"entry {index} {fact}"


def approvers_of(facts: Mapping[str, Any]) -> list[UUID]:
    """Return the approvers as ids, however each is spelt; nothing when one of them is no id."""
    named = facts.get("approvers")
    if not isinstance(named, list):
        return []
    try:
        return [UUID(who) for who in named]
    except (ValueError, AttributeError, TypeError):
        return []


def judge_tombstone(
    facts: Mapping[str, Any], *, index: int, is_held: bool, may_approve: MayApprove
) -> str | None:
    """Say why a deletion may not be, None when it may (evidence §1.8 and §5.20).

    Two different people who may approve must stand behind it; ids are compared, not spellings.
    """
    said = all(isinstance(facts.get(name), str) and facts[name] for name in SAID)
    if target_of(facts) is None or not said:
        return "tombstone_incomplete"
    approvers = approvers_of(facts)
    if len(set(approvers)) < APPROVERS:
        return "tombstone_approvers"
    claimed = _claimed_roles(facts, len(approvers))
    if len(claimed) != len(approvers) or not all(
        may_approve(who, index, role) for who, role in zip(approvers, claimed, strict=True)
    ):
        return "tombstone_approvers"
    return "tombstone_held" if is_held else None


def _claimed_roles(facts: Mapping[str, Any], count: int) -> list[str | None]:
    """Return the roles with which the entry says that it was approved, None where it is silent."""
    roles = facts.get("approver_roles", [None] * count)
    is_list = isinstance(roles, list) and all(isinstance(role, str | None) for role in roles)
    return roles if is_list else []


def tombstones(entries: Entries, may_approve: MayApprove) -> Iterator[Tombstone]:
    """Judge every tombstone among (index, type, facts), in their order, by the holds before it."""
    held: set[str] = set()
    for index, kind, facts in entries:
        target = _follow_holds(held, index, kind, facts, may_approve)
        if kind == EntryType.TOMBSTONE:
            fault = judge_tombstone(
                facts, index=index, is_held=target in held, may_approve=may_approve
            )
            yield Tombstone(index, target, fault)


def held_targets(entries: Entries, may_approve: MayApprove) -> set[str]:
    """Return what a hold keeps, in the words of `target_of`."""
    held: set[str] = set()
    for index, kind, facts in entries:
        _follow_holds(held, index, kind, facts, may_approve)
    return held


def _follow_holds(
    held: set[str], index: int, kind: str, facts: Mapping[str, Any], may_approve: MayApprove
) -> str:
    """Let `held` follow one entry that sets or clears a hold; return what the entry is about."""
    target = target_of(facts) or str(facts.get("media_sha256"))
    if kind == EntryType.HOLD_SET:
        held.add(target)
    elif kind == EntryType.HOLD_CLEARED and target in held:
        fault = judge_tombstone(facts, index=index, is_held=False, may_approve=may_approve)
        held -= {target} if fault is None else set()
    return target
