"""Comments on cells say things of people too, in every form that has them."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.unit.roster.books import ods, read, used, xlsx
from tests.unit.roster.town import HEAD, cells, number_of
from webapp.roster.reading.treatments import Treatment

# Row and column of a cell, counted from 0, and what is noted on it.
Notes = dict[tuple[int, int], str]
THREAD = (
    "[线程批注]\n\n你的 Excel 版本可读取此线程批注; 但如果在更新版本的 Excel 中打开文件，"
    "则对批注所作的任何改动都将被删除。了解详细信息: https://go.microsoft.com/fwlink/?linkid=870924"
    "\n\n批注:\n    腿脚不便"
)


def one(order: int) -> list[Any]:
    return cells(number=number_of(order=2 * order - 1), phone=f"139053{order:05d}",
                 serial=str(order), name="王秀" + "英兰芳珍梅"[order - 1])  # fmt: skip


def noted_xlsx(rows: list[list[Any]], notes: Notes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(rows)))
    for (row, column), words in notes.items():
        cell = book.worksheets[0].cell(row + 1, column + 1)
        cell.comment = Comment(words, "李主任")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def noted_ods(rows: list[list[Any]], notes: Notes) -> bytes:
    marked = [[f"{value}@{row},{at}@" if (row, at) in notes else value
               for at, value in enumerate(line)] for row, line in enumerate(rows)]  # fmt: skip
    source = zipfile.ZipFile(io.BytesIO(ods(marked)))
    content = source.read("content.xml").decode()
    for (row, at), words in notes.items():
        lines = "".join(f"<text:p>{line}</text:p>" for line in words.split("\n"))
        note = f"<office:annotation><dc:creator>李主任</dc:creator>{lines}</office:annotation>"
        before, after = content.split(f"@{row},{at}@")
        start = before.rindex("<text:p")
        content = before[:start] + note + before[start:] + after
    content = content.replace(
        "xmlns:office=", 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:office=', 1
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        for name in source.namelist():
            book.writestr(name, content if name == "content.xml" else source.read(name))
    return stream.getvalue()


@pytest.mark.parametrize("make", [noted_xlsx, noted_ods])
def test_a_comment_is_a_remark_and_a_loss_in_it_holds_the_row(make: Any) -> None:
    rows = [HEAD, *(one(order) for order in (1, 2, 3, 4, 5))]
    notes = {
        (1, 1): "2026年3月已去世", (2, 10): "电话换了 13905339999",
        (3, 1): "李主任:\n停发\n待遇", (4, 9): "住女儿家\n3月已去世",
    }  # fmt: skip
    dead, moved, stopped, late, plain = used(make(rows, notes)).values()
    assert (dead.treatment, dead.remark) == (Treatment.HOLD, "批注：2026年3月已去世")
    assert "remark_lost" in dead.codes
    assert (moved.treatment, moved.codes) == (Treatment.WARN, ["cell_comment"])
    assert moved.remark == "批注：电话换了 13905339999"
    assert moved.phones == ("13905300002",)
    assert stopped.treatment is Treatment.HOLD
    assert "remark_lost" in late.codes
    assert (plain.treatment, plain.remark) == (Treatment.CLEAN, "")


def test_a_thread_is_told_without_what_its_program_says_of_it() -> None:
    rows = [HEAD, one(1), one(2)]
    notes = {(1, 1): THREAD, (2, 1): "李主任:\n独居"}
    first, second = used(noted_xlsx(rows, notes)).values()
    assert (first.codes, first.remark) == (["cell_comment"], "批注：腿脚不便")
    assert (second.codes, second.remark) == (["cell_comment"], "批注：独居")


def test_a_loss_noted_on_a_line_of_nobody_is_held() -> None:
    rows = [HEAD, one(1), ["", "", "", "", "", "", "", "", "", "合计", ""]]
    found = read(noted_xlsx(rows, {(2, 9): "王秀英已去世"}))
    assert [each.treatment for each in found.values()] == [Treatment.CLEAN, Treatment.HOLD]
