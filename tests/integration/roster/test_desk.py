"""The desk's road of a workbook: upload, dry run, confirmation, held rows, undo."""

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from apiflask import APIFlask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from tests.builders import PASSWORD, City
from tests.integration.desk.pages import Desk, forget_request
from tests.integration.roster.desk_road import applied, checked, newest, run_due, seated, upload
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.unit.roster.town import HEAD, number_of
from webapp import sealing
from webapp.access.rules import Role
from webapp.areas.models import Area
from webapp.extensions import blobs, db
from webapp.journal.models import JournalEntry
from webapp.roster.models import Person, Phone


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Three clean rows, one damaged, one without a name to be held."""
    damaged = number_of(order=99)[:17]
    rows = [*standard(3), person(50, number=damaged, sex="男", name="孙德明")]
    return xlsx(tmp_path / "名单.xlsx", {"名单": rows})


def test_nothing_is_written_before_the_confirmation(desk: Desk, workbook: Path) -> None:
    page = upload(desk, workbook)
    assert "正在读取并检查每一行" in page.text
    assert people() == 0
    run_due()
    page = desk.get(f"/roster/imports/{newest().id}")
    assert "等待确认" in page.text
    assert "新增人员3" in page.text
    assert people() == 0


def test_confirmed_rows_are_found_in_the_list_by_name_number_and_phone(
    desk: Desk, workbook: Path
) -> None:
    applied(desk, workbook)
    assert people() == 3
    name, number, phone = person(2)[1], person(2)[2], person(2)[10]
    for words in (name, number, phone, number.lower()):
        page = desk.post("/look-up", {"list": "/roster", "search": words})
        assert "共 1 人" in page.text, words
        assert name in page.text
        assert number not in page.text
    cut = desk.post("/look-up", {"list": "/roster", "search": number[:17]})
    assert "没有符合条件" in cut.text


def test_the_uploaded_file_is_kept_sealed(desk: Desk, workbook: Path) -> None:
    checked(desk, workbook)
    with blobs().open(newest().file_key) as stream:
        kept = stream.read()
    assert b"PK" not in kept[:4]
    assert sealing.sealer().unseal_bytes(kept) == workbook.read_bytes()


def test_the_same_file_leads_to_the_first(desk: Desk, workbook: Path) -> None:
    address = checked(desk, workbook)
    again = upload(desk, workbook, status=409)
    assert address in again.links()
    desk.post(f"{address}/withdrawal")
    upload(desk, workbook)


def test_a_file_that_cannot_be_read_says_why(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "名单.xls"
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", "utf-8")
    page = desk.get(checked(desk, path))
    assert "内容其实是网页" in page.text
    assert people() == 0


def test_undo_takes_everything_back(desk: Desk, workbook: Path, tmp_path: Path) -> None:
    applied(desk, workbook)
    moved = person(1, address="张店区科苑街道福兴社区9号楼", community="福兴社区",
                   phone="13805330001", category="遗属")  # fmt: skip
    second = xlsx(tmp_path / "二.xlsx", {"名单": [HEAD, moved, person(7)]})
    before = snapshot()
    address = applied(desk, second)
    assert snapshot() != before
    assert people() == 4
    page = desk.get(f"{address}?treatment=changed")
    moved = "张店区科苑街道沁园社区1号楼1单元101 → 张店区科苑街道福兴社区9号楼"
    assert f"住址变动：{moved}" in page.text
    assert "区划变动" in page.text
    assert "电话变动：*******0001 → *******0001、*******0001" in page.text
    assert "新增待遇" in page.text
    desk.post(f"{address}/reversal")
    assert newest().state == "undone"
    assert snapshot() == before


def snapshot() -> list[Any]:
    db.session.expire_all()
    found = db.session.scalars(select(Person).order_by(Person.masked_number)).all()
    return [
        (p.name, p.address, p.area_path, p.updated_at, [b.kind for b in p.benefits],
         [sealing.unseal(phone.number_sealed) for phone in p.phones])
        for p in found
    ]  # fmt: skip


def test_undo_is_refused_once_somebody_was_touched(desk: Desk, workbook: Path) -> None:
    address = applied(desk, workbook)
    touched = db.session.scalars(select(Person)).first()
    assert touched is not None
    touched.updated_at = touched.updated_at.replace(year=2030)
    db.session.commit()
    page = desk.post(f"{address}/reversal", status=409)
    assert "1 人在导入之后又被修改过" in page.text
    assert people() == 3


def test_the_counts_are_looked_at_again_when_the_roster_changed(
    desk: Desk, workbook: Path, tmp_path: Path
) -> None:
    address = checked(desk, workbook)
    rival = xlsx(tmp_path / "二.xlsx", {"名单": [HEAD, person(1, name="李某某")]})
    applied(desk, rival)
    desk.post(f"{address}/confirmation")
    run_due()
    page = desk.get(address)
    assert "结果与试算不同" in page.text
    assert people() == 1


def test_a_held_row_is_decided_by_a_person(desk: Desk, workbook: Path) -> None:
    address = applied(desk, workbook)
    position = 3
    page = desk.post(f"{address}/rows/{position}")
    values = [i.get("value") for i in page.all("input") if i.get("name") == "candidate"]
    right = number_of(order=99)
    assert right in values
    assert db.session.scalar(
        select(func.count()).select_from(JournalEntry).where(JournalEntry.type == "viewed")
    ) == 1  # fmt: skip
    still = desk.post(f"{address}/rows/{position}/decision", {"text-number": right[:16]})
    assert "仍有问题" in still.text
    desk.post(f"{address}/rows/{position}/decision", {"text-number": right})
    assert people() == 4
    found = db.session.scalars(
        select(Person).where(Person.number_index == sealing.index(right))
    ).one()
    assert found.name == "孙德明"
    desk.post(f"{address}/rows/{position}/decision", {"text-number": right}, status=404)


def test_a_held_row_can_be_left_out(desk: Desk, workbook: Path) -> None:
    address = applied(desk, workbook)
    desk.post(f"{address}/rows/3/decision", {"decision": "discard"})
    assert people() == 3
    assert "不导入" in desk.get(address).text


def test_a_column_is_learned_for_its_source(desk: Desk, tmp_path: Path) -> None:
    head = [*HEAD[:10], "呼号"]
    path = xlsx(tmp_path / "a.xlsx", {"名单": [head, person(1)]})
    address = checked(desk, path, source="某厂")
    assert "有 1 栏没有认出来" in desk.get(address).text
    desk.post(f"{address}/columns", {"header": "呼号", "field": "phone"})
    run_due()
    desk.post(f"{address}/confirmation")
    run_due()
    assert db.session.scalar(select(func.count()).select_from(Phone)) == 1
    other = xlsx(tmp_path / "b.xlsx", {"名单": [head, person(2)]})
    assert "没有认出来" not in desk.get(checked(desk, other, source="某厂")).text


def test_a_hidden_sheet_is_named_and_can_be_read_too(desk: Desk, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"名单": standard(2), "旧": [HEAD, person(5)], "说明": []})
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    address = checked(desk, path)
    page = desk.get(address)
    assert "2 个工作表没有读" in page.text
    assert "旧（隐藏的工作表）" in page.text
    assert "说明（空表，或没有找到表头）" in page.text
    offered = [e.get("value") for e in page.all("input")
               if (e.get("name"), e.get("type")) == ("sheet", "checkbox")]  # fmt: skip
    assert offered == ["旧"]
    desk.post(f"{address}/columns", {"sheet": ["名单", "旧"]})
    run_due()
    page = desk.get(address)
    assert "共 3 行" in page.text
    assert "旧（" not in page.text
    assert "1 个工作表没有读" in page.text


def test_the_error_workbook_gives_rows_back_with_reasons(desk: Desk, workbook: Path) -> None:
    address = checked(desk, workbook)
    forget_request()
    token = desk.get(address).token()
    forget_request()
    answer = desk.client.post(f"{address}/error-workbook.xlsx", data={"csrf_token": token})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    head, row = rows.to_python()
    assert head[:11] == HEAD
    assert row[1] == "孙德明"
    assert row[11:13] == ["5", "待处理"]
    assert "17 位" in str(row[13])


def test_an_office_imports_its_own_area_only(
    app: APIFlask, empty_city: None, tmp_path: Path
) -> None:
    office = seated(app, "street-office", Role.OFFICE_MANAGER, "科苑街道")
    far = {"district": "沂源县", "street": "历山街道", "community": "振兴社区"}
    rows = [HEAD, person(1), person(2, **far), person(3, community="不存在社区")]
    applied(office, xlsx(tmp_path / "a.xlsx", {"名单": rows}))
    assert people() == 2
    stranger = seated(app, "other-office", Role.OFFICE_MANAGER, "历山街道")
    stranger.get(f"/roster/imports/{newest().id}", status=404)
    assert "共 0 人" in stranger.get("/roster").text
    moved = xlsx(tmp_path / "b.xlsx", {"名单": [HEAD, person(1, **far)]})
    address = checked(stranger, moved)
    assert "此人在其他区划的花名册里" in stranger.get(address).text


def test_pages_of_the_roster_follow_each_other(app: APIFlask, city: City) -> None:
    browser = Desk(app.test_client())
    browser.sign_in("city1", PASSWORD)
    page = browser.get("/roster")
    assert "共 5 人" in page.text
    assert "共 4 人" in browser.get(f"/roster?area={city.areas['a'].id}").text
    assert re.search(r"1950", page.text)
    exported = browser.client.post(
        "/roster/export", data={"csrf_token": browser.token(), "masked": "1"}
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(exported.data)).get_sheet_by_index(0)
    assert len(rows.to_python()) == 6
    assert "*" in str(rows.to_python()[1][2])


def test_an_office_learns_nothing_of_pensioners_elsewhere(
    app: APIFlask, empty_city: None, tmp_path: Path
) -> None:
    far = {"district": "沂源县", "street": "历山街道", "community": "振兴社区"}
    home = seated(app, "street-office", Role.OFFICE_MANAGER, "科苑街道")
    own = person(1, name="董秀珍", address="张店区科苑街道沁园社区77号")
    applied(home, xlsx(tmp_path / "a.xlsx", {"名单": [HEAD, own]}))
    stranger = seated(app, "other-office", Role.OFFICE_MANAGER, "历山街道")
    rows = [HEAD, person(1, name="董秀珍", address="历山街道振兴社区1号", **far),
            person(2, number=own[2][:17], **far)]  # fmt: skip
    address = applied(stranger, xlsx(tmp_path / "b.xlsx", {"名单": rows}))
    shown = stranger.get(f"{address}?treatment=HOLD").text
    assert "此人在其他区划的花名册里" in shown
    assert "77号" not in shown
    page = stranger.post(f"{address}/rows/1")
    assert own[2] in page.text
    assert "董秀珍" not in page.text


def test_the_city_sees_imports_and_pensioners_that_lie_nowhere(desk: Desk, app: APIFlask) -> None:
    outside = person(1, district="", street="", community="", address="不详")
    path = xlsx(Path(app.config["SETTINGS"].data_dir) / "c.xlsx", {"名单": [HEAD, outside]})
    app.test_cli_runner().invoke(args=["roster", "import", str(path)])
    address = f"/roster/imports/{newest().id}"
    assert "c.xlsx" in desk.get("/roster/imports").text
    assert "不认识这个社区" in desk.get(address).text
    nowhere = db.session.scalars(select(Person)).one()
    assert nowhere.area_path == "/"
    assert nowhere.name in desk.get(f"/people/{nowhere.id}").text


def test_an_undo_after_a_move_brings_people_back_to_where_the_area_lies(
    desk: Desk, tmp_path: Path
) -> None:
    applied(desk, xlsx(tmp_path / "a.xlsx", {"名单": [HEAD, person(1)]}))
    changed = person(1, address="张店区科苑街道沁园社区99号楼")
    address = applied(desk, xlsx(tmp_path / "b.xlsx", {"名单": [HEAD, changed]}))
    found = db.session.scalars(select(Person)).one()
    area = db.session.get_one(Area, found.area_id)
    street = db.session.scalars(select(Area).filter_by(name="历山街道")).one()
    area_id, street_id = area.id, street.id
    desk.post(f"/areas/{area_id}/parent", {"new_parent_id": str(street_id)})
    desk.post(f"{address}/reversal")
    db.session.expire_all()
    found = db.session.scalars(select(Person)).one()
    assert found.address.endswith("1号楼1单元101")
    assert found.area_path == db.session.get_one(Area, area_id).path
    assert found.area_path.startswith(db.session.get_one(Area, street_id).path)
