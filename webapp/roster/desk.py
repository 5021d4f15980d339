"""The desk's pages of the roster."""

from apiflask import APIBlueprint

blueprint = APIBlueprint("roster", __name__, enable_openapi=False)
