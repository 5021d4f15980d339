"""Says when one reviewer is not enough: nobody saw the code, or nobody knows whose phone it was."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from webapp.evidence.flags.redone import PICTURED
from webapp.evidence.models import Capture, RaisedFlag
from webapp.evidence.records.challenge import derive_challenge
from webapp.evidence.records.records import parse_record
from webapp.extensions import db
from webapp.people.models import Device
from webapp.visits.models import Attempt, Result, ResultCapture

GIVEN = "given_password"


def code_to_see(captures: Sequence[Capture]) -> tuple[str, str | None] | None:
    """Return the code and the action that the server's ticket asked for of one of these pictures.

    None when there was nothing to see: no ticket, or a phone that showed none or another one.
    """
    for capture in captures:
        shown = parse_record(capture.record).challenge if capture.kind in PICTURED else None
        if shown is None or capture.ticket is None:
            continue
        seed = capture.ticket.challenge_seed
        if shown[0] == derive_challenge(seed=seed, subject_id=capture.subject_id).code:
            return shown
    return None


def is_unproven(result: Result) -> bool:
    """Say whether a phone had a part in a result of which nobody knows that it is the worker's.

    It may have sent the result, a file or an attempt. A phone that was confirmed since counts as
    the worker's; what came while the password was one that somebody else had set stays in doubt.
    """
    named = select(ResultCapture.capture_id).where(ResultCapture.result_id == result.id)
    attempted = select(Attempt.device_kid).where(Attempt.visit_id == result.visit_id)
    filmed = select(Capture.device_kid).where(Capture.id.in_(named))
    had_part = or_(
        Device.kid == result.device_kid, Device.kid.in_(attempted), Device.kid.in_(filmed)
    )
    unconfirmed = select(Device.kid).where(had_part, Device.confirmed_at.is_(None))
    bears = or_(RaisedFlag.result_id == result.id, RaisedFlag.capture_id.in_(named))
    given = select(RaisedFlag.id).where(RaisedFlag.code == GIVEN, bears)
    return any(db.session.scalar(one.limit(1)) is not None for one in (unconfirmed, given))
