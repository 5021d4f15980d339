"""Tells the files of a visit that was done again from those that were sent back before.

A phone names every file of the visit in each of its results, so that nothing is lost. What was
judged and returned is history by then: it is shown, but it is neither counted nor shown first.
"""

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

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
    before, named = aliased(Result), aliased(ResultCapture)
    earlier = (
        select(before.id)
        .join(named, named.result_id == before.id)
        .where(before.visit_id == Result.visit_id, before.received_at < Result.received_at)
        .where(before.state.in_(DONE_WITH), named.capture_id == ResultCapture.capture_id)
    )
    query = (
        select(ResultCapture.result_id, ResultCapture.capture_id)
        .join(Result, Result.id == ResultCapture.result_id)
        .where(Result.id.in_(result_ids), earlier.exists())
    )
    found: dict[UUID, set[UUID]] = {}
    for result_id, capture_id in db.session.execute(query):
        found.setdefault(result_id, set()).add(capture_id)
    return found


def counted(captures: Sequence[AnyCapture], older: Collection[UUID]) -> list[AnyCapture]:
    """Return the captures on which a result rests now: the new ones, if they picture anybody.

    A result that only adds a document, or explains in words, still rests on the older pictures.
    """
    fresh = [capture for capture in captures if capture.id not in older]
    return fresh if is_pictured(fresh) or not is_pictured(captures) else list(captures)


def is_pictured(captures: Sequence[Kept]) -> bool:
    """Say whether a photo or video is among the captures, so that a code can be seen."""
    return any(capture.kind in PICTURED for capture in captures)
