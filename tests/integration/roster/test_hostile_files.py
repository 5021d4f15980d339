"""Files that are no workbook, or a hostile one: one clear line, exit 2, nothing written."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.integration.roster.conftest import Command, Import
from tests.integration.roster.workbooks import person, standard, text_of, xls, xlsx
from tests.unit.roster.town import HEAD
from webapp.extensions import db
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.models import Person

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return stream.getvalue()


def bomb() -> bytes:
    return zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 100_000_000})


def huge_sheet() -> bytes:
    """One cell in the last corner: a reader that fills the gap needs more than all memory."""
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1" t="n"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData></worksheet>'
    )
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in _parts(standard(1)).items():
            book.writestr(name, sheet if name.endswith("sheet1.xml") else data)
    return good.getvalue()


def ruined() -> list[object]:
    return person(301, address="锟斤拷锟斤拷")


def unclosed() -> str:
    return text_of(standard(3)).replace("张店区科苑", '"张店区科苑', 1) + "合计,3人\r\n"


def _parts(rows: list[list[object]]) -> dict[str, bytes]:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


FILES = [
    ("nothing", b"", "文件是空的"),
    ("only zeros", b"\0" * 100, "文件是空的"),
    ("a web page", "<html><body><table>姓名</table></body></html>".encode(), "网页"),
    ("an XML sheet", b'<?xml version="1.0"?><Workbook/>', "网页"),
    ("a password", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ("a letter", OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "不是表格"),
    ("a zip of workbooks", zipped({"a.xlsx": b"x"}), "压缩包"),
    ("a RAR", b"Rar!\x1a\x07\x00rest", "压缩包"),
    ("a PDF", b"%PDF-1.7 rest", "不是表格"),
    ("binary", struct.pack("<200I", *range(200)), "不是表格"),
    ("a cut zip", zipped({"xl/workbook.xml": b"<a/>" * 50})[:60], "已损坏"),
    ("an empty container", OLE + b"\0" * 1024, "已损坏"),
    ("a workbook of nonsense", zipped({"xl/workbook.xml": b"<a/>"}), "已损坏"),
    ("a bomb", bomb(), "太大"),
    ("a corner cell", huge_sheet(), "太大"),
    ("ruined text", "姓名,身份证号\n锟斤拷,1\n".encode(), "乱码"),
    ("read twice", "姓名,身份证号\n王芳,1\n".encode().decode("latin-1").encode(), "乱码"),
    ("read as GBK", "姓名,身份证号码,性别\n王芳,1,女\n".encode().decode("gb18030", "replace")
     .encode(), "乱码"),
    ("ruined text far down", text_of([*standard(300), ruined()]).encode(), "乱码"),
    ("a web page that begins with a remark", b"<!-- x --><div><table></table></div>", "网页"),
    ("a quotation never closed", unclosed().encode(), "第 2 行的引号"),
    ("a letter of today", zipped({"word/document.xml": b"<a/>"}), "不是表格"),
    ("no header", text_of([["甲", "乙"], ["1", "2"]]).encode(), "没有找到表头"),
]  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("data", "words"), [f[1:] for f in FILES], ids=[f[0] for f in FILES])
def test_62_one_clear_line_and_nothing_written(
    command: Command, tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(data)
    result = command("import", path, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert words in result.stderr
    assert not db.session.scalar(select(func.count()).select_from(RosterImport))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_old_workbook_with_a_password(command: Command, tmp_path: Path) -> None:
    path = xls(tmp_path / "名单.xls", standard(30))
    data = bytearray(path.read_bytes())
    # The record after the stream's first becomes the one that announces encryption.
    first = struct.unpack_from("<HH", data, 512)[1]
    struct.pack_into("<H", data, 512 + 4 + first, 0x2F)
    path.write_bytes(data)
    result = command("import", path)
    assert result.exit_code == 2
    assert "密码" in result.stderr


def test_a_missing_file_and_a_missing_sheet(command: Command, tmp_path: Path) -> None:
    assert command("import", tmp_path / "nowhere.xlsx").exit_code == 2
    path = xlsx(tmp_path / "a.xlsx", {"名单": standard(1)})
    result = command("import", path, "--sheet", "别的")
    assert result.exit_code == 2
    assert "别的" in result.stderr


def test_a_file_that_breaks_off_leaves_nothing_behind(command: Command, tmp_path: Path) -> None:
    """The first rows are good and already judged when the reader meets the end of its patience."""
    rows = text_of([HEAD, *(person(order) for order in range(1, 400))]).encode()
    path = tmp_path / "名单.csv"
    path.write_bytes(rows + b'"' + b"x" * 200_000)
    result = command("import", path)
    assert result.exit_code == 2
    assert not db.session.scalar(select(func.count()).select_from(Person))


def test_a_workbook_under_another_name_is_read_for_what_it_is(
    imported: Import, tmp_path: Path
) -> None:
    path = xls(tmp_path / "名单.csv", standard(2))
    assert imported(path)["clean"] == 2


def test_59_formula_like_text_comes_back_as_text(
    command: Command, imported: Import, tmp_path: Path
) -> None:
    import openpyxl

    path = xlsx(tmp_path / "a.xlsx", {"名单": standard(1)})
    book = openpyxl.load_workbook(path)
    cell = book["名单"]["J2"]
    cell.value, cell.data_type = "=cmd|' /C calc'!A0", "s"
    book.save(path)
    assert imported(path)["clean"] == 1
    out = tmp_path / "out.xlsx"
    assert command("export", "-o", out).exit_code == 0
    found = openpyxl.load_workbook(out).worksheets[0]["J2"]
    assert (found.value, found.data_type, found.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)


def test_an_exported_roster_can_be_imported_again(
    command: Command, imported: Import, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"名单": [*standard(3), person(9, category="遗属")]})
    imported(path)
    out = tmp_path / "out.xlsx"
    command("export", "-o", out, "--area", "科苑街道")
    report = imported(out)
    assert (report["clean"], report["difference"]) == (4, {"unchanged": 4})
    assert command("export", "-o", out, "--area", "无此街道").exit_code == 2
