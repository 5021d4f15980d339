"""Compares corrections with the journal, and demands two people where no code was seen."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from webapp.evidence.models import Review
from webapp.evidence.review.review import Decision
from webapp.evidence.verification.findings import (
    Finding,
    compare,
    compare_time,
    each,
    entries_of,
    entry_at,
)
from webapp.evidence.verification.verify_salts import Hidden, read_hidden
from webapp.extensions import db
from webapp.journal.rules import EntryType
from webapp.visits.models import Correction


def verify_corrections() -> Iterator[Finding]:
    """Give what is wrong with any decision that was taken back, or mark that was lifted."""
    hidden = read_hidden()
    yield from each(select(Correction), _name_of, lambda row: _verify_correction(row, hidden))


def _name_of(correction: Correction) -> str:
    return f"correction {correction.id}"


def _verify_correction(correction: Correction, hidden: Hidden) -> Iterator[Finding]:
    name, entry = _name_of(correction), entry_at(correction.journal_index)
    review_id = None if correction.review_id is None else str(correction.review_id)
    yield from compare(
        entry, EntryType.CORRECTION, name,
        correction_id=str(correction.id), what=correction.what, review_id=review_id,
        result_id=str(correction.result_id), corrected_by=str(correction.corrected_by),
    )  # fmt: skip
    yield from hidden.compare(entry, "words", correction.words, name, code="correction_changed")
    yield from compare_time(entry, correction.corrected_at, name)


def verify_seconds() -> Iterator[Finding]:
    """Give acceptances without a code that only one person answers for.

    Entries of an earlier version do not speak of seconds: one person was enough then.
    """
    for index, entry in entries_of(EntryType.REVIEW_DECIDED):
        facts = entry.facts
        alone = facts.get("decision") == Decision.ACCEPT and facts.get("code_seen") is False
        if alone and "seconds" in facts and not _is_seconded(facts):
            name = f"review {facts.get('review_id')}"
            words = f"entry {index} accepts without a code, and no other person did before"
            yield Finding("second_missing", name, words)


def _is_seconded(facts: dict[str, object]) -> bool:
    try:
        first = db.session.get(Review, UUID(str(facts["seconds"])))
    except ValueError:
        return False
    return (
        first is not None
        and first.decision == Decision.PROPOSE
        and str(first.result_id) == facts.get("result_id")
        and str(first.reviewer_id) != facts.get("reviewer_id")
    )
