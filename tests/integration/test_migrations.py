"""The migrations are numbered in a row, and their head is what the models say."""

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from apiflask import APIFlask
from flask_migrate import downgrade, upgrade

from tests.builders import City
from tests.integration.desk.fieldcase import add_capture, add_result
from webapp.evidence.models import RaisedFlag
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


def test_flags_of_captures_become_rows_and_those_of_results_hang_on_them(
    app: APIFlask, city: City
) -> None:
    far = {"code": "location_far", "facts": {"distance_m": 812}}
    short = {"code": "short_visit", "weight": 2, "facts": {"seconds": 20}}
    captures = [add_capture(city, city.visits[0], "worker1", flags=[far]) for _ in range(2)]
    loose = add_capture(city, city.visits[1], "worker1", flags=[far])
    result = add_result(city, city.visits[0], "worker1", *captures)
    ids, result_id = [one.id for one in (*captures, loose)], result.id
    db.session.commit()

    downgrade(revision="0010")
    gap = {"code": "seq_gap", "weight": 1, "facts": {"seq": 2}}
    as_before = sa.table("capture", sa.column("flags", sa.JSON()))
    db.session.execute(sa.update(as_before).values(flags=[far, short, gap]))
    db.session.commit()
    upgrade()

    rows = db.session.scalars(db.select(RaisedFlag)).all()
    kept = {(row.code, row.capture_id or row.result_id): row.facts for row in rows}
    assert kept == {
        **{("location_far", capture_id): far["facts"] for capture_id in ids},
        ("short_visit", result_id): short["facts"], ("short_visit", ids[2]): short["facts"],
    }  # fmt: skip
    assert len(rows) == len(kept)
