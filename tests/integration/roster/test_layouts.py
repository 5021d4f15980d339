"""Workbooks as offices lay them out: forms, encodings, headers, sheets, hidden rows."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.integration.roster.conftest import Command, Import
from tests.integration.roster.workbooks import person, standard, text_of, xls, xlsx
from tests.unit.roster.town import HEAD, number_of
from webapp import sealing
from webapp.extensions import db
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.models import Person

TITLE = ["张店区企业退休人员花名册"]


def counts(report: dict[str, Any]) -> dict[str, int]:
    names = ("clean", "fix", "warn", "hold", "reject", "skip")
    return {name: report[name] for name in names if report[name]}


def treatments(report: dict[str, Any]) -> dict[int, str]:
    return {item["row"]: item["treatment"] for item in report["items"]}


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-16-le", "\t"), ("gb18030", ","),
     ("gb18030", ";"), ("utf-8", "；"), ("utf-8", "|")],
)  # fmt: skip
def test_csv_in_every_encoding_and_separator(
    imported: Import, tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "名单.csv"
    rows = [*standard(3), person(4, name="王𫖯", number=number_of(order=7).lower())]
    path.write_bytes(text_of(rows, separator).encode(encoding))
    assert counts(imported(path)) == {"clean": 4}


def test_csv_with_line_breaks_quotes_and_blank_lines(imported: Import, tmp_path: Path) -> None:
    rows = standard(3)
    rows[2][9] = '张店区科苑街道沁园社区\n2号楼"东"单元, 101'
    rows.insert(3, [])
    path = tmp_path / "名单.csv"
    path.write_bytes(text_of(rows).encode("gb18030"))
    report = imported(path)
    assert (counts(report), treatments(report)) == ({"clean": 3, "skip": 1}, {4: "SKIP"})


def test_an_old_workbook_with_a_hidden_row(imported: Import, tmp_path: Path) -> None:
    path = xls(tmp_path / "名单.xls", [TITLE, *standard(4)], hidden=(4,))
    report = imported(path)
    assert (counts(report), treatments(report)) == ({"clean": 3, "warn": 1}, {4: "WARN"})
    assert report["items"][0]["codes"] == ["hidden_row"]


def test_a_row_of_no_height_is_hidden(imported: Import, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"名单": standard(3)})
    parts = {}
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<row r="3"', b'<row r="3" ht="0" customHeight="1"')
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    assert treatments(imported(path)) == {3: "WARN"}


def test_hidden_rows_errors_and_formulas(imported: Import, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"名单": standard(5)})
    book = openpyxl.load_workbook(path)
    sheet = book["名单"]
    sheet.row_dimensions[3].hidden = True
    sheet["B4"] = "=VLOOKUP(A1,C:D,2,0)"
    sheet["J5"].value = "#N/A"
    sheet["J5"].data_type = "e"
    book.save(path)
    report = imported(path)
    assert treatments(report) == {3: "WARN", 4: "HOLD", 5: "HOLD"}
    assert "cell_error" in report["items"][1]["codes"]


def test_a_two_line_header_with_merged_cells(imported: Import, tmp_path: Path) -> None:
    upper = ["序号", "基本信息", "", "", "", "人员类别", "居住地", "", "", "", "联系方式"]
    lower = ["", "姓名", "证件号", "性别", "出生年月", "", "区（县）", "街道", "社区", "详细地址",
             "手机"]  # fmt: skip
    rows = [TITLE, ["填报单位："], upper, lower, person(1), person(2, birth="1950.03")]
    path = xlsx(tmp_path / "名单.xlsx", {"名单": rows})
    book = openpyxl.load_workbook(path)
    for cells in ("A1:K1", "A3:A4", "B3:E3", "F3:F4", "G3:J3"):
        book["名单"].merge_cells(cells)
    book.save(path)
    report = imported(path)
    assert (report["rows"], treatments(report)) == (2, {6: "FIX"})


def test_columns_in_another_order_under_other_names(imported: Import, tmp_path: Path) -> None:
    names = ["联系手机", "现住址", "村（居）", "乡镇（街道）", "县区", "人员类型", "出生年月日",
             "男/女", "社会保障号码", "退休人员姓名", "备注"]  # fmt: skip
    rows = [names, *([*person(order)[:0:-1], "无"] for order in (1, 2))]
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert counts(report) == {"clean": 2}


def test_repeated_headers_titles_totals_and_signatures(imported: Import, tmp_path: Path) -> None:
    rows = [
        TITLE, HEAD, person(1), person(2), ["小计", "2人"], TITLE, HEAD, person(3), [],
        ["合计", 3.0], ["单位负责人：", "", "填表人："], ["注：本表一式两份"],
    ]  # fmt: skip
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert counts(report) == {"clean": 3, "skip": 7}
    codes = {item["row"]: item["codes"] for item in report["items"]}
    assert codes[7] == ["header_repeated"]
    assert codes[6] == ["title_repeated"]
    assert codes[9] == ["row_blank"]


def test_several_sheets_are_read_together_and_named(imported: Import, tmp_path: Path) -> None:
    book = {
        "说明": [["请各社区如实填写"]], "沁园": standard(2),
        "福兴": [HEAD, person(3, sex="女"), person(1)], "遗属": [HEAD[:5] + HEAD[6:], _dependant()],
    }  # fmt: skip
    path = xlsx(tmp_path / "名单.xlsx", book)
    report = imported(path, "--dry-run")
    assert report["sheets"] == ["沁园", "福兴", "遗属"]
    assert [(i["sheet"], i["row"], i["treatment"]) for i in report["items"]] == [
        ("福兴", 2, "WARN"), ("福兴", 3, "SKIP"),
    ]  # fmt: skip
    one = imported(path, "--dry-run", "--sheet", "沁园")
    assert (one["rows"], one["sheets"]) == (2, ["沁园"])


def _dependant() -> list[Any]:
    row = person(9, sex="男")
    return row[:5] + row[6:]


def test_hidden_sheets_are_read_only_when_asked_for(imported: Import, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"名单": standard(2), "旧": [HEAD, person(5)]})
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    assert imported(path, "--dry-run")["rows"] == 2
    assert imported(path, "--dry-run", "--sheet", "旧")["rows"] == 1


def test_sheets_left_out_are_named_with_their_reason(
    imported: Import, command: Command, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {
        "名单": standard(2), "旧": [HEAD, person(5)], "说明": [["请按时报送"]], "空": [],
    })  # fmt: skip
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    found = imported(path, "--dry-run")["sheets_left_out"]
    assert [(sheet["name"], sheet["reason"]) for sheet in found] == [
        ("旧", "hidden"), ("说明", "no_header"), ("空", "no_header")
    ]  # fmt: skip
    found = imported(path, "--dry-run", "--sheet", "旧", "--sheet", "说明")["sheets_left_out"]
    assert [(sheet["name"], sheet["reason"]) for sheet in found] == [
        ("名单", "not_chosen"), ("说明", "no_header"), ("空", "not_chosen")
    ]  # fmt: skip
    words = command("import", path, "--dry-run", "--lang", "zh").output
    assert "没有导入的工作表：旧（隐藏的工作表）、说明（空表，或没有找到表头）" in words
    words = command("import", path, "--dry-run", "--lang", "en").output
    assert "Sheets left out: 旧 (a hidden sheet)" in words
    assert imported(path, "--sheet", "旧")["sheets_left_out"][0]["reason"] == "not_chosen"
    record = db.session.scalars(db.select(RosterImport)).one()
    assert record.sheets_left_out is not None
    assert record.sheets_left_out[0] == {"name": "名单", "reason": "not_chosen"}


def test_a_file_of_one_sheet_leaves_none_out(imported: Import, tmp_path: Path) -> None:
    assert imported(xlsx(tmp_path / "名单.xlsx", {"名单": standard(2)}))["sheets_left_out"] == []


@pytest.mark.parametrize("word", ["职工", "人员", "退休人员"])
def test_a_name_column_with_a_bare_header_is_understood(
    imported: Import, tmp_path: Path, word: str
) -> None:
    rows = [TITLE, [HEAD[0], word, *HEAD[2:]], *standard(3)[1:]]
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert counts(report) == {"clean": 3}
    assert report["unmapped_columns"] == []
    assert len(db.session.scalars(db.select(Person.name).distinct()).all()) == 3


def test_dates_of_every_kind_in_cells(imported: Import, tmp_path: Path) -> None:
    rows = [HEAD, person(1, birth=date(1950, 3, 5)), person(2, birth=18327),
            person(3, birth="50.3.5")]  # fmt: skip
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert treatments(report) == {3: "FIX", 4: "WARN"}


def test_one_number_in_several_rows(imported: Import, tmp_path: Path) -> None:
    rows = [
        HEAD, person(1), person(1), person(1, name="李某"), person(1, phone="13905339999"),
        person(1, category="遗属"), person(2), person(2, name=person(2)[1] + " "),
    ]  # fmt: skip
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert treatments(report) == {3: "SKIP", 4: "HOLD", 5: "HOLD", 8: "SKIP"}
    assert report["difference"]["benefit"] == 1


@pytest.mark.parametrize("dependant_first", [True, False])
def test_a_dependant_under_a_retirees_number_is_held_in_any_order(
    imported: Import, tmp_path: Path, dependant_first: bool
) -> None:
    retiree, dependant = person(1, name="张建国"), person(1, name="李桂兰", category="遗属")
    pair = [dependant, retiree] if dependant_first else [retiree, dependant]
    rows = [HEAD, *pair, person(2, category="遗属"), person(3)]
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    held = {item["row"]: (item["treatment"], item["codes"]) for item in report["items"]}
    assert held == {2 if dependant_first else 3: ("HOLD", ["id_of_deceased"])}
    assert (report["clean"], report["difference"]["created"]) == (3, 3)
    names = db.session.scalars(db.select(Person.name).order_by(Person.name)).all()
    assert "张建国" in names
    assert "李桂兰" not in names
    record = db.session.scalars(db.select(RosterImportRow)).one()
    assert "李桂兰" in ((record.sealed and sealing.sealer().unseal(record.sealed)) or "")


def test_dependants_of_several_sheets_keep_their_rows(imported: Import, tmp_path: Path) -> None:
    """Also when the rows of two sheets bear the same row numbers."""
    ahead = [person(order, category="遗属") for order in (11, 12)]
    ahead += [person(1, category="遗属", name="李桂兰"), person(2, category="遗属", name="李秀云")]
    after = [person(order, category="遗属") for order in (21, 22, 23)]
    book = {"遗属甲": [HEAD, *ahead], "退休": standard(2), "遗属乙": [HEAD, *after]}
    tried = imported(xlsx(tmp_path / "名单.xlsx", book), "--dry-run")
    report = imported(tmp_path / "名单.xlsx")
    assert report["difference"] == tried["difference"] == {"created": 7}
    assert [(item["sheet"], item["row"], item["codes"]) for item in report["items"]] == [
        ("遗属甲", 4, ["id_of_deceased"]), ("遗属甲", 5, ["id_of_deceased"])
    ]  # fmt: skip
    assert db.session.scalar(db.select(db.func.count(Person.id))) == 7


def test_a_retiree_who_is_a_dependant_too_keeps_the_number(
    imported: Import, tmp_path: Path
) -> None:
    rows = [HEAD, person(1, category="遗属"), person(1), person(1, name="张建国")]
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert treatments(report) == {4: "HOLD"}
    assert report["items"][0]["codes"] == ["id_two_names"]
    assert report["difference"]["benefit"] == 1


def test_namesakes_born_on_one_day(imported: Import, tmp_path: Path) -> None:
    same = {"name": "王秀英"}
    far = {"district": "沂源县", "street": "历山街道", "community": "振兴社区"}
    rows = [HEAD, person(1, **same), person(2, **same), person(3, **same, **far)]
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert treatments(report) == {3: "WARN"}


def test_a_phone_of_more_than_twenty_people(imported: Import, tmp_path: Path) -> None:
    rows = [HEAD, *(person(order, phone="13905330000") for order in range(1, 22)), person(30)]
    report = imported(xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert treatments(report) == dict.fromkeys(range(2, 23), "WARN")
    twenty = [HEAD, *(person(order, phone="13905330001") for order in range(101, 121))]
    assert counts(imported(xlsx(tmp_path / "b.xlsx", {"名单": twenty}))) == {"clean": 20}
