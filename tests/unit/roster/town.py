"""The city as delivered, without a database, and rows to read in it."""

from datetime import date
from functools import cache
from typing import Any

from webapp.areas import divisions
from webapp.roster.cells.numbers import check_character
from webapp.roster.reading.gazetteer import AreaRow, Gazetteer
from webapp.roster.reading.headers import Header, find_header
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.row_rules import SheetRules

TODAY = date(2026, 11, 23)
HEAD = ["序号", "姓名", "公民身份号码", "性别", "出生日期", "人员类别", "区县", "街道（乡镇）",
        "社区（村居）", "家庭住址", "联系电话"]  # fmt: skip


def number_of(birth: str = "19500305", order: int = 11, region: str = "370399") -> str:
    body = f"{region}{birth}{order:03d}"
    return body + check_character(body)


@cache
def gazetteer() -> Gazetteer:
    rows = [AreaRow(1, None, "city", divisions.CITY, "/1/")]
    aliases: list[tuple[int, str]] = []

    def add(parent: AreaRow, level: str, name: str) -> AreaRow:
        row = AreaRow(len(rows) + 1, parent.id, level, name, f"{parent.path}{len(rows) + 1}/")
        rows.append(row)
        return row

    streets = {}
    for district in divisions.DISTRICTS:
        home = add(rows[0], "district", district.name)
        for name in district.street_names():
            streets[district.name, name] = street = add(home, "street", name)
            for community in divisions.communities_of(name):
                add(street, "community", community)
    for zone in divisions.ZONES:
        area = add(rows[0], "zone", zone.name)
        aliases += [(area.id, alias) for alias in zone.aliases]
    aliases += [(streets[d, s].id, alias) for alias, d, s in divisions.STREET_ALIASES]
    return Gazetteer(rows, aliases, {zone.name: zone.within for zone in divisions.ZONES})


def header(texts: list[Any] | None = None) -> Header:
    found = find_header([texts or HEAD])
    assert found is not None
    return found


def cells(**changes: Any) -> list[Any]:
    """A clean row in the order of `HEAD`, with changes by field."""
    row: dict[str, Any] = {
        "serial": 1.0, "name": "王秀英", "number": number_of(), "sex": "男", "birth": "1950-03-05",
        "category": "退休", "district": "张店区", "street": "科苑街道", "community": "沁园社区",
        "address": "张店区科苑街道沁园社区12号楼3单元502", "phone": "13905331234",
    }  # fmt: skip
    return list((row | changes).values())


def rules(texts: list[Any] | None = None, **options: Any) -> SheetRules:
    return SheetRules(header(texts), gazetteer(), TODAY, **options)


def read(**changes: Any) -> RowReading:
    """Read one row of the usual form."""
    return rules().read(5, cells(**changes))
