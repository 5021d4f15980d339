"""The journal's commands."""

import click
from flask.cli import AppGroup

from webapp.extensions import db
from webapp.journal import service, states

commands = AppGroup("journal", help="The append-only journal and its checkpoints.")


@commands.command("checkpoint")
def checkpoint() -> None:
    """Print the signed checkpoint of this moment and keep it."""
    note = service.store_checkpoint()
    db.session.commit()
    click.echo(note, nl=False)


@commands.command("baseline")
def baseline() -> None:
    """Journal what a folder of an earlier version holds; done once, and by every first start."""
    states.ensure_baseline()
    db.session.commit()
