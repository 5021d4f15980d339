"""Whole visits in one request, for lines that are good enough (design §4)."""

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from webapp.access import decorators as access
from webapp.access.decorators import on_device
from webapp.access.rules import Actor, Permission
from webapp.config import settings
from webapp.evidence.intake import deliveries
from webapp.evidence.intake.deliveries import Answer, Delivery
from webapp.evidence.records.delivery_parts import Part, take_apart
from webapp.extensions import begin_reading, begin_writing, db, starts_read_only
from webapp.http.errors import sentence
from webapp.journal import service as journal

blueprint = APIBlueprint("deliveries_api", __name__, url_prefix="/api/v1", tag="evidence")

DELIVERY_TYPE = "application/vnd.anzai.delivery"


@blueprint.before_request
def limit_body() -> None:
    """Refuse what is larger than a delivery may be before it is read (413)."""
    request.max_content_length = settings().delivery_max_bytes


@blueprint.post("/deliveries")
@starts_read_only
@on_device(Permission.USE_PHONE, with_given_password=True)
def take_delivery() -> tuple[Response, int]:
    """Take records, files and results one after another; the answer has one entry a part."""
    actor = access.actor()
    delivery = _with_records_taken(actor)
    with deliveries.stored(delivery) as verified:
        begin_writing()
        answers = deliveries.take_rest(actor=actor, delivery=delivery, verified=verified)
        db.session.commit()
    begin_reading()
    is_new = any(answer.status == 201 and answer.refusal is None for answer in answers)
    return jsonify({"parts": told(actor, answers)}), 201 if is_new else 200


def _with_records_taken(actor: Actor) -> Delivery:
    """Do the first of the two transactions, behind which the files are stored."""
    parts = sent_parts()
    begin_writing()
    delivery = deliveries.take_records(actor=actor, parts=parts)
    db.session.commit()
    return delivery


def sent_parts() -> list[Part]:
    """Return the parts of the request's body.

    Raises:
        Refusal: `delivery_parts` (400).
    """
    if request.mimetype != DELIVERY_TYPE:
        raise UnsupportedMediaType
    return take_apart(request.headers.get("Delivery-Parts", ""), request.get_data(cache=False))


def told(actor: Actor, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return what the phone is told of each part, all receipts against one checkpoint."""
    found = [deliveries.receipt_of(actor=actor, answer=answer) for answer in answers]
    _, texts = journal.receipts({index for index in found if isinstance(index, int)})
    return [
        _told(answer) | _vouched(what, texts) for answer, what in zip(answers, found, strict=True)
    ]


def _told(answer: Answer) -> dict[str, Any]:
    if answer.refusal is not None:
        code, facts = answer.refusal.code, answer.refusal.facts
        said = {"status": answer.refusal.status, "code": code, "detail": sentence(code, facts)}
        return facts | said
    if answer.result_id is not None:
        result = {"result_id": str(answer.result_id), "state": answer.state}
        return {"status": answer.status, **result}
    return {"status": answer.status}


def _vouched(found: int | tuple[str, ...] | None, texts: dict[int, str]) -> dict[str, Any]:
    if isinstance(found, int):
        return {"receipt": texts[found]}
    return {} if found is None else {"missing": list(found)}
