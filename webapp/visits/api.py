"""The phone's pack and its attempts over HTTP (design §4)."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from webapp.extensions import db
from webapp.journal import service as journal
from webapp.people import access
from webapp.people.access import on_device
from webapp.people.rules import Permission
from webapp.visits import results
from webapp.visits.pack import Cursor, pack
from webapp.visits.schemas import AttemptsBody

blueprint = APIBlueprint("visits_api", __name__, url_prefix="/api/v1", tag="visits")


@blueprint.get("/pack")
@on_device(Permission.USE_PHONE)
def get_pack() -> dict[str, Any]:
    """Return what changed for the caller since `cursor`."""
    cursor = Cursor.parse(request.args.get("cursor", ""))
    return pack(worker_id=access.actor().account_id, cursor=cursor,
                checkpoint=journal.checkpoint())  # fmt: skip


@blueprint.post("/attempts")
@on_device(Permission.USE_PHONE)
@blueprint.input(AttemptsBody, arg_name="body")
def post_attempts(body: AttemptsBody) -> Response:
    """Record attempts of a visit that has no result yet; the same again changes nothing."""
    added = results.record_attempts(actor=access.actor(), body=body)
    db.session.commit()
    return jsonify({"added": added})
