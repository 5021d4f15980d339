"""Rows, cells and words that are struck through, in every form that can strike."""

from typing import Any

import pytest

from tests.unit.roster.books import ods, read, used, xls, xlsx, xlsx_shared
from tests.unit.roster.town import HEAD, cells, number_of
from webapp.roster.imports.messages import sentence_of
from webapp.roster.reading.biff_strings import struck_strings
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.strikes import struck_words
from webapp.roster.reading.treatments import Treatment

FORMS = pytest.mark.parametrize("make", [xlsx, xlsx_shared, xls, ods])
SHORT = ["序号", "姓名", "身份证号码", "联系电话", "备注"]


def one(order: int, **changes: Any) -> list[Any]:
    return cells(number=number_of(order=2 * order - 1), phone=f"139053{order:05d}",
                 serial=str(order), **changes)  # fmt: skip


def short(order: int, remark: Any, name: Any = "王秀英") -> list[Any]:
    return [str(order), name, number_of(order=2 * order - 1), f"139053{order:05d}", remark]


def strikes_of(reading: RowReading) -> list[tuple[str, Any]]:
    return [
        (each.code, each.facts.get("note") or each.facts.get("field"))
        for each in reading.findings if "struck" in each.code
    ]  # fmt: skip


@FORMS
def test_struck_rows_and_struck_cells(make: Any) -> None:
    rows = [HEAD, *(one(order) for order in (1, 2, 3, 4))]
    struck = [(2, at) for at in range(11)] + [(3, 9), (3, 10), (4, 1)]
    found = list(used(make(rows, (), struck)).values())
    assert [strikes_of(each) for each in found] == [
        [], [("row_struck", None)], [("cell_struck", "address,phone")], [("row_struck", None)],
    ]  # fmt: skip
    assert [each.treatment for each in found[1:]] == [Treatment.WARN] * 3


@FORMS
def test_words_that_are_struck_are_told(make: Any) -> None:
    rows = [
        SHORT,
        short(1, (("独居，", False), ("腿脚不便", True))),
        short(2, (("独居", True),)),
        short(3, (("住养老院", True), ("，随女儿", False), ("儿子", True), ("住", False))),
        short(4, "独居", (("王秀", False), ("英", True))),
        short(5, "独居", (("王秀英", True),)),
        short(6, "独居"),
        short(7, (("已去世", True), ("  ", False))),
    ]
    found = list(used(make(rows)).values())
    assert [strikes_of(each) for each in found] == [
        [("words_struck", "备注：腿脚不便")], [("cell_struck", "remark")],
        [("words_struck", "备注：住养老院…儿子")], [("words_struck", "姓名：英")],
        [("row_struck", None)], [], [("cell_struck", "remark")],
    ]  # fmt: skip
    assert "独居，腿脚不便" in found[0].remark
    assert found[3].name == "王秀英"
    assert found[6].treatment is Treatment.HOLD


@FORMS
def test_rows_above_the_header_do_not_shift_what_is_struck(make: Any) -> None:
    rows = [["", "", "", "", ""], ["花名册", "", "", "", ""], SHORT, short(1, "独居"),
            short(2, (("随", False), ("女儿", True)))]  # fmt: skip
    found = list(used(make(rows, (), [(3, 4)])).values())
    assert [strikes_of(each)[0][0] for each in found] == ["cell_struck", "words_struck"]


@FORMS
def test_a_struck_cell_that_is_merged_downwards_is_struck_in_every_row(make: Any) -> None:
    rows = [SHORT, short(1, "独居"), short(2, ""), short(3, "")]
    found = list(used(make(rows, [(1, 4, 2, 4)], [(1, 4)])).values())
    assert [len(strikes_of(each)) for each in found] == [1, 1, 0]


@FORMS
def test_blocks_side_by_side_are_struck_each_by_itself(make: Any) -> None:
    rows = [SHORT * 2, [*short(1, "独居"), *short(11, (("独", True), ("居", False)))]]
    first, second = read(make(rows, (), [(1, 3)])).values()
    assert strikes_of(first) == [("cell_struck", "phone")]
    assert strikes_of(second) == [("words_struck", "备注：独")]


def test_a_style_of_a_row_or_a_column_strikes_in_ods() -> None:
    rows = [SHORT, short(1, "独居"), short(2, "独居"), short(3, "独居")]
    row = ' table:default-cell-style-name="ce1"'
    found = list(used(ods(rows, rows_styles=["", row])).values())
    assert [strikes_of(each) for each in found] == [[("row_struck", None)], [], []]
    column = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:default-cell-style-name="ce2"/>'
    )
    plain = ' table:default-cell-style-name="ce3"'
    found = list(used(ods(rows, columns=column, rows_styles=["", "", plain])).values())
    phone = [("cell_struck", "phone")]
    assert [strikes_of(each) for each in found] == [phone, [], phone]


def test_a_hidden_row_of_ods_is_told() -> None:
    hidden = ' table:visibility="collapse"'
    data = ods([SHORT, short(1, "独居"), short(2, "")], rows_styles=["", hidden])
    first, second = used(data).values()
    assert ("hidden_row" in first.codes, "hidden_row" in second.codes) == (True, False)


def test_a_string_that_goes_on_in_the_next_record() -> None:
    """The characters turn wide in the midst; the formatting runs are cut in two."""
    text = "独居，腿脚不便".encode("utf-16-le")
    records = [
        b"\x02\0\0\0\x02\0\0\0" + b"\x03\0\0abc" + b"\x07\0\x09\x02\0" + text[:6],
        b"\x01" + text[6:] + b"\x00\0\x00\0\x03",
        b"\0\x01\0",
    ]
    assert struck_strings(records, [False, True]) == {1: "腿脚不便"}


def test_words_apart_are_told_apart_and_blanks_are_nothing() -> None:
    assert struck_words([("a", True), (" ", False), ("b", True), ("c", False)]) == "a…b"
    assert struck_words([("a", True), (" ", False)]) == ""
    assert struck_words([(" ", True), ("a", False)]) is None


def test_the_sentence_names_every_struck_cell(app: Any) -> None:
    rows = [HEAD, one(1)]
    reading = next(iter(used(xlsx(rows, (), [(1, 9), (1, 10)])).values()))
    said = next(each for each in reading.findings if each.code == "cell_struck")
    with app.test_request_context():
        assert "家庭住址、联系电话" in sentence_of(said)
