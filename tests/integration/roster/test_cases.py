"""Workbooks that failed once, each kept with what is right for it."""

from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import selectinload

from tests.integration.desk.pages import Desk, X
from tests.integration.roster.conftest import DATA, Command, Import
from tests.integration.roster.desk_road import applied, checked, run_due, seated, upload
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.unit.roster.town import HEAD, cells, number_of
from webapp.access.rules import Role
from webapp.extensions import db
from webapp.http import keyset
from webapp.roster.models import Person
from webapp.sealing import sealer


def findings(report: dict[str, Any]) -> dict[int, list[str]]:
    return {item["row"]: item["codes"] for item in report["items"]}


def people() -> dict[str, Person]:
    """Everybody who was written, by number."""
    query = db.select(Person).options(selectinload(Person.phones), selectinload(Person.area))
    return {sealer().unseal(each.number_sealed): each for each in db.session.scalars(query)}


def phones(person: Person) -> list[str]:
    return [sealer().unseal(phone.number_sealed) for phone in person.phones]


def test_dashes_in_telephone_numbers(imported: Import) -> None:
    report = imported(DATA / "roster-phone-dashes.xlsx")
    assert {tuple(codes) for codes in findings(report).values()} == {("phone_format",)}
    written = [phones(each) for each in people().values()]
    landline = [["0533-2181234"]]
    mobile = [[f"1380533{4100 + 7 * at}"] for at in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]
    assert sorted(written) == sorted(mobile + landline)


def test_october_as_a_number(imported: Import) -> None:
    report = imported(DATA / "roster-month-number.xlsx")
    assert "birth_differs" not in {code for codes in findings(report).values() for code in codes}
    assert report["fix"] == report["rows"] == len(people())


def note(person: Person) -> str:
    return sealer().unseal(person.note_sealed) if person.note_sealed else ""


def place(person: Person) -> str:
    return person.area.name if person.area is not None else ""


def test_people_side_by_side(imported: Import) -> None:
    report = imported(DATA / "roster-side-by-side.xlsx")
    assert (report["rows"], report["difference"]) == (12, {"created": 12})
    assert report["sheets"] == ["Sheet", "Sheet [F:J]"]
    written = people()
    assert len(written) == 12
    assert written["370399195212231113"].name == "胡国华"
    assert {place(each) for each in written.values()} == {"新华社区"}
    assert {codes[0] for codes in findings(report).values()} == {"area_from_title"}


def test_parts_of_one_sheet_are_not_counted_as_sheets(desk: Desk) -> None:
    page = desk.get(checked(desk, DATA / "roster-side-by-side.xlsx"))
    assert "个工作表" not in page.text
    assert "Sheet [F:J]" in page.text


def test_a_row_with_another_number_is_decided_by_a_person(desk: Desk, tmp_path: Path) -> None:
    own, other = number_of(order=13), number_of(order=15)
    head = ["姓名", "身份证号码", "联系电话", "", ""]
    rows = [head, ["李桂兰", own, "13905331234", "孙秀英", other]]
    address = applied(desk, xlsx(tmp_path / "名单.xlsx", {"新华社区": rows}))
    assert people() == {}
    page = desk.post(f"{address}/rows/0")
    assert f"另一个证件号码（*{other[-4:]}）" in page.text
    texts = {"text-name": "李桂兰", "text-number": own, "text-remark": ""}
    desk.post(f"{address}/rows/0/decision", {"decision": "apply", **texts})
    assert list(people()) == [own]


def test_forty_columns_make_no_wall_of_words(desk: Desk, tmp_path: Path) -> None:
    more = [f"自定义的栏目第{at}项" for at in range(30)]
    rows = [[*HEAD, *more], [*person(1), *(f"内容{at}，电话1380533{at:04d}" for at in range(30))]]
    address = checked(desk, xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    page = desk.get(address).text
    told = desk.get(f"{address}?treatment=FIX").text.split("需要看的行")[-1]
    assert "内容0，电话*0000" in told
    assert "内容29" not in told
    assert "内容29，电话*0029" in page
    assert "13805330029" not in page


def test_merged_cells_hold_for_every_row(imported: Import) -> None:
    imported(DATA / "roster-merged-down.xlsx")
    written = people()
    fourth = written["370399195204071033"]
    assert fourth.address == "张店区科苑街道新华社区3号楼2单元302"
    assert (place(fourth), phones(fourth)) == ("新华社区", ["13805334114"])
    assert [place(each) for _, each in sorted(written.items())] == ["新华社区"] * 6 + [
        "沁园社区"
    ] * 6


def test_a_community_that_only_the_sheet_names(imported: Import) -> None:
    report = imported(DATA / "roster-sheet-per-community.xlsx")
    assert report["fix"] == report["rows"] == 20
    assert {item["codes"][0] for item in report["items"]} == {"area_from_sheet"}
    names = {place(each) for each in people().values()}
    assert names == {"杏园社区", "明珠社区", "育才社区", "绿园社区"}


def test_an_address_over_several_columns(imported: Import) -> None:
    report = imported(DATA / "roster-address-over-columns.xlsx")
    written = people()
    assert (report["rows"], report["hold"], len(written)) == (10, 0, 10)
    assert written["370399195408077998"].address == "测试小区12号楼101室"


def test_remarks(imported: Import) -> None:
    report = imported(DATA / "roster-remarks.xlsx")
    found = findings(report)
    held = {row for row, codes in found.items() if {"remark_lost", "name_death_note"} & set(codes)}
    assert held == {3, 4, 5, 7, 8, 9, 14, 17}
    written = people()
    assert note(written["370399194210026648"]) == "随子女在青岛居住"
    assert note(written["37039919560515696X"]) == "双待遇"
    assert report["hold"] == 8
    assert found[18] == ["row_struck"]


def test_a_remark_is_shown_exported_and_brought_back(
    desk: Desk, tmp_path: Path, command: Command
) -> None:
    applied(desk, DATA / "roster-remarks.xlsx")
    page = desk.get("/roster")
    assert "随子女在青岛居住" in page.text
    person = people()["370399194210026648"]
    assert "随子女在青岛居住" in desk.get(f"/people/{person.id}").text
    path = tmp_path / "花名册.xlsx"
    assert command("export", "-o", path).exit_code == 0
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert "随子女在青岛居住" in [row[-1] for row in rows]
    rows = [[*HEAD, "备注"], cells(number=number_of("19421002", 664), name="胡爱华", sex="女",
                                 birth="", phone="17104391669")]  # fmt: skip
    again = xlsx(tmp_path / "再来.xlsx", {"名单": [rows[0], [*rows[1], "已回淄博"]]})
    address = checked(desk, again)
    page = desk.get(f"{address}?treatment=changed")
    assert "备注变动：随子女在青岛居住 → 已回淄博；随子女在青岛居住" in page.text
    assert "张店区 车站街道 杏园社区 → 张店区 科苑街道 沁园社区" in page.text
    desk.post(f"{address}/confirmation")
    run_due()
    db.session.expire_all()
    # Another list cannot know what was remarked here, so that nothing of it is lost.
    assert note(people()["370399194210026648"]) == "已回淄博；随子女在青岛居住"
    desk.post(f"{address}/reversal")
    db.session.expire_all()
    assert note(people()["370399194210026648"]) == "随子女在青岛居住"


def test_the_dry_run_shows_what_was_read(desk: Desk) -> None:
    address = checked(desk, DATA / "roster-address-over-columns.xlsx")
    page = desk.get(address)
    assert (
        "小区 → 读作 家庭住址（几栏连起来）" in page.text or "家庭住址（几栏连起来）" in page.text
    )
    assert "前几行将这样存入" in page.text
    assert "测试小区12号楼101室" in page.text
    assert "370399195408077998" not in page.text
    address = checked(desk, DATA / "roster-remarks.xlsx")
    found = desk.get(f"{address}?reason=row_struck")
    assert "画了删除线" in found.text
    assert "孟德明" in found.text.split("需要看的行")[-1]
    assert "李秀英" not in found.text.split("需要看的行")[-1]
    for words in ("删除线", "孟德明", "18"):
        rows = desk.get(f"{address}?words={words}").text.split("需要看的行")[-1]
        assert "孟德明" in rows, words
        assert "李秀英" not in rows, words
    nobody = desk.get(f"{address}?words=没有这样的字")
    assert "这里没有要看的行" in nobody.text


def test_rows_of_other_areas_are_counted_apart(app: APIFlask, desk: Desk, tmp_path: Path) -> None:
    office = seated(app, "office-keyuan", Role.OFFICE_MANAGER, "科苑街道")
    far = {"street": "车站街道", "community": "杏园社区", "address": "张店区车站街道杏园社区1号"}
    rows = [HEAD, person(1), person(2, **far), person(3, **far), person(4, number="")]
    path = xlsx(tmp_path / "名单.xlsx", {"名单": rows})
    address = checked(office, path)
    page = office.get(address)
    assert "2不在本辖区" in page.text
    assert "1待处理" in page.text
    outside = office.get(f"{address}?treatment=outside").text.split("需要看的行")[-1]
    assert outside.count("此人不在您的辖区") == 2
    held = office.get(f"{address}?treatment=HOLD").text.split("需要看的行")[-1]
    assert "没有证件号码" in held
    assert "不在您的辖区" not in held
    assert f"{address}?treatment=outside#rows" in page.links()
    asked = page.text.split("需要看的行")[-1]
    assert "另有 2 行的人不在您的辖区" in page.text
    assert "没有证件号码" in asked
    assert "此人不在您的辖区" not in asked


def test_what_needs_a_decision_stands_before_what_needs_a_look_page_by_page(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "PAGE", 2)
    looks = [person(order, phone="13800138000") for order in (1, 2, 3)]
    asks = [person(order, number="") for order in (4, 5, 6)]
    rows = [HEAD, looks[0], asks[0], looks[1], looks[2], asks[1], asks[2]]
    address = applied(desk, xlsx(tmp_path / "名单.xlsx", {"名单": rows}))

    def shown() -> list[str]:
        found: list[str] = []
        further: str | None = address
        while further:
            page = desk.get(further)
            body = page.all("tbody")[-1]
            found += [(next(row.iter(f"{X}td")).text or "").strip() for row in body.iter(f"{X}tr")]
            further = next((e.get("href") for e in page.all("a") if e.get("rel") == "next"), None)
        return found

    assert shown() == ["3", "6", "7", "2", "4", "5"]
    desk.post(f"{address}/rows/1/decision", {"decision": "discard"})
    assert shown() == ["6", "7", "2", "4", "5", "3"]


def test_a_dry_run_of_one_office_does_not_block_another(
    app: APIFlask, desk: Desk, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"名单": standard(2)})
    first = seated(app, "office-keyuan", Role.OFFICE_MANAGER, "科苑街道")
    second = seated(app, "office-chezhan", Role.OFFICE_MANAGER, "车站街道")
    address = checked(first, path)
    upload(second, path)
    upload(desk, path)
    assert address in upload(first, path, status=409).links()
    first.post(f"{address}/confirmation")
    run_due()
    upload(first, path, status=409)


def test_what_the_whole_city_imported_is_known_to_every_office(
    app: APIFlask, desk: Desk, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"名单": standard(2)})
    address = applied(desk, path)
    office = seated(app, "office-keyuan", Role.OFFICE_MANAGER, "科苑街道")
    page = upload(office, path, status=409)
    assert "上级单位" in page.text
    assert address not in page.links()


def test_a_held_row_keeps_the_place_and_the_kind_that_stand_over_it(
    desk: Desk, tmp_path: Path
) -> None:
    head = ["序号", "姓名", "身份证号码", "联系电话", "备注"]
    number = number_of(order=13)
    rows = [["遗属名单"], head, [1, "李桂兰", number, "13905331234", "已去世"]]
    address = applied(desk, xlsx(tmp_path / "名单.xlsx", {"新华社区": rows}))
    assert people() == {}
    page = desk.post(f"{address}/rows/0")
    assert "已去世" in page.text
    texts = {"text-name": "李桂兰", "text-number": number, "text-remark": "误报，本人健在"}
    desk.post(f"{address}/rows/0/decision", {"decision": "apply", **texts})
    written = people()[number]
    assert (place(written), note(written)) == ("新华社区", "误报，本人健在")
    assert [benefit.kind for benefit in written.benefits] == ["dependant"]
