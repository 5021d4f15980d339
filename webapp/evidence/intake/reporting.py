"""Takes a result together with the committed captures that it names (the result of design §4)."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from webapp import sealing
from webapp.access.rules import Actor
from webapp.evidence.flags import flagging
from webapp.evidence.models import Capture, ResultBodyCopy
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.visits import results
from webapp.visits.models import Visit
from webapp.visits.results import Recorded
from webapp.visits.rules import CaptureFact, CaptureKind
from webapp.visits.schemas import ResultBody


def record_result(*, actor: Actor, body: ResultBody) -> Recorded:
    """Record a worker's result on the evidence that it names, exactly once.

    Raises:
        Refusal: `capture_unknown` when a capture is not committed, is another worker's or another
            visit's or occasion's, or has another hash; and those of `visits.results.record_result`.
    """
    # Whoever waits for the same visit must read what the first one wrote, not what it read before.
    visit = results.lock_visit(body.visit_id)
    captures = _named_captures(actor, body, visit)
    facts = {capture.id: _fact(capture) for capture in captures.values()}
    recorded = results.record_result(actor=actor, body=body, captures=facts)
    if recorded.is_new:
        sealed = sealing.seal(body.model_dump_json())
        db.session.add(ResultBodyCopy(result_id=recorded.result.id, sealed=sealed))
        flagging.flag_result(recorded.result, captures.values(), recorded.attempts)
        flagging.flag_learnt(recorded.result, recorded.learnt)
        db.session.flush()
    return recorded


def _named_captures(actor: Actor, body: ResultBody, visit: Visit | None) -> Mapping[UUID, Capture]:
    wanted = {ref.capture_id: ref.record_sha256 for ref in body.captures}
    # Locked before the journal is: a derivation that raises flags at the same time would
    # otherwise be overwritten, or wait for the journal while this waits for the capture.
    query = select(Capture).where(Capture.id.in_(wanted)).order_by(Capture.id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    there = db.session.scalars(locked).all()
    occasion_id = None if visit is None else visit.occasion_id
    found = {
        capture.id: capture
        for capture in there
        if capture.record_sha256 == wanted[capture.id]
        and _may_name(actor, capture, body.visit_id, occasion_id)
    }
    missing = sorted(str(capture_id) for capture_id in wanted if capture_id not in found)
    if missing:
        raise Refusal("capture_unknown", captures=missing)
    return found


def _may_name(actor: Actor, capture: Capture, visit_id: UUID, occasion_id: UUID | None) -> bool:
    """Say whether a result of the visit may rest on a capture.

    It is the worker's own of this visit, or anybody's of the occasion that the visit belongs to.
    """
    if capture.occasion_id is not None:
        return capture.occasion_id == occasion_id
    return capture.worker_id == actor.account_id and capture.visit_id == visit_id


def _fact(capture: Capture) -> CaptureFact:
    lengths = [media.duration_ms or 0 for media in capture.media]
    return CaptureFact(CaptureKind(capture.kind), max(lengths, default=0) or None)
