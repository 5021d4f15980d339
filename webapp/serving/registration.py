"""What serving adds to the application: the phone app's files, health, the local network."""

from apiflask import APIFlask

from webapp.rooms import add_commands, add_pages
from webapp.serving import cli, local_network, pwa
from webapp.serving.observability import register_observability


def register(app: APIFlask) -> None:
    """Add what is served beside the rooms, and the command that serves."""
    register_observability(app)
    add_pages(app, pwa.blueprint, local_network.blueprint)
    add_commands(app, cli.commands)
