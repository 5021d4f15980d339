"""Sets up what a measure needs: a scratch folder, a served demo city, the program on it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apiflask import APIFlask

from tests.e2e.server import PASSWORD, LiveServer
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db

# No measure should run into a limit that is there against guessing and loops.
GENEROUS = {"ANZAI_CAPTURES_PER_HOUR": "100000", "ANZAI_SIGN_IN_LIMIT": "10000 per minute"}


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Give a folder outside the checkout, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"anzai-bench-{name}-") as folder:
        yield Path(folder)


@contextmanager
def prepared(name: str, people: int = 300) -> Iterator[LiveServer]:
    """Give a server with its demo city loaded, not started; it ends with the block."""
    with scratch(name) as folder:
        server = LiveServer(folder, people=people, environ=dict(GENEROUS))
        server.prepare()
        try:
            yield server
        finally:
            server.stop()


def application(data_dir: Path, database_url: str | None = None) -> APIFlask:
    """Return the application in this process on a data folder."""
    url = database_url or f"sqlite:///{data_dir}/anzai.sqlite"
    return create_app(Settings(
        data_dir=data_dir.resolve(), database_url=url, demo_password=PASSWORD,
        sign_in_limit=GENEROUS["ANZAI_SIGN_IN_LIMIT"], captures_per_hour=100_000,
    ))  # fmt: skip


@contextmanager
def program(data_dir: Path, database_url: str | None = None) -> Iterator[APIFlask]:
    """Give the application in this process, with its context, on a data folder."""
    app = application(data_dir, database_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
