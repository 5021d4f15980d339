"""Fixtures that every test may use: a migrated database of each kind, an app, a small city."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import NullPool, create_engine, text

from tests.builders import City, build_city
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db

pytest_plugins = ["tests.services.fixtures"]
DATABASES = os.environ.get("ANZAI_TEST_DATABASES", "sqlite,postgresql").split(",")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the quick tests first and the browser's last."""
    order = {"unit": 0, "conventions": 1, "contracts": 2, "integration": 3, "e2e": 5}
    items.sort(key=lambda item: order.get(item.path.relative_to(Path(__file__).parent).parts[0], 4))


def settings_for(data_dir: Path, database_url: str) -> Settings:
    """Return settings for a test: everything in `data_dir`, sign-in not limited."""
    return Settings(data_dir=data_dir, database_url=database_url, sign_in_limit="1000 per minute")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the newest form, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    app = create_app(settings_for(folder, f"sqlite:///{folder}/anzai.sqlite"))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    # The copies are made of the one file, so nothing may stay behind in the write-ahead log.
    with closing(sqlite3.connect(folder / "anzai.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "anzai.sqlite"


@pytest.fixture(scope="session")
def migrated_postgresql(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The URL of a PostgreSQL database of the newest form."""
    url = request.getfixturevalue("postgresql_server").create_database()
    app = create_app(settings_for(tmp_path_factory.mktemp("pg-template"), url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return str(url)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database; once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        template = request.getfixturevalue("migrated_sqlite")
        shutil.copy(template, tmp_path / "anzai.sqlite")
        return f"sqlite:///{tmp_path}/anzai.sqlite"
    return str(request.getfixturevalue("migrated_postgresql"))


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """The settings of this test's application; override the fixture to change them."""
    return settings_for(tmp_path, database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[APIFlask]:
    """The application on an empty database, with no request under way."""
    empty_database(settings.database_url)
    made = create_app(replace(settings))
    made.testing = True
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def empty_database(url: str) -> None:
    """Empty every table of a PostgreSQL database; SQLite's file is a fresh copy anyway.

    Before the application starts: it refuses data whose keys are in another test's folder.
    """
    if not url.startswith("postgresql"):
        return
    names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """A client without a session."""
    return app.test_client()


@pytest.fixture
def city(app: APIFlask) -> City:
    """A small city: two districts, offices, every role, a few pensioners and visits."""
    built = build_city()
    db.session.commit()
    return built
