"""Tells phones which visits are their worker's no longer; the rows say who once had a visit."""

from uuid import UUID

from webapp.extensions import db
from webapp.packs import changes
from webapp.visits.models import Visit, VisitRemoval


def remove_from_phone(*, visit: Visit, worker_id: UUID | None, reason: str) -> None:
    """Tell the worker's phone to drop the visit; its unsent work stays and is still taken."""
    if worker_id is not None:
        changes.drop(VisitRemoval(worker_id=worker_id, visit_id=visit.id, reason=reason))


def was_given_to(visit_id: UUID, worker_id: UUID) -> bool:
    """Say whether a visit once was the worker's."""
    query = db.select(VisitRemoval.id).filter_by(visit_id=visit_id, worker_id=worker_id)
    return db.session.scalar(query.limit(1)) is not None
