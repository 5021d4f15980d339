"""Demo cities for the tests: one is made a session, and each server gets a copy of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.server import LiveServer

# The demo gives its workers 59 visits in one community; 300 people fill only a part of them.
PEOPLE = 2000
GENEROUS = {"ANZAI_CAPTURES_PER_HOUR": "100000"}


def make_template(folder: Path) -> Path:
    """Load a demo city into `folder`, to be copied."""
    folder.mkdir(parents=True, exist_ok=True)
    server = LiveServer(folder, people=PEOPLE)
    server.prepare()
    # Previews of the demo's own pictures: nobody should wait in line behind them.
    server.flask("jobs", "work", "--once")
    return folder


@contextmanager
def served_copy(template: Path, folder: Path) -> Iterator[LiveServer]:
    """Serve a copy of `template` from `folder` until the block ends."""
    shutil.copytree(template, folder)
    server = LiveServer(folder.resolve(), people=PEOPLE, environ=dict(GENEROUS))
    server.start()
    try:
        yield server
    finally:
        server.stop()
