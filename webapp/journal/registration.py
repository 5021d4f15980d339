"""What the journal adds to the application."""

from apiflask import APIFlask

from webapp.http.errors import add_sentences
from webapp.journal import api, cli, sentences, state_events
from webapp.rooms import add_api, add_commands

# Importing it makes every session notice changes of protected tables.
NOTICING = (state_events,)


def register(app: APIFlask) -> None:
    """Add the journal's API, commands and sentences."""
    add_api(app, api.blueprint)
    add_commands(app, cli.commands)
    add_sentences(sentences)
