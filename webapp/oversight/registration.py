"""What the auditor's desk adds to the application."""

from apiflask import APIFlask

from webapp.http.errors import add_sentences
from webapp.oversight import desk, sentences
from webapp.rooms import add_pages


def register(app: APIFlask) -> None:
    """Add the auditor's pages and the sentences."""
    add_pages(app, desk.blueprint)
    add_sentences(sentences)
