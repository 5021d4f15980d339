"""The migrations are numbered in a row, and their head is what the models say."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from apiflask import APIFlask
from flask_migrate import downgrade, upgrade

from tests.builders import City
from tests.integration.desk.fieldcase import add_capture
from webapp.evidence.models import CaptureFlag
from webapp.extensions import db

ROOT = Path(__file__).parents[2]


def test_they_are_numbered_in_a_row() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    upwards = list(scripts.walk_revisions())[::-1]

    assert len(scripts.get_heads()) == 1
    for number, script in enumerate(upwards, 1):
        assert Path(script.path).name.startswith(f"{number:04d}_")


def test_the_newest_form_is_what_the_models_say(app: APIFlask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert not compare_metadata(context, db.metadata)


def test_flags_raised_before_0004_are_found_afterwards(app: APIFlask, city: City) -> None:
    night = {"code": "night", "weight": 1, "facts": {"at": "22:10"}}
    flagged = add_capture(city, city.visits[0], "worker1", flags=[night])
    add_capture(city, city.visits[1], "worker1")
    flagged_id = flagged.id
    db.session.commit()

    downgrade(revision="0003")
    upgrade()

    kept = db.session.execute(db.select(CaptureFlag.capture_id, CaptureFlag.code)).all()
    assert [tuple(row) for row in kept] == [(flagged_id, "night")]
