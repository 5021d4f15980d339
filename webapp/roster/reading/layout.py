"""Tells rows that hold a person from titles, totals, signatures and blank lines."""

import re
import unicodedata

from webapp.roster.cells.cleaning import Cell, as_text, drop_spaces, fold_width, is_blank
from webapp.roster.cells.phones import MOBILE
from webapp.roster.reading.headers import Field, Header, repeats_header
from webapp.roster.reading.losses import loss_in

_FOOTER = re.compile(
    r"^[(（]?(?:合计|总计|小计|共计|累计|本页|本社区合计|总人数|人数|制表|填表|填报|审核|复核|审批|经办|负责人|"
    r"单位负责人|主管|分管|盖章|公章|签字|签章|签名|备注|注[:：\d]|说明|以上|联系人[:：]|联系电话[:：]|"
    r"单位[(（:：]|日期[:：]|打印|第\d+页|共\d+[页人名条]|年月日|以下空白|[*＊]号?为|其中[:：]|汇总)"
)
# "主任：", "社区负责人：王某": a label, where a person's row begins with a number or a name.
_LABEL = re.compile(r"^[^\d\s:：]{2,16}[:：]")
_BRACKETED = re.compile(r"^[(（\[【].*[)）\]】]$")
_TITLE = re.compile(r"(?:花名册|名单|登记表|汇总表|明细表|统计表|信息表|人员表|台账)")
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计)$")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff]+")
_NO_NAME = re.compile(
    r"合计|总计|小计|共计|累计|汇总|人数|填表|制表|审核|复核|审批|负责|经办|主管|盖章|公章|签[字章名]|名单|名册|"
    r"以下|空白|[年月]日|单位|备注|说明|(?:街道|社区|居委会|办事处|公司|[镇区县市厂])$"
)
# A label beside which a name is a clerk's.
_SIGNATURE = re.compile(
    r"[:：]$|^[(（]?(?:制表|填表|填报|审核|复核|审批|经办|负责|单位负责|主管|分管|联系|书记|主任|网格)"
    r"(?:人员?|领导|员|长)?[)）]?$|盖章|签[字章名]|[合总小共累]计|^备注|^说明|^注"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
# An identity number of 18 signs with a possible day of birth (GB 11643), no part of a longer one.
_WHOLE_NUMBER = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_NUMBER_LIKE = re.compile(r"\d{6,}|\d[.．]\d+[Ee]\+?\d+")


def kind_of_row(row: list[Cell], header: Header, synonyms: dict[str, Field]) -> str | None:
    """`row_blank`, `footer`, `title_repeated`, `header_repeated`, or None for a person's row."""
    number_at = header.columns.get(Field.NUMBER)
    if number_at is not None and number_at < len(row):
        number = row[number_at]
        if type(number) is str and len(number) >= 15 and number[:14].isdecimal():
            return None
    texts = [text for cell in row if not is_blank(cell) and (text := drop_spaces(as_text(cell)))]
    if not texts:
        return None if any(not is_blank(cell) for cell in row) else "row_blank"
    if holds_person(row, header):
        return None
    return _kind_without_number(row, texts, header, synonyms)


def holds_person(row: list[Cell], header: Header) -> bool:
    """Whether a row surely names somebody: a number, or something like one, stands in its column.

    A whole identity number in any other cell names somebody too, whatever stands before it
    ("注：补录…"): such a row is held for a person to read, never taken for a footer.
    """
    at = header.columns.get(Field.NUMBER)
    if at is not None and at < len(row) and _holds_number(row[at]):
        return True
    return any(_holds_whole_number(cell) for cell in row if not is_blank(cell))


def _holds_whole_number(cell: Cell) -> bool:
    """With its spaces, lest a telephone behind it joins it, or without, if it stands in groups."""
    text = fold_width(as_text(cell))
    return any(map(_WHOLE_NUMBER.search, (text, drop_spaces(text))))


def looks_like_header(row: list[Cell], header: Header) -> bool:
    """Whether a row may be a header of words that nobody knows: titles only, one of a number."""
    at = header.columns.get(Field.NUMBER)
    texts = [drop_spaces(as_text(cell)) for cell in row if not is_blank(cell)]
    if at is None or at >= len(row) or len(texts) < _FEWEST_TITLES:
        return False
    title = drop_spaces(as_text(row[at]))
    return (
        _OF_A_NUMBER.search(title) is not None
        and _NO_NUMBER.search(title) is None
        and all(len(text) <= _LONGEST_TITLE and not _DIGIT.search(text) for text in texts)
    )


_FEWEST_TITLES = 3
_OF_A_NUMBER = re.compile(r"证|号|身份|编码|\bID", re.IGNORECASE)
_NO_NUMBER = re.compile(r"[无未没丢失缺待不忘补过]|已|办")
_DIGIT = re.compile(r"\d")


def continues_header(row: int, cells: list[Cell], header: Header) -> bool:
    """Whether the row under a header goes on with it: `楼`, `室` below a merged `家庭住址`."""
    if row != header.first_data + 1:
        return False
    named = {header.columns.get(field) for field in (Field.SERIAL, Field.NAME, Field.NUMBER)}
    for at, cell in enumerate(cells):
        if is_blank(cell):
            continue
        if at in named or not isinstance(cell, str) or len(cell) > _LONGEST_TITLE:
            return False
        if any(sign.isdecimal() for sign in cell):
            return False
    return True


_LONGEST_TITLE = 8


def _holds_number(cell: Cell) -> bool:
    text = drop_spaces(as_text(cell))
    return _NUMBER_LIKE.search(text) is not None and not MOBILE.fullmatch(text)


def _kind_without_number(
    row: list[Cell], texts: list[str], header: Header, synonyms: dict[str, Field]
) -> str | None:
    if repeats_header(row, header, synonyms):
        return "header_repeated"
    if _names_somebody(row, texts[0], header):
        return None
    if _FOOTER.match(texts[0]) or _LABEL.match(texts[0]) or _name_is_total(row, header):
        return "footer"
    if len(texts) <= 2 and any(_TITLE.search(text) for text in texts):
        return "title_repeated"
    if _is_column_count(texts):
        return "header_repeated"
    if all(_BRACKETED.match(text) for text in texts):
        return "footer" if any(map(loss_in, texts)) else "header_repeated"
    if len(texts) == 1 and _is_serial_only(texts[0], row, header):
        return "row_blank"
    return "footer" if _names_nobody(row, len(texts), header) else None


def _names_somebody(row: list[Cell], first: str, header: Header) -> bool:
    """Whether the column of names holds one, beside what is no form's label for it."""
    at = header.columns[Field.NAME]
    name = drop_spaces(as_text(row[at])) if at < len(row) else ""
    if not _NAME.fullmatch(name) or _NO_NAME.search(name) or _SIGNATURE.search(first):
        return False
    return first != name or not (_FOOTER.match(name) or (_TITLE.search(name) and len(name) != 3))


def _names_nobody(row: list[Cell], filled: int, header: Header) -> bool:
    """A date, a place or a seal that stands alone: no name, no number, hardly anything else."""
    cells = [row[at] for field in (Field.NAME, Field.NUMBER)
             if (at := header.columns.get(field)) is not None and at < len(row)]  # fmt: skip
    return filled <= _FEW and all(is_blank(cell) or isinstance(cell, float) for cell in cells)


def _name_is_total(row: list[Cell], header: Header) -> bool:
    at = header.columns[Field.NAME]
    return at < len(row) and bool(_TOTAL.match(drop_spaces(as_text(row[at]))))


def _is_serial_only(text: str, row: list[Cell], header: Header) -> bool:
    """A line that offices numbered in advance and never filled in."""
    at = header.columns.get(Field.SERIAL)
    is_serial = at is not None and at < len(row) and not is_blank(row[at])
    return text.isdecimal() or (is_serial and not _HAN.search(text))


def _is_column_count(texts: list[str]) -> bool:
    """The line `1 2 3 4 …`, `甲 乙 丙 1 2 …` or `① ② …` that forms print under their header."""
    bare = [text.strip("()（）[]【】.、") for text in texts]
    stems = sum(1 for text, stem in zip(bare, _STEMS, strict=False) if text == stem)
    counts = [_digit(text) for text in bare[stems:]]
    return len(bare) >= _FEWEST_COLUMNS and counts == list(range(1, len(counts) + 1))


def _digit(text: str) -> int:
    """What `7` or `⑦` counts; -1 for anything else."""
    if text.isdecimal():
        return int(text)
    return int(unicodedata.numeric(text, -1)) if len(text) == 1 else -1


_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FEWEST_COLUMNS, _FEW = 4, 2
