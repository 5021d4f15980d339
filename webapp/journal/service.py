"""Writing the journal and vouching for it: entries, checkpoints, proofs and receipts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from secrets import token_bytes

from sqlalchemy import func, insert, select

from webapp import clock
from webapp.config import settings
from webapp.extensions import db, execute_core
from webapp.journal import approvers, erasure, merkle, queries
from webapp.journal.checkpoints import Checkpoint
from webapp.journal.edge import Edge, keep_edge, known_edge
from webapp.journal.mentions import mentions_of
from webapp.journal.merkle import LeafRange, OutsideTreeError
from webapp.journal.models import (
    JournalCheckpoint,
    JournalEntry,
    JournalMention,
    JournalNode,
    JournalSalt,
)
from webapp.journal.notes import VerifierKey
from webapp.journal.rules import SALT_BYTES, Commitment, EntryType, JsonValue, commit_to, entry_body
from webapp.journal.signing import NoteSigner
from webapp.journal.tlog_proofs import TlogProof
from webapp.journal.uncommitted import first_uncommitted, note_uncommitted
from webapp.refusals import Refusal

# "anzai" in ASCII: the number of the advisory lock that a writer of the journal holds.
WRITER_LOCK = 0x616E7A6169
# What two people must approve (evidence §1.8).
APPROVED = frozenset({EntryType.TOMBSTONE, EntryType.HOLD_CLEARED})
_ADD_ENTRY, _ADD_NODE, _ADD_SALT = insert(JournalEntry), insert(JournalNode), insert(JournalSalt)
MOST_RECEIPTS = 20
_ADD_MENTION = insert(JournalMention)


class NotCommittedError(RuntimeError):
    """A receipt was asked for before the entry's transaction was committed."""


def append(
    *,
    type: EntryType,  # noqa: A002 - it is the entry's own word for it.
    at: datetime,
    facts: Mapping[str, JsonValue],
    salted: Mapping[str, str] | None = None,
) -> JournalEntry:
    """Add an entry in the caller's transaction and return it with its index.

    `facts` are ids, hashes and codes only; of each value of `salted` the entry holds only
    SHA-256(salt ‖ value), whose salt lies beside the tree and can be erased. From here to the
    end of the transaction nobody else appends, so that indexes follow the order of commits
    without gaps: append late, and commit soon. Receipts come after the commit.

    Raises:
        UnfitFactError: a fact is not an id, a hash, a code or a number, or looks personal.
        Refusal: `tombstone_incomplete`, `tombstone_approvers`, `tombstone_held`.
    """
    hidden = _hide(salted or {})
    if type in APPROVED:
        # An account may change later; the entry says with which roles it was approved.
        roles = approvers.roles_of(erasure.approvers_of(facts))
        facts = {**facts, "approver_roles": list(roles)}
    body = entry_body(type=type, at=at, facts=facts, commitments=hidden)
    # What the caller changed comes first, so that its rows are locked before the journal is.
    db.session.flush()
    edge = _edge_as_only_writer()
    if type in APPROVED:
        # Judged now, when nobody can set a hold any more before this entry is written.
        _demand_lawful(type, facts)
    entry = _write_entry(edge, type, at, body)
    note_uncommitted(entry.index)
    _write_mentions(entry.index, {"type": type.value, **facts})
    for name, made in hidden.items():
        execute_core(_ADD_SALT, index=entry.index, name=name, salt=made.salt)
    return entry


def _write_mentions(index: int, facts: Mapping[str, JsonValue]) -> None:
    rows = [
        {"ref": ref, "index": index, "is_actor": is_actor}
        for ref, is_actor in mentions_of(facts).items()
    ]
    if rows:
        db.session.connection().execute(_ADD_MENTION, rows)


def _demand_lawful(kind: EntryType, facts: Mapping[str, JsonValue]) -> None:
    held = erasure.held_targets(queries.erasures(), approvers.could_approve)
    is_held = kind is EntryType.TOMBSTONE and erasure.target_of(facts) in held
    fault = erasure.judge_tombstone(
        facts, index=queries.size(), is_held=is_held, may_approve=approvers.may_approve_now
    )
    if fault is not None:
        raise Refusal(fault)


def receipt(index: int) -> str:
    """Return the entry's tlog-proof@v1, against a checkpoint made now.

    Raises:
        NotCommittedError: the entry belongs to the current transaction; commit first.
        Refusal: `journal_index_unknown` (404).
    """
    if (pending := first_uncommitted()) is not None and index >= pending:
        raise NotCommittedError(f"entry {index} could still be rolled back")
    return receipts([index])[1][index]


def receipts(indexes: Iterable[int]) -> tuple[str, dict[int, str]]:
    """Return the checkpoint of this moment and the receipt of each entry against it.

    Raises:
        Refusal: `journal_index_unknown` (404) for an entry that is not there or not committed.
    """
    size = queries.committed_size()
    wanted = sorted(set(indexes))
    try:
        paths = {index: merkle.inclusion_ranges(index, size) for index in wanted}
    except OutsideTreeError:
        raise Refusal("journal_index_unknown", 404, index=wanted[-1]) from None
    spans = [LeafRange(0, size), *chain.from_iterable(paths.values())]
    hashes = dict(zip(spans, queries.hashes_of(spans), strict=True))
    note, bodies = _sign_root(size, hashes[spans[0]]), queries.bodies(wanted)
    return note, {
        index: str(TlogProof(bodies[index], index, tuple(hashes[span] for span in path), note))
        for index, path in paths.items()
    }


def receipts_of_type(kind: EntryType) -> list[str]:
    """Return the receipts of the newest few committed entries of a type, in their order."""
    size = queries.committed_size()
    indexes = [entry.index for entry in queries.entries_of(kind) if entry.index < size]
    return list(receipts(indexes[-MOST_RECEIPTS:])[1].values())


def checkpoint() -> str:
    """Return the signed note over all that is committed."""
    return _sign_head(queries.committed_size())


def store_checkpoint() -> str:
    """Sign the present checkpoint, keep it, and return the note.

    Raises:
        Refusal: `journal_contradiction` (500) when the tree no longer contains the checkpoint
            stored last; to sign now would be to sign a second history.
    """
    latest = queries.latest_checkpoint()
    size = queries.committed_size()
    if latest is not None and (latest.size > size or queries.root(latest.size) != latest.root):
        raise Refusal("journal_contradiction", 500, size=latest.size)
    note = _sign_head(size)
    if latest is None or latest.size < size:
        db.session.add(
            JournalCheckpoint(size=size, root=queries.root(size), note=note, at=clock.now())
        )
        db.session.flush()
    return note


def inclusion_proof(*, index: int, size: int) -> list[bytes]:
    """Return the proof that entry `index` is in the tree of `size` (RFC 6962 §2.1.1).

    Raises:
        Refusal: `journal_index_unknown`, or `journal_size_unknown` for a tree not committed yet.
    """
    _demand_committed(size)
    try:
        return queries.hashes_of(merkle.inclusion_ranges(index, size))
    except OutsideTreeError:
        raise Refusal("journal_index_unknown", index=index) from None


def consistency_proof(*, start: int, end: int) -> list[bytes]:
    """Return the proof that the tree of `start` entries begins that of `end` (RFC 6962 §2.1.2).

    Raises:
        Refusal: `journal_size_unknown` unless 0 ≤ start ≤ end ≤ the committed size.
    """
    _demand_committed(end)
    try:
        return queries.hashes_of(merkle.consistency_ranges(start, end))
    except OutsideTreeError:
        raise Refusal("journal_size_unknown", size=start) from None


def verifier_key() -> str:
    """Return the vkey by which anybody checks this journal's notes."""
    return str(own_key())


def own_key() -> VerifierKey:
    """Return the public key of this journal, named by its origin."""
    return _signer().verifier_key


def _hide(values: Mapping[str, str]) -> dict[str, Commitment]:
    """Commit to each value under a fresh salt."""
    return {name: commit_to(value, token_bytes(SALT_BYTES)) for name, value in values.items()}


def _write_entry(edge: Edge, kind: EntryType, at: datetime, body: bytes) -> JournalEntry:
    """Put the entry at the end of the tree, with the subtrees that it completes."""
    leaf = merkle.leaf_hash(body)
    values = {"index": edge.size, "type": kind.value, "at": at, "body": body, "leaf_hash": leaf}
    edge.hashes |= queries.read_hashes(set(edge.left_halves()) - edge.hashes.keys())
    nodes = [
        {"level": part.level, "position": part.position, "hash": node}
        for part, node in edge.grow(leaf)
    ]
    execute_core(_ADD_ENTRY, **values)
    if nodes:
        db.session.connection().execute(_ADD_NODE, nodes)
    return JournalEntry(**values)


def _edge_as_only_writer() -> Edge:
    """Wait for the journal, once a transaction, and return its edge.

    SQLite's BEGIN IMMEDIATE has already made this the only writer.
    """
    edge = known_edge()
    if edge is None:
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(select(func.pg_advisory_xact_lock(WRITER_LOCK)))
        edge = Edge(queries.size())
        keep_edge(edge)
    return edge


def _demand_committed(size: int) -> None:
    if not 0 <= size <= queries.committed_size():
        raise Refusal("journal_size_unknown", size=size)


def _sign_head(size: int) -> str:
    return _sign_root(size, queries.root(size))


def _sign_root(size: int, root: bytes) -> str:
    signer = _signer()
    return signer.sign(str(Checkpoint(signer.verifier_key.name, size, root)))


def _signer() -> NoteSigner:
    return NoteSigner(settings().journal_origin, settings().key("journal"))
