"""Rehashes every rendition, and follows in the journal which one took the place of which.

A rendition that was lost is made again out of its original: the entry of the new one names the
older one's file, and excuses that no row stands for the older entry any more. Nothing else does.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from storage.keys import derived_key
from webapp.evidence.decoding.derivations import MIME_OF
from webapp.evidence.models import Derivation
from webapp.evidence.verification.findings import (
    Entry,
    Finding,
    compare,
    each,
    entries_of,
    entry_at,
)
from webapp.evidence.verification.verify_files import verify_blob
from webapp.extensions import blobs, db
from webapp.journal import queries as journal_queries
from webapp.journal.rules import EntryType

REPLACES = "replaces"
KINDS = frozenset({"thumbnail", "preview", "poster"})


def verify_derivations() -> Iterator[Finding]:
    """Give what is wrong with any rendition (evidence §5.19)."""
    tombstoned = journal_queries.tombstoned_media()
    yield from each(
        select(Derivation), lambda made: _name_of(made.kind, made.source_sha256),
        lambda made: _verify_derivation(made, tombstoned),
    )  # fmt: skip


def _name_of(kind: object, source: object) -> str:
    return f"{kind} of media {source}"


def is_of_lost(finding: Finding) -> bool:
    """Say whether a finding tells that a rendition is lost or damaged: it can be made again."""
    return finding.code.startswith("blob_") and finding.object.split()[0] in KINDS


def _verify_derivation(made: Derivation, tombstoned: set[str]) -> Iterator[Finding]:
    name, entry = _name_of(made.kind, made.source_sha256), entry_at(made.journal_index)
    yield from compare(
        entry, EntryType.DERIVED, name,
        media_sha256=made.source_sha256, kind=made.kind, derived_sha256=made.blob_sha256,
    )  # fmt: skip
    lawful = {(mime, derived_key(made.kind, made.source_sha256, ending))
              for ending, mime in MIME_OF.items()}  # fmt: skip
    if (made.mime, made.blob_key) not in lawful:
        yield Finding("projection_changed", name, "its type or its place is not what it must be")
    is_gone = made.source_sha256 in tombstoned
    wrong = list(verify_blob(made.blob_key, made.blob_sha256, name, may_be_gone=is_gone))
    yield from wrong
    if is_gone and not blobs().exists(made.blob_key):
        return
    if not wrong and blobs().size(made.blob_key) != made.size_bytes:
        yield Finding("projection_changed", name, "it is not as long as its row says")


def verify_replacements() -> Iterator[Finding]:
    """Give entries whose row is gone, save those replaced, and replacements of what was not there.

    Of one file and kind each entry after the first must name the file of the one before it.
    """
    kept = set(db.session.scalars(select(Derivation.journal_index)))
    chains: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for _index, entry in entries_of(EntryType.DERIVED):
        chains[str(entry.facts.get("kind")), str(entry.facts.get("media_sha256"))].append(entry)
    for (kind, source), chain in chains.items():
        yield from _verify_chain(_name_of(kind, source), chain, kept)


def _verify_chain(name: str, chain: Sequence[Entry], kept: set[int]) -> Iterator[Finding]:
    last: Entry | None = None
    for entry in chain:
        if _follows(entry, last):
            last = entry
        elif REPLACES in entry.facts:
            words = f"entry {entry.index} replaces a file that was no rendition of it"
            yield Finding("replacement_unfounded", name, words)
        elif entry.index not in kept:
            yield _row_missing(name, entry)
    if last is not None and last.index not in kept:
        yield _row_missing(name, last)


def _follows(entry: Entry, last: Entry | None) -> bool:
    """Say whether an entry begins a chain, or replaces the very file of the last one."""
    if last is None:
        return REPLACES not in entry.facts
    return REPLACES in entry.facts and entry.facts[REPLACES] == last.facts.get("derived_sha256")


def _row_missing(name: str, entry: Entry) -> Finding:
    return Finding("row_missing", name, f"entry {entry.index} says so, its row is gone")
