"""Recomputes the journal from its bodies and names what is wrong, the first wrong index first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from webapp.extensions import db
from webapp.journal import merkle, queries, service
from webapp.journal.checkpoints import Checkpoint
from webapp.journal.merkle import Coordinate, Frontier
from webapp.journal.models import JournalNode
from webapp.journal.notes import MalformedNoteError
from webapp.journal.queries import Leaf
from webapp.journal.rules import format_instant, read_entry
from webapp.journal.signing import UntrustedNoteError, open_checkpoint

# Clocks are corrected by a little now and then; more than this deserves a look.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Fault:
    """Something wrong with the journal; a remark deserves a look but breaks no proof.

    `index` is the first entry that it touches, or None where it touches no entry.
    """

    index: int | None
    code: str
    words: str
    is_remark: bool = False


@dataclass(frozen=True)
class JournalReport:
    """What a verification found: the tree that was recomputed, and everything wrong with it."""

    size: int
    root: bytes
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing but remarks was found."""
        return all(fault.is_remark for fault in self.faults)

    @property
    def first_fault(self) -> Fault | None:
        """The fault, not remark, with the lowest index."""
        real = [fault for fault in self.faults if not fault.is_remark]
        return min(real, key=lambda fault: fault.index or 0, default=None)


def verify_journal(*, held: Sequence[str] = ()) -> JournalReport:
    """Recompute every leaf, subtree and root, and compare with what is stored and was signed.

    `held` are signed checkpoints from outside, such as a phone's, a witness's or a printed one:
    only they reveal a history that was rewritten and signed anew.
    """
    faults: list[Fault] = []
    heads, bad_notes = _open_heads(held)
    faults += bad_notes
    walk = _Walk(heads=heads)
    for leaves in _batches():
        faults += walk.through(leaves)
    faults += walk.finish()
    return JournalReport(walk.frontier.size, walk.frontier.root(), tuple(faults))


def _batches() -> Iterator[list[Leaf]]:
    start = 0
    while leaves := queries.leaves_from(start):
        yield leaves
        start = leaves[-1].index + 1


def _open_heads(held: Iterable[str]) -> tuple[list[Checkpoint], list[Fault]]:
    """Read the checkpoints, stored and held; one that is not ours is itself a fault."""
    heads, faults = [], []
    for note in [*(stored.note for stored in queries.checkpoints()), *held]:
        try:
            heads.append(open_checkpoint(note, service.own_key()))
        except (MalformedNoteError, UntrustedNoteError) as error:
            faults.append(Fault(None, "checkpoint_not_ours", f"a checkpoint: {error}"))
    for stored in queries.checkpoints():
        if (stored.size, stored.root) not in {(head.size, head.root) for head in heads}:
            words = f"the stored checkpoint at {stored.size} differs from its own note"
            faults.append(Fault(None, "checkpoint_changed", words))
    return heads, faults


@dataclass
class _Walk:
    """One pass over the entries, from left to right, with the tree growing alongside."""

    heads: list[Checkpoint]
    frontier: Frontier = field(default_factory=Frontier)
    has_gap: bool = False
    _due: dict[int, list[Checkpoint]] = field(default_factory=lambda: defaultdict(list))
    _last_at: datetime | None = None
    _last_bad_leaf: int = -1

    def __post_init__(self) -> None:
        for head in self.heads:
            self._due[head.size].append(head)

    def through(self, leaves: list[Leaf]) -> Iterator[Fault]:
        """Check the next entries, and the subtrees and checkpoints that end among them."""
        stored = _nodes_between(leaves[0].index, leaves[-1].index)
        for leaf in leaves:
            yield from _check_leaf(leaf)
            yield from self._check_time(leaf)
            yield from self._check_place(leaf)
            if not self.has_gap:
                yield from self._check_heads()
                yield from self._check_nodes(leaf, stored)

    def finish(self) -> Iterator[Fault]:
        """Check what lies beyond the last entry."""
        if self.has_gap:
            return
        yield from self._check_heads()
        size = self.frontier.size
        for beyond in sorted(due for due in self._due if due > size):
            words = f"a checkpoint covers {beyond} entries, of which {size} are left"
            yield Fault(size, "truncated", words)
        count = db.session.scalar(select(func.count()).select_from(JournalNode)) or 0
        if count > size - size.bit_count():
            yield Fault(None, "node_surplus", "there are subtrees over entries that do not exist")

    def _check_place(self, leaf: Leaf) -> Iterator[Fault]:
        if not self.has_gap and leaf.index != self.frontier.size:
            self.has_gap = True
            missing = self.frontier.size
            words = f"entries {missing} to {leaf.index - 1} are missing"
            yield Fault(missing, "entry_missing", words)

    def _check_time(self, leaf: Leaf) -> Iterator[Fault]:
        if self._last_at is not None and leaf.at < self._last_at - CLOCK_TOLERANCE:
            words = f"its time lies {self._last_at - leaf.at} before that of an earlier entry"
            yield Fault(leaf.index, "back_dated", words, is_remark=True)
        self._last_at = max(leaf.at, self._last_at or leaf.at)

    def _check_heads(self) -> Iterator[Fault]:
        """Compare the root so far with every checkpoint of this size."""
        for head in self._due.get(self.frontier.size, ()):
            if head.root != self.frontier.root():
                words = f"the first {head.size} entries are not those that were signed"
                yield Fault(max(head.size - 1, 0), "checkpoint_contradicted", words)

    def _check_nodes(self, leaf: Leaf, stored: dict[Coordinate, bytes]) -> Iterator[Fault]:
        """Add the leaf and compare the subtrees that it completes.

        Of several that are wrong for the same leaf only the smallest is named.
        """
        for part, computed in self.frontier.push(leaf.leaf_hash):
            start = part.position << part.level
            if stored.get(part) != computed and start > self._last_bad_leaf:
                self._last_bad_leaf = leaf.index
                code = "node_wrong" if part in stored else "node_missing"
                words = f"the stored hash over entries {start} to {leaf.index} is not theirs"
                yield Fault(start, code, words)


def _check_leaf(leaf: Leaf) -> Iterator[Fault]:
    """Compare an entry's columns with its bytes."""
    if merkle.leaf_hash(leaf.body) != leaf.leaf_hash:
        yield Fault(leaf.index, "entry_changed", "its bytes are not those that were hashed")
    facts = read_entry(leaf.body)
    if facts.get("type") != leaf.type:
        yield Fault(leaf.index, "type_changed", f"the column says {leaf.type}, the entry does not")
    if facts.get("at") != format_instant(leaf.at):
        yield Fault(leaf.index, "time_changed", f"the column says {leaf.at}, the entry does not")


def _nodes_between(first: int, last: int) -> dict[Coordinate, bytes]:
    """Return the stored subtrees whose last leaf lies between the two, both included."""
    levels = range(1, (last + 1).bit_length())
    spans = [
        and_(
            JournalNode.level == level,
            JournalNode.position.between(((first + 1) >> level) - 1, (last + 1 >> level) - 1),
        )
        for level in levels
    ]
    if not spans:
        return {}
    rows = select(JournalNode.level, JournalNode.position, JournalNode.hash).where(or_(*spans))
    return {Coordinate(level, place): value for level, place, value in db.session.execute(rows)}
