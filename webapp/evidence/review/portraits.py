"""Keeps the portrait of whoever was found alive, as results are accepted and taken back.

It hears of both by the signals of the visits, within the transaction of the decision.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.evidence.flags.redone import counted, older_files
from webapp.evidence.models import Capture, Media, Review
from webapp.evidence.records.rules import MediaState
from webapp.evidence.review.review import Decision, captures_of
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal.rules import read_entry
from webapp.roster.portraits import keep_portrait
from webapp.visits.models import Result, ResultCapture
from webapp.visits.rules import CaptureKind, Outcome, ResultState

SHOWN_ALIVE = frozenset({Outcome.ELIGIBLE, Outcome.IN_CARE})


def follow_acceptance(_sender: Any, *, result: Result) -> None:
    """Let an accepted result bring its person's portrait; without a picture the old one stays."""
    brought = _portrait_in(result)
    if brought is not None:
        keep_portrait(person=result.person, sha256=brought)


def follow_taking_back(_sender: Any, *, result: Result) -> None:
    """Put the portrait back, unless a later acceptance has brought another meanwhile."""
    brought = _portrait_in(result)
    if brought is None or result.person.photo_sha256 != brought:
        return
    before = before_of(_acceptance_of(result))
    keep_portrait(person=result.person, sha256=_holding(result, before.get("photo_sha256")))


def before_of(review: Review) -> Mapping[str, Any]:
    """Return what the entry of a decision says of the moment before; nothing in old entries."""
    return read_entry(journal_queries.entry(review.journal_index).body).get("before") or {}


def _portrait_in(result: Result) -> str | None:
    captures = counted(captures_of(result), older_files([result.id]).get(result.id, ()))
    return portrait_of(result, captures)


def _acceptance_of(result: Result) -> Review:
    """Return the newest acceptance of a result: the one that is being taken back."""
    query = select(Review).filter_by(result_id=result.id, decision=Decision.ACCEPT.value)
    return db.session.scalars(query.order_by(Review.journal_index.desc()).limit(1)).one()


def portrait_of(result: Result, captures: Sequence[Capture]) -> str | None:
    """Return the picture with which next year's worker and reviewer compare, by its SHA-256.

    What shows several people is nobody's portrait.
    """
    if result.outcome not in SHOWN_ALIVE:
        return None
    for kind in (CaptureKind.PHOTO, CaptureKind.VIDEO):
        for capture in captures:
            for media in capture.media:
                is_here = media.state == MediaState.RECEIVED
                if capture.kind == kind and is_here and capture.occasion_id is None:
                    return media.sha256
    return None


def _holding(result: Result, sha256: str | None) -> str | None:
    """Return the portrait of before, or an earlier one where its own acceptance holds no more."""
    seen: set[str] = set()
    while sha256 is not None and sha256 not in seen:
        seen.add(sha256)
        undone = _undone_with(result.person_id, sha256)
        if undone is None:
            return sha256
        sha256 = before_of(undone).get("photo_sha256")
    return None


def _undone_with(person_id: UUID, sha256: str) -> Review | None:
    """Return the newest acceptance that brought a picture, when it and all others were undone."""
    brought = (
        select(Result.id)
        .join(ResultCapture, ResultCapture.result_id == Result.id)
        .join(Media, Media.capture_id == ResultCapture.capture_id)
        .where(Result.person_id == person_id, Media.sha256 == sha256)
    )
    accepted = brought.where(Result.state == ResultState.ACCEPTED.value)
    if db.session.scalar(accepted.limit(1)) is not None:
        return None
    query = select(Review).where(
        Review.result_id.in_(brought), Review.decision == Decision.ACCEPT.value
    )
    return db.session.scalar(query.order_by(Review.journal_index.desc()).limit(1))
