"""An area is moved under another one: everything that copies its path follows at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from tests.builders import City, add_area, add_person
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.test_foreign_areas import held_import
from webapp import clock
from webapp.areas.models import Area, AreaFormerPlace
from webapp.extensions import db
from webapp.jobs import runner
from webapp.jobs.models import Job
from webapp.roster.imports.import_models import ColumnSynonym, RosterImport
from webapp.roster.imports.known_areas import gazetteer
from webapp.roster.models import Person
from webapp.visits import occasions
from webapp.visits.kinds import OccasionKind
from webapp.visits.models import Visit


def path_columns() -> list[Any]:
    """Every column of the database that copies an area's path."""
    tables: list[Table] = list(db.metadata.tables.values())
    return [table.c.area_path for table in tables if "area_path" in table.c]


def move(sit: Sit, city: City, area: str, parent: str, status: int = 200) -> Any:
    form = {"new_parent_id": str(city.areas[parent].id)}
    return sit("admin").post(f"/areas/{city.areas[area].id}/parent", form, status=status)


@pytest.fixture
def filled(city: City) -> City:
    """A city with something under the path of a11 in every table that has one."""
    visit = city.visits[0]
    add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    held_import(city.areas["a11"].path)
    explained = {"source": "测试系统", "header": "手机", "field": "phone"}
    db.session.add(ColumnSynonym(area_path=city.areas["a11"].path, **explained))
    occasions.open_occasion(
        actor=city.actor("office1"), kind=OccasionKind.SHEET, place="测试活动室",
        held_on=clock.now().date(), area_id=city.areas["a11"].id,
    )  # fmt: skip
    db.session.commit()
    return city


def test_every_copy_of_the_path_follows(sit: Sit, filled: City) -> None:
    community = filled.areas["a11"]
    old, before = community.path, {}
    assert len(path_columns()) >= 5
    for column in path_columns():
        count = select(func.count()).where(column.startswith(old))
        before[column] = db.session.scalar(count)
        assert before[column], f"{column} holds nothing to be moved: give it a row here"
    page = move(sit, filled, "a11", "b1")
    assert "已移动" in page.text
    new = f"{filled.areas['b1'].path}{community.id}/"
    assert (community.path, community.parent_id) == (new, filled.areas["b1"].id)
    for column in path_columns():
        assert db.session.scalar(select(func.count()).where(column.startswith(old))) == 0
        held = select(func.count()).where(column.startswith(new))
        assert db.session.scalar(held) == before[column]


def test_the_offices_see_what_is_theirs_now(sit: Sit, filled: City) -> None:
    here, there, visit = sit("office1"), sit("office9"), filled.visits[0]
    here.get(f"/visits/{visit.id}")
    move(sit, filled, "a11", "b1")
    here.get(f"/visits/{visit.id}", status=404)
    assert "测试1号" in there.get(f"/visits/{visit.id}").text
    there.get(f"/people/{visit.person_id}")
    assert "测试4号" in here.get("/roster").text, "who lives next door stays"


def test_a_street_takes_its_communities_along(sit: Sit, filled: City) -> None:
    move(sit, filled, "a1", "b")
    street, community = filled.areas["a1"], filled.areas["a11"]
    assert street.path == f"{filled.areas['b'].path}{street.id}/"
    assert community.path == f"{street.path}{community.id}/"
    assert filled.visits[0].area_path == community.path
    assert filled.accounts["office1"].area_path == street.path


def test_a_roster_that_names_the_former_place_still_means_the_area(sit: Sit, filled: City) -> None:
    community = filled.areas["a11"]
    move(sit, filled, "a11", "b1")
    known = gazetteer()
    for district, street, codes in (("乙区", "乙区一街道", ()),
                                    ("甲区", "甲区一街道", ("community_alias",))):  # fmt: skip
        place = known.find(district, street, "甲区东社区")
        assert (place.area_id, place.path, place.codes) == (community.id, community.path, codes)
    move(sit, filled, "a11", "a1")
    places = db.session.scalars(db.select(AreaFormerPlace.parent_id)).all()
    assert places == [filled.areas["b1"].id], "home again, only the other place is a former one"


@pytest.mark.parametrize(
    ("area", "parent"), [("a11", "a1"), ("a11", "a"), ("a11", "b11"), ("a1", "a11"), ("a", "b"),
                         ("city", "city")],
)  # fmt: skip
def test_a_place_of_the_wrong_level_is_refused(
    sit: Sit, filled: City, area: str, parent: str
) -> None:
    before = db.session.execute(db.select(Area.id, Area.parent_id, Area.path)).all()
    assert "不能移到那里" in move(sit, filled, area, parent, status=422).text
    assert db.session.execute(db.select(Area.id, Area.parent_id, Area.path)).all() == before


def test_a_name_that_lies_there_already_is_refused(sit: Sit, filled: City) -> None:
    add_area(filled.areas["b1"], "community", "甲区东社区")
    db.session.commit()
    assert "已经有了" in move(sit, filled, "a11", "b1", status=422).text


@pytest.mark.parametrize("state", ["waiting", "confirmed"])
def test_nothing_moves_while_a_roster_is_being_read(sit: Sit, filled: City, state: str) -> None:
    db.session.scalars(db.select(RosterImport)).one().state = state
    db.session.commit()
    assert "正在检查或写入" in move(sit, filled, "a11", "b1", status=422).text


def test_an_unknown_place_is_not_found_and_others_may_not_move(sit: Sit, filled: City) -> None:
    path = f"/areas/{filled.areas['a11'].id}/parent"
    sit("admin").post(path, {"new_parent_id": "999999"}, status=404)
    sit("admin").post("/areas/999999/parent", {"new_parent_id": "1"}, status=404)
    sit("agency1").post(path, {"new_parent_id": str(filled.areas["b1"].id)}, status=403)


def test_what_was_written_meanwhile_under_the_old_path_follows_later(
    sit: Sit, filled: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    community = filled.areas["a11"]
    old = community.path
    move(sit, filled, "a11", "b1")
    late = add_person("测试9号", community, 9, area_path=old)
    filled.visits[1].area_path = old
    person_id, visit_id = late.id, filled.visits[1].id
    db.session.commit()
    assert db.session.scalar(db.select(func.count(Job.id)).filter_by(kind="area_follow")) == 2
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    db.session.rollback()
    runner.run_due()
    db.session.expire_all()
    assert db.session.get_one(Person, person_id).area_path == community.path
    assert db.session.get_one(Visit, visit_id).area_path == community.path


def test_the_page_offers_the_places_of_the_right_level(sit: Sit, filled: City) -> None:
    def offered(area: str) -> list[str]:
        page = sit("city1").get(f"/areas?area={filled.areas[area].id}")
        return [e.text or "" for e in page.all("option") if e.get("value")]

    assert offered("a11") == ["乙区 乙区一街道"]
    assert offered("a1") == ["测试市 乙区"]
    assert offered("a") == offered("city") == []
