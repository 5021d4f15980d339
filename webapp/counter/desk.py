"""The desk's pages for people who come to the office."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import redirect, render_template
from werkzeug.wrappers import Response

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Permission
from webapp.counter import service
from webapp.evidence.labels import ACTION_WORDS
from webapp.extensions import db
from webapp.people.models import Account
from webapp.phone_build import build_info

blueprint = APIBlueprint("counter", __name__, enable_openapi=False, template_folder="templates")


@blueprint.post("/people/<uuid:person_id>/walk-in")
@signed_in(Permission.CERTIFY_AT_DESK)
def walk_in(person_id: UUID) -> Response:
    """Begin, or go on with, the certificate of somebody before the desk."""
    visit = service.receive_walk_in(actor=actor(), person_id=person_id)
    visit_id = visit.id
    db.session.commit()
    return redirect(f"/counter/{visit_id}", 303)


@blueprint.get("/counter/<uuid:visit_id>")
@signed_in(Permission.CERTIFY_AT_DESK)
def certify(visit_id: UUID) -> str | Response:
    """Show the desk's camera for a walk-in of one's own; any other visit has its own page."""
    visit, is_here = service.visit_at_counter(actor=actor(), visit_id=visit_id)
    if not is_here:
        return redirect(f"/visits/{visit_id}", 303)
    account = db.session.get_one(Account, actor().account_id)
    return render_template(
        "counter/certify.html", visit=visit, person=visit.person, account=account,
        actions=ACTION_WORDS, script=build_info()["counter"],
    )  # fmt: skip
