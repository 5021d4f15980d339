"""What the roster adds to the application."""

from apiflask import APIFlask

from webapp.areas.signals import area_about_to_move, area_moved, area_renamed
from webapp.http.errors import add_sentences
from webapp.rooms import add_commands, add_pages
from webapp.roster import cli, desk, protected, sentences, subscriptions
from webapp.roster.imports import import_jobs

# Importing them declares the tables whose changes are journaled, and the jobs.
DECLARING = (protected, import_jobs)


def register(app: APIFlask) -> None:
    """Add the pages of the roster and of imports, commands, sentences; follow the areas."""
    area_about_to_move.connect(subscriptions.keep_still_during_imports)
    area_moved.connect(subscriptions.follow_area)
    area_renamed.connect(subscriptions.tell_of_new_name)
    add_pages(app, desk.blueprint)
    add_commands(app, cli.commands)
    add_sentences(sentences)
