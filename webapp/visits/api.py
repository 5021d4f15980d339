"""Attempts over HTTP (design §4)."""

from apiflask import APIBlueprint
from flask import Response, jsonify

from webapp.access import decorators as access
from webapp.access.decorators import on_device
from webapp.access.rules import Permission
from webapp.extensions import db
from webapp.visits import results
from webapp.visits.keeping import kept_aside
from webapp.visits.schemas import AttemptsBody
from webapp.visits.set_aside import ATTEMPTS

blueprint = APIBlueprint("visits_api", __name__, url_prefix="/api/v1", tag="visits")


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
