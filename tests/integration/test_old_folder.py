"""A data folder as the program at commit 58f1adc made it goes on working and verifying.

`folder-58f1adc.tar.xz` is that commit's own `flask db upgrade` and `flask demo load --people 40`:
database, blobs and keys; the people are invented, and their numbers begin with 370399.
"""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask_migrate import upgrade

from tests.conftest import settings_for
from tests.running import running
from webapp.evidence.export.outside import verify
from webapp.evidence.models import Capture
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.people.models import Device
from webapp.visits.models import Result, Visit

FOLDER = Path(__file__).parent / "evidence" / "data" / "folder-58f1adc.tar.xz"


@pytest.fixture(scope="module")
def old_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("58f1adc")
    with tarfile.open(FOLDER) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def migrated(old_folder: Path) -> Iterator[APIFlask]:
    """The program of today on the old folder."""
    settings = settings_for(old_folder, f"sqlite:///{old_folder}/anzai.sqlite")
    with running(settings) as app, app.app_context():
        before = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        assert before == "0008"
        db.session.rollback()
        upgrade()
        yield app


def test_everything_in_it_verifies(migrated: APIFlask) -> None:
    ran = migrated.test_cli_runner().invoke(args=["evidence", "verify-all", "--json"])
    wrong = [one for one in json.loads(ran.stdout)["findings"] if not one["is_remark"]]
    assert (ran.exit_code, wrong) == (0, [])


def test_its_rows_are_those_of_the_new_form(migrated: APIFlask) -> None:
    captures = db.session.scalars(db.select(Capture)).all()
    assert len(captures) >= 10
    assert all(json.loads(capture.record)["v"] == 1 for capture in captures)
    for capture in captures:
        assert capture.visit is not None
        assert (capture.area_path, capture.occasion_id) == (capture.visit.area_path, None)
    assert set(db.session.scalars(db.select(Device.kind))) == {"phone"}


def test_a_package_of_each_of_its_reviewed_visits_verifies(
    migrated: APIFlask, tmp_path: Path
) -> None:
    named = db.select(Visit.id).join(Result, Result.visit_id == Visit.id)
    accepted = db.session.scalars(named.where(Result.is_standing).distinct().limit(3)).all()
    vkey = journal.verifier_key()
    db.session.rollback()
    assert accepted
    for visit_id in accepted:
        place = tmp_path / f"{visit_id}.zip"
        args = ["evidence", "export", str(visit_id), "-o", str(place)]
        ran = migrated.test_cli_runner().invoke(args=args)
        assert ran.exit_code == 0, ran.output
        report = verify.report_of(verify.check(place, vkey))
        assert report["sound"], report["findings"]
