"""Finds records before which others of the same phone never came, at the moment of asking.

Records of an offline day arrive in any order, so a gap that was noted on arrival would be a fault
of the line and not of the worker: nothing is stored, and what has come since closes the gap.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import aliased

from webapp.evidence.flags.flags import Flag
from webapp.evidence.models import Capture, Quarantine
from webapp.evidence.records.rules import FIRST_PREV
from webapp.extensions import db

CODE = "seq_gap"


def gap_flags(capture_ids: Collection[UUID]) -> dict[UUID, Flag]:
    """Return the flag of each of these captures whose predecessor is not here."""
    if not capture_ids:
        return {}
    query = select(Capture.id, Capture.seq).where(Capture.id.in_(capture_ids), is_gap())
    return {row.id: Flag(CODE, {"seq": row.seq}) for row in db.session.execute(query)}


def is_gap() -> Any:
    """Return the condition that the record before a capture is missing.

    One that was refused and set aside has come: it is somebody's to judge, and not lost.
    """
    before = aliased(Capture)
    came = select(before.id).where(
        before.device_kid == Capture.device_kid, before.seq == Capture.seq - 1
    )
    aside = select(Quarantine.id).where(
        Quarantine.what == "record", Quarantine.sha256 == Capture.prev
    )
    starts = and_(Capture.prev == FIRST_PREV, Capture.seq <= 1)
    return and_(not_(starts), ~came.exists(), ~aside.exists())
