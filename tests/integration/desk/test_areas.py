"""The register of areas: another name or a new area is known to the next import."""

import pytest
from flask.testing import FlaskClient

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.phones import enrolled
from webapp.areas import loading as areas
from webapp.areas.models import Area, AreaAlias, Office
from webapp.extensions import db
from webapp.roster.imports.known_areas import area_rows, gazetteer


def test_the_tree_is_walked_from_the_city_down(sit: Sit, city: City) -> None:
    page = sit("admin").get("/areas")
    assert f"/areas?area={city.areas['a'].id}" in page.links()
    page = sit("city1").get(f"/areas?area={city.areas['a11'].id}")
    assert "最低一级" in page.text


@pytest.mark.parametrize("area", ["x", "999999999", "-1"])
def test_an_unknown_area_is_not_found(sit: Sit, city: City, area: str) -> None:
    sit("admin").get(f"/areas?area={area}", status=404)


def test_a_new_community_is_known_to_imports(sit: Sit, city: City) -> None:
    street = city.areas["a1"]
    page = sit("admin").post("/areas", {"parent_id": str(street.id), "name": " 甲区 南社区 ",
                                        "gb_code": "370399001003"})  # fmt: skip
    assert "已增加" in page.text
    made = db.session.scalars(db.select(Area).filter_by(gb_code="370399001003")).one()
    assert (made.name, made.level, made.path) == (
        "甲区 南社区", "community", f"{street.path}{made.id}/"
    )  # fmt: skip


def test_a_new_street_has_its_office(sit: Sit, city: City) -> None:
    sit("admin").post("/areas", {"parent_id": str(city.areas["a"].id), "name": "甲区二街道"})
    made = db.session.scalars(db.select(Area).filter_by(name="甲区二街道")).one()
    office = db.session.scalars(db.select(Office).filter_by(area_id=made.id)).one()
    assert (office.kind, office.name) == ("office", "甲区二街道人力资源和社会保障所")


@pytest.mark.parametrize(
    ("parent", "fields", "words"),
    [
        ("a11", {"name": "某组"}, "不能再加"),
        ("a1", {"name": "  "}, "请写明名称"),
        ("a1", {"name": "甲区东社区"}, "已经有了"),
        ("a1", {"name": "甲区北社区", "gb_code": "37x"}, "6、9 或 12 位"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(
    sit: Sit, city: City, parent: str, fields: dict[str, str], words: str
) -> None:
    before = db.session.scalar(db.select(db.func.count(Area.id)))
    form = {"parent_id": str(city.areas[parent].id), **fields}
    assert words in sit("admin").post("/areas", form, status=422).text
    assert db.session.scalar(db.select(db.func.count(Area.id))) == before


def test_another_name_is_given_and_taken_away(sit: Sit, city: City) -> None:
    desk, place = sit("admin"), f"/areas/{city.areas['a12'].id}/aliases"
    page = desk.post(place, {"alias": "老西庄"})
    assert "老西庄" in page.text
    assert (city.areas["a12"].id, "老西庄") in area_rows()[1], "what the next import is told"
    desk.post(place, {"alias": "老西庄"}, status=422)
    alias = db.session.scalars(db.select(AreaAlias)).one()
    desk.post(f"/areas/{city.areas['a11'].id}/aliases/{alias.id}/removal", status=404)
    desk.post(f"{place}/{alias.id}/removal")
    assert db.session.scalars(db.select(AreaAlias)).all() == []


def test_a_renamed_area_is_found_by_both_its_names(sit: Sit, city: City) -> None:
    area, street = city.areas["a11"], city.areas["a1"]
    page = sit("city1").post(f"/areas/{area.id}/name", {"new_name": " 甲区新东社区 "})
    assert "已改名为甲区新东社区" in page.text
    assert (db.session.get_one(Area, area.id).name, area.level) == ("甲区新东社区", "community")
    known = gazetteer()
    for name, codes in (("甲区新东社区", ()), ("甲区东社区", ("community_alias",))):
        place = known.find("甲区", street.name, name)
        assert (place.area_id, place.path, place.codes) == (area.id, area.path, codes)
        assert known.find_in_text(f"甲区{street.name}{name}3号楼").area_id == area.id


def test_a_renamed_street_takes_the_name_of_its_office_along(sit: Sit, city: City) -> None:
    street = city.areas["a1"]
    db.session.add(Office(kind="office", name="幸福服务站", area_id=street.id))
    db.session.commit()
    sit("admin").post(f"/areas/{street.id}/name", {"new_name": "甲区幸福街道"})
    offices = db.session.scalars(db.select(Office.name).filter_by(area_id=street.id)).all()
    assert sorted(offices) == ["幸福服务站", "甲区幸福街道人社所"]
    assert gazetteer().find("甲区", "甲区一街道", "甲区西社区").area_id == (city.areas["a12"].id)


def test_phones_hear_of_an_areas_new_name(client: FlaskClient, sit: Sit, city: City) -> None:
    phone = enrolled(client, city)
    cursor = phone.get("/pack").get_json()["cursor"]
    sit("admin").post(f"/areas/{city.areas['a11'].id}/name", {"new_name": "甲区新东社区"})
    people = phone.get(f"/pack?cursor={cursor}").get_json()["people"]
    assert [person["area"] for person in people] == ["甲区新东社区"] * 3


def test_an_area_is_named_back(sit: Sit, city: City) -> None:
    path, desk = f"/areas/{city.areas['a11'].id}/name", sit("admin")
    desk.post(path, {"new_name": "甲区新东社区"})
    desk.post(path, {"new_name": "甲区东社区"})
    assert db.session.scalars(db.select(AreaAlias.name)).all() == ["甲区新东社区"]
    assert db.session.get_one(Area, city.areas["a11"].id).name == "甲区东社区"


@pytest.mark.parametrize(
    ("name", "words"),
    [("  ", "请写明名称"), ("甲区东社区", "已经有了"), ("甲区西社区", "已经有了"),
     ("老西庄", "已经有了")],
)  # fmt: skip
def test_a_name_that_means_another_area_is_refused(
    sit: Sit, city: City, name: str, words: str
) -> None:
    db.session.add(AreaAlias(area_id=city.areas["a12"].id, name="老西庄"))
    db.session.commit()
    page = sit("admin").post(f"/areas/{city.areas['a11'].id}/name", {"new_name": name}, status=422)
    assert words in page.text
    assert db.session.get_one(Area, city.areas["a11"].id).name == "甲区东社区"
    assert db.session.scalars(db.select(AreaAlias.name)).all() == ["老西庄"]


def test_an_unknown_area_has_no_name(sit: Sit, city: City) -> None:
    sit("admin").post("/areas/999999/name", {"new_name": "某社区"}, status=404)


def test_loading_the_divisions_again_does_not_bring_the_old_name_back(sit: Sit, city: City) -> None:
    areas.load_city()
    area = db.session.scalars(db.select(Area).filter_by(name="科苑街道")).one()
    db.session.commit()
    before = db.session.scalar(db.select(db.func.count(Area.id)))
    sit("admin").post(f"/areas/{area.id}/name", {"new_name": "新科苑街道"})
    areas.load_city()
    assert db.session.scalar(db.select(db.func.count(Area.id))) == before


def test_an_area_in_which_nothing_lies_is_removed_with_its_names(sit: Sit, city: City) -> None:
    desk, street = sit("admin"), city.areas["a1"]
    desk.post("/areas", {"parent_id": str(street.id), "name": "虚构社区"})
    made = db.session.scalars(db.select(Area).filter_by(name="虚构社区")).one()
    desk.post(f"/areas/{made.id}/aliases", {"alias": "虚构村"})
    assert "已删去虚构社区" in desk.post(f"/areas/{made.id}/removal").text
    assert db.session.scalar(db.select(Area.id).filter_by(name="虚构社区")) is None
    assert db.session.scalar(db.select(AreaAlias.id).filter_by(name="虚构村")) is None


def test_a_street_without_anything_goes_with_its_office(sit: Sit, city: City) -> None:
    desk = sit("admin")
    desk.post("/areas", {"parent_id": str(city.areas["a"].id), "name": "虚构街道"})
    made = db.session.scalars(db.select(Area).filter_by(name="虚构街道")).one()
    desk.post(f"/areas/{made.id}/removal")
    assert db.session.scalar(db.select(Office.id).filter_by(area_id=made.id)) is None


@pytest.mark.parametrize("area", ["a", "a1", "a11"])
def test_an_area_in_use_stays(sit: Sit, city: City, area: str) -> None:
    path = f"/areas/{city.areas[area].id}/removal"
    assert "不能删去" in sit("admin").post(path, status=422).text
    assert db.session.get(Area, city.areas[area].id) is not None
