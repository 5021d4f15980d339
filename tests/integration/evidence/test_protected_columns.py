"""What `docs/protected-columns.md` calls protected is named by `verify-all` once it is changed.

The archive is built once for each database; every change is rolled back again.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from tests.builders import build_city
from tests.column_table import DELETED, DOUBLED, Claim, claims
from tests.conftest import DATABASES, empty_database, settings_for
from tests.integration.evidence import tampering
from tests.integration.evidence.archive import build_archive
from tests.integration.evidence.conftest import MORNING
from tests.running import running
from webapp import clock
from webapp.evidence.verification import verify_all
from webapp.extensions import db

PROTECTED = [claim for claim in claims() if claim.is_protected]


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


def table_of(claim: Claim) -> Table:
    return db.metadata.tables[claim.table]


def test_the_archive_is_sound(archive: None) -> None:
    assert [f for f in verify_all().findings if not f.is_remark] == []
    db.session.remove()


@pytest.mark.parametrize("claim", PROTECTED, ids=lambda claim: claim.name)
def test_a_change_of_a_protected_column_is_named(tampered: None, claim: Claim) -> None:
    table = table_of(claim)
    if claim.column == DELETED:
        done = tampering.remove(table)
    elif claim.column == DOUBLED:
        done = tampering.double(table)
    else:
        done = tampering.change(table, table.columns[claim.column])
    objects = tampering.wrong_objects()
    assert done.is_named_by(objects), objects
