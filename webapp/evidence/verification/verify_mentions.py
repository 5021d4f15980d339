"""Compares what the journal is searched by with the bytes of its entries."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from webapp.evidence.verification.findings import Finding
from webapp.extensions import db
from webapp.journal import queries
from webapp.journal.mentions import mentions_of
from webapp.journal.models import JournalMention
from webapp.journal.rules import read_entry

Mentions = dict[int, dict[bytes, bool]]


def verify_mentions() -> Iterator[Finding]:
    """Give the entries that a search would miss, or find under what they do not name."""
    last = -1
    while leaves := queries.leaves_from(last + 1):
        kept = _kept(last + 1, leaves[-1].index)
        for leaf in leaves:
            if kept.pop(leaf.index, {}) != mentions_of(read_entry(leaf.body)):
                words = "a search of the journal would not find it by what it names"
                yield Finding("mention_wrong", f"journal entry {leaf.index}", words)
        yield from _strangers(kept)
        last = leaves[-1].index
    yield from _strangers(_kept(last + 1, None))


def _kept(first: int, last: int | None) -> Mentions:
    query = select(JournalMention.index, JournalMention.ref, JournalMention.is_actor)
    query = query.where(JournalMention.index >= first)
    if last is not None:
        query = query.where(JournalMention.index <= last)
    found: Mentions = defaultdict(dict)
    for index, ref, is_actor in db.session.execute(query):
        found[index][ref] = is_actor
    return found


def _strangers(kept: Mentions) -> Iterator[Finding]:
    for index in kept:
        words = "a search finds an entry that does not exist"
        yield Finding("mention_wrong", f"journal entry {index}", words)
