"""Fixtures of the evidence tests: an enrolled phone, its visit, and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.builders import City, build_city
from tests.conftest import DATABASES, empty_database, settings_for
from tests.integration.evidence import tampering
from tests.integration.evidence.archive import build_archive
from tests.integration.evidence.fieldwork import Fieldwork
from tests.phones import enrolled
from tests.running import running
from webapp import clock
from webapp.extensions import db

# Ten in the morning in Zibo.
MORNING = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


@pytest.fixture
def field(client: FlaskClient, city: City) -> Fieldwork:
    """Worker 1 with a phone, at the first visit of the city."""
    phone = enrolled(client, city)
    visit = city.visits[0]
    return Fieldwork(client, city, phone, visit.id, visit.subject_ref)


@pytest.fixture
def other_field(client: FlaskClient, city: City) -> Fieldwork:
    """Worker 9 of the other district, at the visit there."""
    phone = enrolled(client, city, "worker9")
    visit = city.visits[-1]
    return Fieldwork(client, city, phone, visit.id, visit.subject_ref)


@pytest.fixture(scope="module", params=DATABASES)
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """An application whose archive has a row of every kind."""
    folder = tmp_path_factory.mktemp("archive")
    url = f"sqlite:///{folder}/anzai.sqlite"
    if request.param == "sqlite":
        Path(folder / "anzai.sqlite").write_bytes(
            request.getfixturevalue("migrated_sqlite").read_bytes()
        )
    else:
        url = str(request.getfixturevalue("migrated_postgresql"))
    empty_database(url)
    with running(settings_for(folder, url)) as app, app.app_context(), clock.freeze(MORNING):
        app.testing = True
        city = build_city()
        db.session.commit()
        build_archive(app.test_client(), city)
        db.session.remove()
        yield


@pytest.fixture
def tampered(archive: None) -> Iterator[None]:
    """A transaction that is never committed, in which nothing holds rows together."""
    db.session.remove()
    tampering.without_foreign_keys()
    yield
    db.session.remove()
