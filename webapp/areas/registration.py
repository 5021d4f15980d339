"""What the tree of areas adds to the application."""

from apiflask import APIFlask

from webapp.areas import desk, queries, sentences
from webapp.http.errors import add_sentences
from webapp.rooms import add_pages


def register(app: APIFlask) -> None:
    """Add the pages of areas, the sentences, and the name of the caller's area for all pages."""
    app.context_processor(lambda: {"desk_area": queries.desk_area})
    add_pages(app, desk.blueprint)
    add_sentences(sentences)
