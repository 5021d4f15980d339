"""The phone's pack over HTTP (design §4)."""

from typing import Any

from apiflask import APIBlueprint
from flask import request

from webapp.access import decorators as access
from webapp.access.decorators import on_device
from webapp.access.rules import Permission
from webapp.packs.cursor import Cursor
from webapp.packs.service import pack

blueprint = APIBlueprint("packs_api", __name__, url_prefix="/api/v1", tag="visits")


@blueprint.get("/pack")
@on_device(Permission.USE_PHONE)
def get_pack() -> dict[str, Any]:
    """Return what changed for the caller since `cursor`."""
    return pack(actor=access.actor(), cursor=Cursor.parse(request.args.get("cursor", "")))
