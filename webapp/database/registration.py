"""What the database adds to the application: the command that repairs it."""

from apiflask import APIFlask

from webapp.database import cli
from webapp.rooms import add_commands


def register(app: APIFlask) -> None:
    """Add `flask repair`."""
    add_commands(app, cli.commands)
