"""Locks all that the parts of a delivery change before the first of them is taken.

Each part takes its locks in everybody's order (phone, visits, captures, the change counter, the
journal; `results.lock_visit`), but the second part would take its visit while the first one holds
the journal: two deliveries, or one and an ordinary call, would wait for each other in a circle.
SQLite has one writer at a time anyway.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from webapp.access.rules import Actor
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.evidence.models import Capture, Media
from webapp.evidence.records.delivery_parts import Part, PartKind
from webapp.extensions import db
from webapp.packs import changes
from webapp.people.models import Device
from webapp.visits.models import Visit
from webapp.visits.schemas import ResultBody


def lock_phones_and_captures(*, actor: Actor, parts: Sequence[Part]) -> None:
    """Lock the caller's phones and those of his captures whose files are sent."""
    if not _has_row_locks():
        return
    if any(part.kind is PartKind.RECORD for part in parts):
        phones = select(Device.kid).where(Device.account_id == actor.account_id)
        db.session.execute(phones.order_by(Device.kid).with_for_update(key_share=True))
    files = {part.sha256 for part in parts if part.kind is PartKind.FILE}
    if files:
        promising = select(Media.capture_id).where(Media.sha256.in_(files))
        own = select(Capture.id).where(
            Capture.worker_id == actor.account_id, Capture.id.in_(promising)
        )
        db.session.execute(own.order_by(Capture.id).with_for_update(key_share=True))


def lock_visits_and_captures(
    *, bodies: Sequence[ResultBody], uploads: Sequence[UploadSnapshot]
) -> None:
    """Lock what the results are about and name, then the captures that files belong to."""
    if not _has_row_locks():
        return
    visits = select(Visit.id).where(Visit.id.in_({body.visit_id for body in bodies}))
    if bodies:
        db.session.execute(visits.order_by(Visit.id).with_for_update(key_share=True))
    named = {upload.capture_id for upload in uploads} | _named(bodies)
    if named:
        captures = select(Capture.id).where(Capture.id.in_(named)).order_by(Capture.id)
        db.session.execute(captures.with_for_update(key_share=True))
    if bodies:
        changes.lock_counter()


def _named(bodies: Iterable[ResultBody]) -> set[UUID]:
    return {ref.capture_id for body in bodies for ref in body.captures}


def _has_row_locks() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
