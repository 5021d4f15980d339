"""What visits add to the application."""

from apiflask import APIFlask

from webapp.areas.signals import area_moved
from webapp.http.errors import add_sentences
from webapp.rooms import add_api, add_pages
from webapp.roster.signals import people_changed
from webapp.visits import api, desk, protected, sentences, subscriptions

# Importing it declares the tables whose changes are journaled.
DECLARING = (protected,)


def register(app: APIFlask) -> None:
    """Add the API and the pages of visits, the sentences, and what follows the news from below."""
    people_changed.connect(subscriptions.bring_people_anew)
    area_moved.connect(subscriptions.follow_area)
    add_api(app, api.blueprint)
    add_pages(app, desk.blueprint)
    add_sentences(sentences)
