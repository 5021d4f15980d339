"""A second application beside a test's own, for instance one with other settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from apiflask import APIFlask

from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db


@contextmanager
def running(settings: Settings) -> Iterator[APIFlask]:
    """Yield the application of these settings, and close its connections at the end.

    A pool that is only forgotten closes nothing: its connections are found open by the garbage
    collector later, and the warning of that fails whichever test runs then.
    """
    made = create_app(settings)
    try:
        yield made
    finally:
        with made.app_context():
            db.session.remove()
            db.engine.dispose()
