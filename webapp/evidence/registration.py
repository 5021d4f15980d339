"""What evidence adds to the application."""

from apiflask import APIFlask

from webapp.evidence import api, cli, sentences, subscriptions
from webapp.evidence.archive import desk as archive_desk
from webapp.evidence.archive import media
from webapp.evidence.aside import desk as aside_desk
from webapp.evidence.decoding import derivations, remaking
from webapp.evidence.flags import overdue
from webapp.evidence.intake import delivery_api, upload_api
from webapp.evidence.recovery import adopting, leftovers, reexamining, sweeping
from webapp.evidence.review import desk as review_desk
from webapp.evidence.review import portraits
from webapp.http.errors import add_sentences
from webapp.rooms import add_api, add_commands, add_pages
from webapp.visits.signals import (
    result_accepted,
    result_taken_back,
    visits_followed,
    visits_moved,
)

# Importing them declares the jobs.
DECLARING = (adopting, derivations, leftovers, overdue, reexamining, remaking, sweeping)


def register(app: APIFlask) -> None:
    """Add the API and uploads, pages, commands and sentences, and what follows the visits."""
    visits_moved.connect(subscriptions.follow_visits)
    visits_followed.connect(subscriptions.follow_area)
    result_accepted.connect(portraits.follow_acceptance)
    result_taken_back.connect(portraits.follow_taking_back)
    add_api(app, api.blueprint, upload_api.blueprint, delivery_api.blueprint)
    add_pages(
        app, review_desk.blueprint, archive_desk.blueprint, aside_desk.blueprint, media.blueprint
    )
    add_commands(app, cli.commands)
    add_sentences(sentences)
