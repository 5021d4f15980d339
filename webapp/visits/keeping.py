"""For the routes that take reports: what the rules refuse is kept aside, then refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from pydantic import BaseModel

from webapp.access.rules import Actor
from webapp.extensions import begin_writing, db
from webapp.refusals import Refusal
from webapp.visits import set_aside


@contextmanager
def kept_aside(
    *, actor: Actor, kind: str, report_id: UUID, visit_id: UUID, body: BaseModel
) -> Iterator[None]:
    """Undo what the request wrote when it is refused, keep its body, and say so (`kept`).

    Raises:
        Refusal: the one that the rules gave, or `quota_reports` (429).
    """
    try:
        yield
    except Refusal as refusal:
        if refusal.status not in set_aside.KEPT_STATUSES:
            raise
        db.session.rollback()
        begin_writing()
        set_aside.keep_refused(
            actor=actor, kind=kind, report_id=report_id, visit_id=visit_id, body=body,
            refusal=refusal,
        )  # fmt: skip
        db.session.commit()
        raise
