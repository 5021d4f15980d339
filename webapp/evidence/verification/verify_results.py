"""Compares results and reviews with the journal and with the bodies that phones sent."""

import json
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from webapp import sealing
from webapp.evidence.models import Capture, ResultBodyCopy, Review
from webapp.evidence.review.standing import KINDS, Standings
from webapp.evidence.verification.findings import (
    Entry,
    Finding,
    compare,
    compare_if_said,
    compare_time,
    each,
    entries_in_order,
    entry_at,
)
from webapp.evidence.verification.verify_salts import Hidden, read_hidden
from webapp.extensions import db
from webapp.journal.rules import EntryType
from webapp.visits.models import Result, ResultCapture
from webapp.visits.naming import names_them
from webapp.visits.results import body_sha256
from webapp.visits.schemas import ResultBody


def verify_results() -> Iterator[Finding]:
    """Give what is wrong with any result: entry, body, columns or the captures that it names."""
    query = select(Result).options(selectinload(Result.captures), joinedload(Result.visit))
    hidden, standings = read_hidden(), _read_standings()
    yield from each(
        query, _name_of_result, lambda result: _verify_result(result, hidden, standings)
    )


def verify_parts_of_results() -> Iterator[Finding]:
    """Give bodies and named captures of results that do not exist."""
    results = select(Result.id)
    for part, words in ((ResultBodyCopy, "a body"), (ResultCapture, "a capture")):
        orphans = select(part.result_id).where(part.result_id.not_in(results)).distinct()
        for result_id in db.session.scalars(orphans):
            name = f"result {result_id}"
            yield Finding("row_unknown", name, f"{words} of it is kept, but not the result")


def _name_of_result(result: Result) -> str:
    return f"result {result.id}"


def _verify_result(result: Result, hidden: Hidden, standings: Standings) -> Iterator[Finding]:
    name, entry = _name_of_result(result), entry_at(result.journal_index)
    yield from compare(
        entry, EntryType.RESULT_SUBMITTED, name,
        result_id=str(result.id), visit_id=str(result.visit_id),
        worker_id=str(result.worker_id), device_kid=result.device_kid,
    )  # fmt: skip
    # Entries of earlier versions hold neither; the hash of the body covers the outcome.
    yield from compare_if_said(entry, name, outcome=result.outcome, person_id=str(result.person_id))
    yield from compare_time(entry, result.received_at, name)
    yield from _verify_named(result, entry, name)
    yield from hidden.compare(entry, "body_sha256", result.body_sha256, name, code="result_changed")
    yield from _verify_body(result, name)
    yield from _verify_standing(result, standings, name)


def _verify_named(result: Result, entry: Entry | None, name: str) -> Iterator[Finding]:
    """Demand that the result names exactly the captures that it named when it came."""
    kept = {(str(ref.capture_id), ref.record_sha256) for ref in result.captures}
    if entry is not None and not names_them(entry.facts, kept):
        yield Finding("captures_changed", name, "it does not name the captures that it named")
    own = Capture.visit_id == result.visit_id
    if result.visit is not None and result.visit.occasion_id is not None:
        own = or_(own, Capture.occasion_id == result.visit.occasion_id)
    for capture_id, record_sha256 in sorted(kept):
        query = select(Capture.id).where(Capture.record_sha256 == record_sha256, own)
        if str(db.session.scalar(query)) != capture_id:
            words = f"capture {capture_id} is not its visit's or occasion's"
            yield Finding("capture_missing", name, words)


def _verify_standing(result: Result, standings: Standings, name: str) -> Iterator[Finding]:
    """Demand that the state follows from the journaled decisions, and the person from the visit."""
    if result.visit is None or result.person_id != result.visit.person_id:
        yield Finding("result_changed", name, "the person is not the visit's")
    result_id = str(result.id)
    if not standings.of(result_id).fits(result_id, result.state, is_standing=result.is_standing):
        words = f"it is {result.state}, but no decision in the journal left it so"
        yield Finding("state_unfounded", name, words)


def _read_standings() -> Standings:
    standings = Standings()
    for _, entry in entries_in_order(KINDS):
        standings.follow(entry.type, entry.facts)
    return standings


def _verify_body(result: Result, name: str) -> Iterator[Finding]:
    """Demand that hash, kept body and columns are those that the phone sent."""
    copy = db.session.get(ResultBodyCopy, result.id)
    if copy is None:
        yield Finding("body_missing", name, "the body that the phone sent is not kept")
        return
    try:
        body = ResultBody.model_validate_json(sealing.unseal(copy.sealed))
    except (ValueError, InvalidTag):
        yield Finding("body_unreadable", name, "the body that is kept cannot be opened")
        return
    if body_sha256(body) != result.body_sha256:
        yield Finding("result_changed", name, "the body that is kept is not the phone's")
    said = (body.outcome.value, body.decided_at, body.details, body.note, body.visit_id)
    kept = (result.outcome, result.decided_at, result.details, result.note, result.visit_id)
    if said != kept or _spelt(body.details) != _spelt(result.details):
        yield Finding("result_changed", name, "its columns are not what the phone sent")


def _spelt(details: Any) -> str:
    """Return answers as JSON spells them, since Python takes True for 1 and for 1.0."""
    return json.dumps(details, sort_keys=True)


def verify_reviews() -> Iterator[Finding]:
    """Give what is wrong with any reviewer's decision, a second row of the same one included."""
    hidden = read_hidden()
    yield from each(select(Review), _name_of_review, lambda row: _verify_review(row, hidden))


def _name_of_review(review: Review) -> str:
    return f"review {review.id}"


def _verify_review(review: Review, hidden: Hidden) -> Iterator[Finding]:
    name, entry = _name_of_review(review), entry_at(review.journal_index)
    yield from compare(
        entry, EntryType.REVIEW_DECIDED, name,
        review_id=str(review.id), result_id=str(review.result_id), decision=review.decision,
        reviewer_id=str(review.reviewer_id), code_seen=review.code_seen,
    )  # fmt: skip
    yield from hidden.compare(entry, "words", review.words, name, code="review_changed")
    yield from compare_time(entry, review.decided_at, name)
