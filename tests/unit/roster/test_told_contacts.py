"""Numbers behind words or in contacts, long words, two names, broken cells of .ods."""

import io
import zipfile

import pytest

from tests.unit.roster.books import ods, used
from tests.unit.roster.town import HEAD, cells, number_of, rules
from webapp.roster.cells.names import read_name
from webapp.roster.cells.phones import read_phones
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.treatments import Treatment

MOBILE, LOCAL, OTHER = "13905330001", "0533-2181234", "0533-2181235"


def told(contact: str, relation: str = "", phone: str = "", employer: str = "") -> RowReading:
    head = [*HEAD, "联系人", "与本人关系", "联系人电话", "原单位"]
    return rules(head).read(5, [*cells(), contact, relation, phone, employer])


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [*((f"{MOBILE}{words}2181234", (MOBILE, LOCAL))
       for words in (" 宅", "或", "和", "及", "。", "'", "家", " 邻居王大妈", " ")),
     ("王13905330001李2181235", (MOBILE, OTHER)), ("2181234宅2181235办", (LOCAL, OTHER)),
     ("13905330001（女儿2181234）", (MOBILE, LOCAL)), ("13905330001 05332181234", (MOBILE, LOCAL)),
     ("0533-2181234转801（办公室）", (f"{LOCAL}转801",)), ("0533-2181234 转 801 张三",
                                                      (f"{LOCAL}转801",)),
     ("0533-2181234-801 办公室", (f"{LOCAL}转801",)), ("2181234转801（办）", (f"{LOCAL}转801",)),
     ("0533-2181234分机801办", (f"{LOCAL}转801",)), ("0533 2181234", (LOCAL,)),
     ("139 0533 0001", (MOBILE,))],
)  # fmt: skip
def test_every_number_of_a_cell_is_read(cell: str, numbers: tuple[str, ...]) -> None:
    assert read_phones(cell).numbers == numbers


def test_digits_that_cannot_be_read_are_told() -> None:
    assert "phone_unreadable" in read_phones("13905330001家21812").codes


@pytest.mark.parametrize(
    "contact", ["张三13705331111", "张三（１３７０５３３１１１１）", "张三：137-0533-1111"]
)
def test_a_number_among_the_words_of_a_contact_lies_sealed(contact: str) -> None:
    assert told(contact).contact == ("张三", "", "13705331111")


def test_a_second_number_of_a_contact_is_kept() -> None:
    reading = told("张三13705331111、李四13705332222")
    assert reading.contact is not None
    assert reading.contact[2] == "13705331111"
    assert "13705332222" in reading.remark
    assert told("张三", "女儿13705331111").contact == ("张三", "女儿", "13705331111")


@pytest.mark.parametrize(
    ("contact", "relation", "employer"), [("张" * 101, "", ""), ("", "女" * 33, ""),
                                          ("", "", "厂" * 201)],
)  # fmt: skip
def test_long_words_are_warned_of_and_kept_whole(
    contact: str, relation: str, employer: str
) -> None:
    reading = told(contact or "张三", relation, employer=employer)
    assert "words_too_long" in reading.codes
    assert reading.treatment is Treatment.WARN
    assert (relation or employer or contact) in reading.remark


@pytest.mark.parametrize("cell", ["王芳\n李强", "王芳、李强", "王芳/李强", " 王秀英；李强 "])
def test_two_names_in_one_cell_are_held(cell: str) -> None:
    assert "names_two" in read_name(cell).codes
    assert "names_two" not in read_name(cell.replace("李强", "")).codes


BROKEN = {
    "formula": '<table:table-cell table:formula="of:=A1" office:value-type="string"/>',
    "#DIV/0!": '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
    'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_cell_of_ods_is_held(what: str) -> None:
    right, wrong = (cells(number=number_of(order=at), phone=f"1390533000{at}") for at in (1, 3))
    found = used(_with(ods([HEAD, right, wrong]), "13905330003", BROKEN[what]))
    assert "cell_error" not in found[number_of(order=1)].codes
    finding = next(each for each in found[number_of(order=3)].findings if each.code == "cell_error")
    assert finding.facts == {"field": "phone", "what": what}


def test_a_formula_of_ods_that_gives_nothing_is_an_empty_cell() -> None:
    empty = '<table:table-cell table:formula="of:=T(1)" office:string-value=""/>'
    found = used(_with(ods([HEAD, cells(phone="13905330003")]), "13905330003", empty))
    assert "cell_error" not in found[number_of()].codes


def _with(data: bytes, phone: str, cell: str) -> bytes:
    """The workbook with another cell in the place of a telephone number's."""
    stream = io.BytesIO()
    was = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode().replace(was % phone, cell)
            spaces = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
            text = text.replace(
                "<office:document-content ", f'<office:document-content {spaces}calcext:1.0" '
            )
            new.writestr(name, text)
    return stream.getvalue()
