"""What the demo city adds to the application."""

from apiflask import APIFlask

from webapp.demo import cli
from webapp.rooms import add_commands


def register(app: APIFlask) -> None:
    """Add the commands that load the demo city."""
    add_commands(app, cli.commands)
