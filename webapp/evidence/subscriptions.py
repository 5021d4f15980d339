"""What evidence does with news from below: captures lie where their visit or occasion lies."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.areas.duty import lies_in
from webapp.areas.moves import carry_path
from webapp.chunks import chunks
from webapp.evidence.models import Capture
from webapp.extensions import db


def follow_visits(_sender: Any, *, paths: Mapping[UUID, str]) -> None:
    """Let the captures of moved visits lie where the visits lie now."""
    for some in chunks(sorted(paths)):
        query = select(Capture).where(Capture.visit_id.in_(some)).order_by(Capture.id)
        for capture in db.session.scalars(query.with_for_update(key_share=True)):
            assert capture.visit_id is not None  # noqa: S101 - it was chosen by it.
            capture.area_path = paths[capture.visit_id]


def follow_area(_sender: Any, *, old: str, new: str) -> None:
    """Let captures follow a moved area; they are locked in the order of their ids."""
    locked = select(Capture.id).where(lies_in(Capture.area_path, old)).order_by(Capture.id)
    db.session.execute(locked.with_for_update(key_share=True))
    carry_path(Capture.area_path, old, new)
