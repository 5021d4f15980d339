"""The migrations are numbered in a row, and their head is what the models say."""

import os
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from apiflask import APIFlask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from tests.builders import City
from tests.integration.desk.fieldcase import add_capture, add_result
from webapp.database.base import Base
from webapp.database.schema.comparison import EXPECTED, differences, found_lines
from webapp.evidence.models import RaisedFlag, Review
from webapp.evidence.review import review
from webapp.evidence.verification.verification import verify_all
from webapp.evidence.verification.verify_results import verify_reviews
from webapp.extensions import db
from webapp.journal.state_kinds import KINDS, id_text, read_objects
from webapp.roster.models import Person

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


def test_copies_of_a_review_are_set_apart_and_the_one_that_its_entry_names_stays(
    app: APIFlask, city: City
) -> None:
    results = [add_result(city, visit, "worker1", outcome="refused") for visit in city.visits[:2]]
    made = [
        review.decide(actor=city.actor("office1"), result_id=one.id, words="", code_seen=None,
                      decision=review.Decision.ASK_AGAIN)
        for one in results
    ]  # fmt: skip
    copied, alone = [(one.id, one.journal_index) for one in made]
    db.session.commit()

    downgrade(revision="0013")
    table = Base.metadata.tables["review"]
    row = dict(db.session.execute(sa.select(table).filter_by(id=copied[0])).mappings().one())
    # One id before and one behind the original's, as chance may have it.
    copies = [UUID(int=1), UUID(int=2**128 - 1)]
    db.session.execute(sa.insert(table), [row | {"id": id_} for id_ in copies])
    db.session.commit()
    upgrade()

    kept = {row.id: row.journal_index for row in db.session.scalars(db.select(Review))}
    assert (kept[copied[0]], kept[alone[0]]) == (copied[1], alone[1])
    assert sorted(kept[id_] for id_ in copies) == [-2, -1]
    named = {one.object for one in verify_reviews()}
    assert named == {f"review {id_}" for id_ in copies}
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(table).values(**row | {"id": UUID(int=3)}))
    db.session.rollback()
    downgrade(revision="0013")
    upgrade()
    assert len(db.session.scalars(db.select(Review.id)).all()) == len(kept)


def test_what_was_reported_keeps_its_value_and_its_proof(app: APIFlask, city: City) -> None:
    person = city.people[0]
    person.benefits[0].reported_status = "suspended"
    db.session.commit()
    person_id, proven = person.id, sorted(map(str, verify_all().findings))
    db.session.rollback()

    downgrade(revision="0022")
    as_before = sa.table("benefit", sa.column("person_id", sa.Uuid()), sa.column("status"))
    said = sa.select(as_before.c.status).where(as_before.c.person_id == person_id)
    assert db.session.scalar(said) == "suspended"
    db.session.rollback()
    upgrade()

    db.session.expire_all()
    assert db.session.get_one(Person, person_id).benefits[0].reported_status == "suspended"
    assert sorted(map(str, verify_all().findings)) == proven
    # States that were written before the column was renamed are proven by the same words.
    for words in read_objects(KINDS["person"], [id_text(person_id)]).values():
        assert '"status":"suspended"' in words["facts"]
        assert "reported_status" not in words["facts"]


def test_the_expected_schema_is_what_the_migrations_make(app: APIFlask) -> None:
    """After a new migration: `ANZAI_WRITE_SCHEMA=1` writes the lines of both databases anew."""
    connection = db.session.connection()
    if os.environ.get("ANZAI_WRITE_SCHEMA"):
        lines = "\n".join(sorted(found_lines(connection)))
        (EXPECTED / f"{connection.dialect.name}.txt").write_text(f"{lines}\n", "utf-8")
    assert differences(connection) == []
