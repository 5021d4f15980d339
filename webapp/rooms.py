"""How a room says what it adds to the application; each does so once, in its `registration.py`."""

from apiflask import APIBlueprint, APIFlask
from click import Command

from webapp.extensions import csrf


def add_api(app: APIFlask, *blueprints: APIBlueprint) -> None:
    """Add routes that phones and programs call with a token, hence without a form's token."""
    for blueprint in blueprints:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)


def add_pages(app: APIFlask, *blueprints: APIBlueprint) -> None:
    """Add pages of the desk or open ones."""
    for blueprint in blueprints:
        app.register_blueprint(blueprint)


def add_commands(app: APIFlask, *commands: Command) -> None:
    """Add commands, or groups of them, to `flask`."""
    for command in commands:
        app.cli.add_command(command)
