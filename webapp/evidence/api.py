"""Tickets, capture records, receipts, results and portraits over HTTP (design §4)."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from webapp.access import decorators as access
from webapp.access.decorators import on_device
from webapp.access.rules import Permission
from webapp.config import settings
from webapp.evidence.archive import sending, viewing
from webapp.evidence.archive.media import log_look
from webapp.evidence.intake import committing, issuing, receipts, reporting
from webapp.evidence.models import Ticket
from webapp.evidence.records.signatures import decode_base64url, encode_base64url
from webapp.evidence.schemas import IssuedTicket, TicketsBody
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.journal import service as journal
from webapp.refusals import Refusal
from webapp.visits.keeping import kept_aside
from webapp.visits.schemas import ResultBody
from webapp.visits.set_aside import RESULT

blueprint = APIBlueprint("evidence_api", __name__, url_prefix="/api/v1", tag="evidence")

RECORD_TYPE = "application/vnd.anzai.capture+json"
LARGEST_BODY = 512_000


@blueprint.before_request
def limit_body() -> None:
    """Refuse bodies that no honest phone sends, before they are read."""
    request.max_content_length = LARGEST_BODY


@blueprint.post("/tickets")
@on_device(Permission.USE_PHONE)
@blueprint.input(TicketsBody, arg_name="body")
def issue_tickets(body: TicketsBody) -> tuple[Response, int]:
    """Issue tickets for the calling phone."""
    tickets = issuing.issue_tickets(actor=access.actor(), count=body.count)
    issued = [issued_ticket(ticket).model_dump() for ticket in tickets]
    db.session.commit()
    return jsonify(issued), 201


def issued_ticket(ticket: Ticket) -> IssuedTicket:
    """Return a ticket as the phone keeps it."""
    return IssuedTicket(
        ticket=encode_base64url(ticket.body),
        sha256=ticket.sha256,
        ticket_id=str(ticket.id),
        expires_at=rfc3339(ticket.expires_at),
        challenge_seed=encode_base64url(ticket.challenge_seed),
    )


@blueprint.post("/captures")
@on_device(Permission.USE_PHONE, with_given_password=True)
def commit_capture() -> Response:
    """Commit a capture record's own bytes; the answer is its receipt."""
    committed = committing.commit_capture(
        actor=access.actor(), raw=record_body(), signature=sent_signature(),
        presented=decode_base64url(request.headers.get("Capture-Ticket", "")),
    )  # fmt: skip
    index = committed.capture.commit_index if committed.capture else None
    db.session.commit()
    if committed.kept is not None or index is None:
        raise committed.kept or Refusal("bad_record")
    return receipt_text(index, 201 if committed.is_new else 200)


def record_body() -> bytes:
    """Return the request's body as it was sent.

    Raises:
        Refusal: `record_too_large` (413).
    """
    if request.mimetype != RECORD_TYPE:
        raise UnsupportedMediaType
    limit = settings().record_max_bytes
    raw = b"" if (request.content_length or 0) > limit else request.stream.read(limit + 1)
    if len(raw) > limit or (request.content_length or 0) > limit:
        raise Refusal("record_too_large", 413, limit=limit)
    return raw


def sent_signature() -> bytes:
    """Return the bytes of `Capture-Signature`; anything but base64url is `bad_signature`."""
    signature = decode_base64url(request.headers.get("Capture-Signature", ""))
    if signature is None:
        raise Refusal("bad_signature")
    return signature


def receipt_text(index: int, status: int) -> Response:
    """Return the tlog-proof of a committed journal entry."""
    return Response(journal.receipt(index), status, mimetype="text/plain")


@blueprint.get("/captures/<uuid:capture_id>/receipt")
@on_device(Permission.USE_PHONE, with_given_password=True)
def media_receipt(capture_id: UUID) -> Response:
    """Return the receipt of the stored files, or which are still missing (202)."""
    found = receipts.media_receipt(
        actor=access.actor(), capture_id=capture_id, sha256=request.args.get("sha256")
    )
    if found.index is not None:
        return receipt_text(found.index, 200)
    waiting = jsonify({"missing": list(found.missing)})
    waiting.status_code = 202
    return waiting


@blueprint.post("/results")
@on_device(Permission.USE_PHONE, with_given_password=True)
@blueprint.input(ResultBody, arg_name="body")
def record_result(body: ResultBody) -> tuple[Response, int]:
    """Record a result; when another one stands both are kept, and a person decides (409)."""
    actor, ids = access.actor(), {"report_id": body.result_id, "visit_id": body.visit_id}
    with kept_aside(actor=actor, kind=RESULT, body=body, **ids):
        recorded = reporting.record_result(actor=actor, body=body)
    answer = {"result_id": str(recorded.result.id), "state": recorded.result.state}
    kept = recorded.kept
    db.session.commit()
    if kept is not None:
        raise kept
    return jsonify(answer), 201 if recorded.is_new else 200


@blueprint.get("/people/<uuid:person_id>/photo")
@on_device(Permission.USE_PHONE)
def portrait(person_id: UUID) -> Response:
    """Show the small picture of the last accepted visit to a worker who has a visit there."""
    showing = viewing.find_portrait(actor=access.actor(), person_id=person_id)
    log_look(showing)
    return sending.send(showing)
