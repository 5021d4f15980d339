"""The journal's commands."""

import click
from flask.cli import AppGroup

from webapp.extensions import db
from webapp.journal import service

commands = AppGroup("journal", help="The append-only journal and its checkpoints.")


@commands.command("checkpoint")
def checkpoint() -> None:
    """Print the signed checkpoint of this moment and keep it."""
    note = service.store_checkpoint()
    db.session.commit()
    click.echo(note, nl=False)
