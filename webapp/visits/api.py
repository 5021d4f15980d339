"""The phone's pack and its attempts over HTTP (design §4)."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from webapp.access import decorators as access
from webapp.access.decorators import on_device
from webapp.access.rules import Permission
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.journal import service as journal
from webapp.people import queries
from webapp.visits import results
from webapp.visits.keeping import kept_aside
from webapp.visits.pack import Cursor, pack
from webapp.visits.schemas import AttemptsBody
from webapp.visits.set_aside import ATTEMPTS

blueprint = APIBlueprint("visits_api", __name__, url_prefix="/api/v1", tag="visits")


@blueprint.get("/pack")
@on_device(Permission.USE_PHONE)
def get_pack() -> dict[str, Any]:
    """Return what changed for the caller since `cursor`."""
    actor, cursor = access.actor(), Cursor.parse(request.args.get("cursor", ""))
    page = pack(worker_id=actor.account_id, cursor=cursor, checkpoint=journal.checkpoint())
    phones = queries.phones_to_confirm(account_id=actor.account_id, asking_kid=actor.device_kid)
    page["new_phones"] = [
        {"device_kid": phone.kid, "name": phone.name, "enrolled_at": rfc3339(phone.enrolled_at)}
        for phone in phones
    ]
    page["password_notice"] = queries.password_notice(account_id=actor.account_id)
    return page


@blueprint.post("/attempts")
@on_device(Permission.USE_PHONE, with_given_password=True)
@blueprint.input(AttemptsBody, arg_name="body")
def post_attempts(body: AttemptsBody) -> Response:
    """Record attempts of a visit that has no result yet; the same again changes nothing."""
    actor, visit_id = access.actor(), body.visit_id
    with kept_aside(
        actor=actor, kind=ATTEMPTS, report_id=visit_id, visit_id=visit_id, body=body
    ):  # fmt: skip
        added = results.record_attempts(actor=actor, body=body)
    db.session.commit()
    return jsonify({"added": added})
