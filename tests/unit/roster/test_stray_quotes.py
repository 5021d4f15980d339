"""Quotation marks that quote nothing lose nobody: each line that reads as a row is one."""

import pytest

from tests.unit.roster.town import number_of
from webapp.refusals import Refusal
from webapp.roster.reading.delimited import read_delimited

HEAD = ["姓名", "公民身份号码", "家庭住址", "联系电话"]
NAMES = ["张玉珍", "李木瓜", "刘凤霞", "杨玉兰", "陈淑芳"]
PHONES = [f"1390530000{at}" for at in range(5)]
NUMBERS = [number_of(order=11 + at) for at in range(5)]


def lines(addresses: list[str], separator: str = ",") -> list[str]:
    rows = zip(NAMES, NUMBERS, addresses, PHONES, strict=True)
    return [separator.join(row) for row in (HEAD, *rows)]


def read(texts: list[str], encoding: str = "gb18030") -> list[list[object]]:
    return [list(row) for row in read_delimited("\r\n".join(texts).encode(encoding), {})]


@pytest.mark.parametrize(
    "addresses",
    [
        ["1号楼", '"2号楼1单元102', "3号楼", '"4号楼', "5号楼"],
        ["1号楼", '"', '"', '"', '"'],
        ["1号楼", '"', '"', '"', "5号楼"],
        ["1号楼", '"2号楼', "3号楼", "4号楼", "5号楼"],
        ["1号楼", '"2号楼', '"张店区,三号楼"', '"', '"1,2"'],
        ["1号楼", '"2号楼', "3号楼", "4号楼", '"'],
        ['"1号楼"东', '"2"号', "3号楼", '"', "5号楼"],
    ],
)
@pytest.mark.parametrize(("separator", "encoding"), [(",", "gb18030"), ("\t", "utf-16")])
def test_two_stray_marks_swallow_nobody(
    addresses: list[str], separator: str, encoding: str
) -> None:
    texts = lines([text.replace(",", separator) for text in addresses], separator)
    found = read(texts, encoding)
    assert [row[0] for row in found] == ["姓名", *NAMES]
    assert [row[1] for row in found[1:]] == NUMBERS
    assert [row[3] for row in found[1:]] == PHONES


def test_two_ditto_marks_beside_each_other_are_two_cells() -> None:
    texts = ["姓名,公民身份号码,家庭住址,备注,联系电话"]
    for name, number, phone in zip(NAMES, NUMBERS, PHONES, strict=True):
        texts.append(f'{name},{number},",",{phone}')
    assert [row[4] for row in read(texts)[1:]] == PHONES


def test_a_line_break_in_quotes_stays_in_its_cell() -> None:
    addresses = ["1号楼", '"2号楼\r\n3单元,1"', '"1\r\n\r\n2"', '"""甲""\r\n乙,丙,丁,戊"', "5号楼"]
    found = read(lines(addresses))
    assert [row[0] for row in found] == ["姓名", *NAMES]
    assert found[2][2] == "2号楼\r\n3单元,1"
    assert found[4][2] == '"甲"\r\n乙,丙,丁,戊'


def test_a_short_row_with_quotes_stays_short() -> None:
    assert read([*lines([""] * 5), f'石榴花,{number_of(order=31)},"1号楼,2"'])[-1][2] == "1号楼,2"


@pytest.mark.parametrize("width", [9, 30_000])
def test_a_quotation_of_which_nobody_knows_the_end_is_refused(width: int) -> None:
    texts = lines(["1号楼", '"2号楼', "3号楼,东,西", "4号楼", "5号楼" * width])
    with pytest.raises(Refusal) as refused:
        read(texts)
    assert (refused.value.code, refused.value.facts["line"]) == ("file_quote_open", 3)


def test_people_inside_a_cell_that_cannot_be_parted_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        read(lines(["1号楼,东", '"2号楼', "3号楼,东", '"4号楼', "5号楼"])[:2]
             + lines(["1号楼", '东,"2号楼', "3号楼", '"4号楼', "5号楼"])[2:])  # fmt: skip
    assert refused.value.code == "file_quote_open"


def test_ten_thousand_ditto_marks_are_read_in_one_go() -> None:
    row = f'张玉珍,{NUMBERS[0]},",{PHONES[0]}'
    assert len(read([",".join(HEAD), *[row] * 10_001])) == 10_002
