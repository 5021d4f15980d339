"""What visits add to the application."""

from apiflask import APIFlask

from webapp.areas.signals import area_moved
from webapp.http.errors import add_sentences
from webapp.packs import sections
from webapp.rooms import add_api, add_pages
from webapp.roster.signals import people_changed
from webapp.visits import api, desk, pack_section, protected, sentences, subscriptions

# Importing it declares the tables whose changes are journaled.
DECLARING = (protected,)


def register(app: APIFlask) -> None:
    """Add the API and the pages of visits, the sentences, what follows the news from below, and
    what phones are told.
    """
    people_changed.connect(subscriptions.bring_people_anew)
    area_moved.connect(subscriptions.follow_area)
    sections.add_changing("visits", pack_section.VISITS)
    sections.add_reference("codes", pack_section.code_lists)
    add_api(app, api.blueprint)
    add_pages(app, desk.blueprint)
    add_sentences(sentences)
