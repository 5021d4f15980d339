"""Areas are found by name, short name and alias, and never guessed."""

import pytest

from tests.unit.roster.town import gazetteer
from webapp.areas import divisions
from webapp.roster.reading.gazetteer import AreaRow, Gazetteer, is_elsewhere


def test_the_city_has_its_districts_zones_and_streets() -> None:
    assert len(divisions.DISTRICTS) == 8
    assert len(divisions.ZONES) == 3
    streets = [name for d in divisions.DISTRICTS for name in d.street_names()]
    assert len(streets) == len(set(streets)) == 88
    for name in streets:
        communities = divisions.communities_of(name)
        assert 8 <= len(communities) == len(set(communities)) <= 12
        assert communities == divisions.communities_of(name)


def test_every_street_is_found_by_its_name_and_its_short_name() -> None:
    for district in divisions.DISTRICTS:
        for name in district.street_names():
            place = gazetteer().find(district.name, name, "")
            assert place.codes == ()
            assert place.path.count("/") == 4
            short = gazetteer().find(district.name[:-1], name.removesuffix("街道"), "")
            assert short.area_id == place.area_id


def test_centres_lie_in_their_district() -> None:
    for district in divisions.DISTRICTS:
        for street in district.street_names():
            for community in divisions.communities_of(street):
                latitude, longitude = divisions.centre_of(district.name, street, community)
                assert district.box.south < latitude < district.box.north
                assert district.box.west < longitude < district.box.east


@pytest.mark.parametrize(
    ("address", "community"),
    [("张店区科苑街道沁园社区12号楼", True), ("淄博市张店区科苑街道沁园社区", True),
     ("沁园小区12号楼", False), ("", False)],
)  # fmt: skip
def test_areas_in_addresses(address: str, community: bool) -> None:
    place = gazetteer().find_in_text(address)
    assert (place.path.count("/") == 5) is community


@pytest.mark.parametrize(
    ("address", "outside"),
    [("山东省济南市历下区", True), ("济南市历下区", True), ("北京市朝阳区", True),
     ("河南省郑州市", True), ("新疆维吾尔自治区乌鲁木齐市", True), ("青州市", True),
     ("山东省淄博市张店区", False), ("淄博市临淄区", False), ("张店区北京路1号", False),
     ("人民市场旁", False), ("城市花园3号楼", False), ("张店城市之星", False), ("", False)],
)  # fmt: skip
def test_addresses_outside_the_city(address: str, outside: bool) -> None:
    assert is_elsewhere(address) is outside


def test_a_street_without_its_district_is_found_when_there_is_only_one() -> None:
    place = gazetteer().find("", "科苑街道", "沁园社区")
    assert (place.codes, place.path.count("/")) == ((), 5)


def test_a_zone_and_its_district_keep_together_under_other_names() -> None:
    rows = [
        AreaRow(1, None, "city", "测试市", "/1/"),
        AreaRow(2, 1, "district", "新张店区", "/1/2/"),
        AreaRow(3, 1, "zone", "新高新区", "/1/3/"),
        AreaRow(4, 2, "street", "科苑街道", "/1/2/4/"),
    ]
    known = Gazetteer(rows, [(2, "张店区"), (3, "高新区")], {"高新区": ("张店区",)})
    place = known.find("高新区", "科苑街道", "")
    assert (place.area_id, place.codes) == (4, ("district_alias", "area_zone"))


def test_a_short_alias_in_an_address_is_not_taken_for_an_area() -> None:
    rows = [
        AreaRow(1, None, "city", "测试市", "/1/"),
        AreaRow(2, 1, "district", "甲区", "/1/2/"),
        AreaRow(3, 2, "street", "新科苑街道", "/1/2/3/"),
    ]
    known = Gazetteer(rows, [(3, "科苑街道"), (3, "和平")])
    assert known.find_in_text("甲区科苑街道5号").area_id == 3
    assert known.find_in_text("甲区和平路5号").area_id == 2


TWINS = [
    AreaRow(1, None, "city", "测试市", "/1/"),
    AreaRow(2, 1, "district", "甲区", "/1/2/"),
    AreaRow(3, 1, "district", "乙区", "/1/3/"),
    AreaRow(4, 1, "zone", "新区", "/1/4/"),
    AreaRow(5, 2, "street", "东街道", "/1/2/5/"),
    AreaRow(6, 2, "street", "西街道", "/1/2/6/"),
    AreaRow(7, 3, "street", "南街道", "/1/3/7/"),
    AreaRow(8, 5, "community", "杏园社区", "/1/2/5/8/"),
    AreaRow(9, 6, "community", "杏园社区", "/1/2/6/9/"),
    AreaRow(10, 7, "community", "杏园社区", "/1/3/7/10/"),
    AreaRow(11, 7, "community", "柳园社区", "/1/3/7/11/"),
]


@pytest.mark.parametrize(
    ("district", "community", "duty", "area_id", "codes"),
    [
        ("", "柳园社区", "/", 11, ()),
        ("", "柳园居委会", "/", 11, ("community_alias",)),
        ("", "杏园社区", "/", None, ("community_ambiguous",)),
        ("乙区", "杏园社区", "/", 10, ()),
        ("甲区", "杏园社区", "/", 2, ("community_ambiguous",)),
        ("", "杏园社区", "/1/2/6/", 9, ()),
        ("", "柳园社区", "/1/2/", None, ("community_unknown",)),
        ("新区", "柳园社区", "/", 11, ()),
        ("", "没有的社区", "/", None, ("community_unknown",)),
    ],
)
def test_a_community_without_a_street_is_found_where_its_name_is_the_only_one(
    district: str, community: str, duty: str, area_id: int | None, codes: tuple[str, ...]
) -> None:
    known = Gazetteer(TWINS, zones_within={"新区": ("乙区",)}, duty=duty)
    place = known.find(district, "", community)
    assert (place.area_id, place.codes) == (area_id, codes)
