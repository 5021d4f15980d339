"""A city as delivered with nobody in it, and the command line over it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import Result

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import seated
from webapp.access.rules import Role
from webapp.areas import loading as areas
from webapp.extensions import db

DATA = Path(__file__).parent / "data"
Command = Callable[..., Result]
Import = Callable[..., dict[str, Any]]


@pytest.fixture
def empty_city(app: APIFlask) -> None:
    """The divisions of Zibo, and no pensioner."""
    areas.load_city()
    db.session.commit()


@pytest.fixture
def command(app: APIFlask, empty_city: None) -> Command:
    """Run `flask roster …`."""

    def run(*words: str | Path) -> Result:
        return app.test_cli_runner().invoke(args=["roster", *map(str, words)])

    return run


@pytest.fixture
def imported(command: Command) -> Import:
    """Import a file and return the report."""

    def run(path: Path, *options: str) -> dict[str, Any]:
        result = command("import", path, "--json", *options)
        assert result.exit_code == 0, result.output
        report: dict[str, Any] = json.loads(result.stdout)
        return report

    return run


@pytest.fixture
def desk(app: APIFlask, empty_city: None) -> Desk:
    """The desk of somebody who answers for the whole city."""
    return seated(app, "importer", Role.CITY, "淄博市")
