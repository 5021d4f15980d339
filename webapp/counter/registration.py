"""What the counter adds to the application."""

from apiflask import APIFlask

from webapp.counter import desk, sentences
from webapp.http.errors import add_sentences
from webapp.rooms import add_pages


def register(app: APIFlask) -> None:
    """Add the pages at the counter and the sentences."""
    add_pages(app, desk.blueprint)
    add_sentences(sentences)
