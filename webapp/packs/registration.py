"""What packs add to the application."""

from apiflask import APIFlask

from webapp.packs import api, own_sections, sections
from webapp.rooms import add_api


def register(app: APIFlask) -> None:
    """Add the route, and the sections of the rooms below."""
    sections.add_standing("checkpoint", own_sections.tell_checkpoint)
    sections.add_standing("account", own_sections.tell_account)
    sections.add_reference("settings", own_sections.limits)
    add_api(app, api.blueprint)
