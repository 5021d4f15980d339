"""Tells the files of a visit that was done again from those that were sent back before.

A phone names every file of the visit in each of its results, so that nothing is lost. What was
judged and returned is history by then: it is shown, but it is neither counted nor shown first.
"""

from collections.abc import Collection, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from webapp.evidence.models import Capture
from webapp.extensions import db
from webapp.visits.models import Result, ResultCapture
from webapp.visits.rules import CaptureKind, ResultState

PICTURED = frozenset({CaptureKind.PHOTO.value, CaptureKind.VIDEO.value})
DONE_WITH = (ResultState.RETURNED.value, ResultState.SUPERSEDED.value)


class Kept(Protocol):
    """A capture, or a row of its id and kind."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...

    @property
    def kind(self) -> str:
        """What it holds."""
        ...


AnyCapture = TypeVar("AnyCapture", bound=Kept)


def older_files(result_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return, by result, the captures that an earlier, settled result of its visit named too."""
    query = (
        select(ResultCapture.result_id, ResultCapture.capture_id)
        .join(Result, Result.id == ResultCapture.result_id)
        .where(Result.id.in_(result_ids), _is_older(ResultCapture))
    )
    found: dict[UUID, set[UUID]] = {}
    for result_id, capture_id in db.session.execute(query):
        found.setdefault(result_id, set()).add(capture_id)
    return found


def _is_older(named: Any) -> Any:
    """Return the condition that an earlier, settled result of the visit named a capture too."""
    before, by_it = aliased(Result), aliased(ResultCapture)
    earlier = (
        select(before.id)
        .join(by_it, by_it.result_id == before.id)
        .where(before.visit_id == Result.visit_id, before.received_at < Result.received_at)
        # Not the bare column: SQLite would go by its index through all settled results there are.
        .where(func.coalesce(before.state, "").in_(DONE_WITH))
        .where(by_it.capture_id == named.capture_id)
    )
    return earlier.correlate(Result, named).exists()


def is_counted(named: Any) -> Any:
    """Return, of a capture that `Result` names, the condition that the result rests on it now.

    It is `counted` in the words of the database.
    """
    pictured = _pictured(is_fresh=False)
    return or_(~_is_older(named), and_(pictured, ~_pictured(is_fresh=True)))


def _pictured(*, is_fresh: bool) -> Any:
    named, capture = aliased(ResultCapture), aliased(Capture)
    found = select(named.result_id).join(capture, capture.id == named.capture_id)
    found = found.where(named.result_id == Result.id, capture.kind.in_(PICTURED))
    found = found.where(~_is_older(named)) if is_fresh else found
    return found.correlate(Result).exists()


def counted(captures: Sequence[AnyCapture], older: Collection[UUID]) -> list[AnyCapture]:
    """Return the captures on which a result rests now: the new ones, if they picture anybody.

    A result that only adds a document, or explains in words, still rests on the older pictures.
    """
    fresh = [capture for capture in captures if capture.id not in older]
    return fresh if is_pictured(fresh) or not is_pictured(captures) else list(captures)


def is_pictured(captures: Sequence[Kept]) -> bool:
    """Say whether a photo or video is among the captures, so that a code can be seen."""
    return any(capture.kind in PICTURED for capture in captures)
