"""Compares what entries hide with what hides it: a salt may be gone only by a lawful tombstone."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from webapp.evidence.verification.findings import BATCH, Entry, Finding
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal.erasure import salt_target
from webapp.journal.models import JournalEntry, JournalSalt
from webapp.journal.rules import SALT_BYTES, commit_to, read_entry


@dataclass(frozen=True)
class Hidden:
    """What the journal hides; `gone` are the salts that a lawful tombstone names."""

    gone: frozenset[str]

    def compare(
        self, entry: Entry | None, fact: str, value: str, name: str, *, code: str
    ) -> Iterator[Finding]:
        """Give a finding unless the entry's commitment covers the value of `name`'s fact.

        What is empty was never committed to, and nothing may stand where nothing was. `code` is
        that of the finding about a value that is not the one that was journaled.
        """
        if entry is None:
            return
        digest = (entry.facts.get("salted") or {}).get(fact)
        salt = db.session.get(JournalSalt, (entry.index, fact))
        if digest is None:
            if value:
                yield Finding(code, name, f"its {fact} was empty when it was journaled")
        elif salt is None:
            if salt_target(entry.index, fact) not in self.gone:
                words = f"what its {fact} was cannot be proven: the salt is gone"
                yield Finding("salt_missing", name, words)
        elif not covers(salt.salt, value, digest):
            yield Finding(code, name, f"its {fact} is not the one that was journaled")


def covers(salt: bytes, value: str, digest: str) -> bool:
    """Say whether SHA-256(salt ‖ value) is the digest, in hex; a damaged salt covers nothing."""
    return len(salt) == SALT_BYTES and commit_to(value, salt).digest.hex() == digest


def read_hidden() -> Hidden:
    """Return what is needed to judge hidden facts."""
    return Hidden(frozenset(journal_queries.lawfully_gone()))


def verify_salts() -> Iterator[Finding]:
    """Give salts that are gone without a lawful tombstone, and those that hide nothing."""
    gone = read_hidden().gone
    hidden = select(JournalEntry.index, JournalEntry.body).order_by(JournalEntry.index)
    kept = select(JournalSalt.index, JournalSalt.name)
    salts = {(index, name) for index, name in db.session.execute(kept)}
    for index, body in db.session.execute(hidden.execution_options(yield_per=BATCH)):
        for name in read_entry(body).get("salted") or {}:
            if (index, name) in salts:
                salts.discard((index, name))
            elif salt_target(index, name) not in gone:
                words = f"the salt of its {name} is gone, and no lawful tombstone says why"
                yield Finding("salt_missing", f"journal entry {index}", words)
    for index, name in sorted(salts):
        words = f"a salt is kept for {name}, which it does not hide"
        yield Finding("salt_unknown", f"journal entry {index}", words)
