"""Notices records whose files do not come: flags them, and lists them by age (evidence §5.67)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, select
from sqlalchemy.orm import joinedload, selectinload

from webapp import clock
from webapp.areas.duty import lies_in
from webapp.evidence.flags import flagging
from webapp.evidence.flags.case_flags import MEDIA_OVERDUE, media_overdue
from webapp.evidence.flags.flags import raised
from webapp.evidence.models import Capture, RaisedFlag
from webapp.evidence.records.rules import CaptureState
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.roster.models import Person

JOB = "evidence.media-overdue"
CODE = "media_overdue"
DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)
# After so long the flag has said what there is to say; the list goes on showing the record.
WATCHED_FOR = timedelta(days=90)


def watch(capture: Capture) -> None:
    """Look at a new capture again when its files should long have come."""
    _look_at(capture.id, capture.committed_at + MEDIA_OVERDUE + MOMENT)


def _look_at(capture_id: UUID, run_at: datetime) -> None:
    jobs.enqueue(kind=JOB, payload={"capture_id": str(capture_id)}, run_at=run_at)


@handler(JOB)
def look_for_files(_context: JobContext, payload: dict[str, Any]) -> None:
    """Flag a capture whose files are still missing, and count its days on."""
    query = select(Capture).filter_by(id=UUID(payload["capture_id"]))
    capture = db.session.scalar(query.with_for_update(key_share=True))
    if capture is None or capture.state != CaptureState.COMMITTED:
        return
    now = clock.now()
    flagging.set_flags(capture, raised([media_overdue(capture.committed_at, now)]), [CODE])
    if now - capture.committed_at < WATCHED_FOR:
        _look_at(capture.id, now + DAY)


def is_flagged() -> Exists:
    """Return the condition that a capture of the enclosing query bears the flag."""
    return select(RaisedFlag.id).filter_by(capture_id=Capture.id, code=CODE).exists()


def came(capture: Capture) -> None:
    """Take the flag back when the last file is here."""
    flagging.set_flags(capture, [], [CODE])


def awaited(*, area_path: str, after: str) -> tuple[Sequence[Capture], str | None]:
    """Return one page of the area's captures that lack files, longest waiting first."""
    query = (
        select(Capture)
        .where(Capture.state == CaptureState.COMMITTED.value)
        .where(lies_in(Capture.area_path, area_path))
        .options(
            joinedload(Capture.person).joinedload(Person.area), joinedload(Capture.worker),
            joinedload(Capture.occasion),
            selectinload(Capture.media),
        )
    )  # fmt: skip
    return page(query, (Capture.committed_at, Capture.id), after)
