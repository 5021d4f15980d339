"""What the queue of jobs adds to the application."""

from apiflask import APIFlask

from webapp.http.errors import add_sentences
from webapp.jobs import cli, desk, sentences
from webapp.rooms import add_commands, add_pages


def register(app: APIFlask) -> None:
    """Add the pages of jobs, the worker's command and the sentences."""
    add_pages(app, desk.blueprint)
    add_commands(app, cli.commands)
    add_sentences(sentences)
