"""Words of a row that no field of ours takes: they are kept as a remark, and never lost; pure."""

import re
from collections.abc import Iterator
from typing import Any

from webapp.roster.cells.cleaning import NONE_WORDS, Cell, as_text, tidy
from webapp.roster.reading.readings import RowReading

RELATION, DECEASED_NUMBER, DECEASED_NAME = "与本人关系", "死亡职工身份证号", "死亡职工姓名"
DOCUMENT, SERIAL, ELSEWHERE = "证件类型", "序号", "外地"
_WORD = re.compile(r"[^\W\d_]")
# What names a kind of document or a place in the list, and says nothing of the person.
_OF_DOCUMENTS = re.compile(
    r"中华人民共和国|居民|身份证件?|户口[本簿]?|第?[一二]代|有效|证件?|号码?|护照|居住|通行|"
    r"永久居留|港澳台?|台湾|外国人|军官?|警官?|士兵|其他|[()（）、，,/\s]"
)
_OF_SERIALS = re.compile(
    r"第|号|户|人|行|组|[A-Za-z一二三四五六七八九十百甲乙丙丁]|[()（）、，,.．\-\s]"
)


def unused_words(reading: RowReading, values: Any) -> Iterator[tuple[str, str]]:
    """Give each text of the row that its reading took nothing of, behind its column's name."""
    if values.contact_relation and reading.contact is None:
        yield RELATION, tidy(as_text(values.contact_relation))
    if reading.kind != "dependant" and values.deceased_name:
        yield DECEASED_NAME, tidy(as_text(values.deceased_name))
    if values.deceased_number and not reading.deceased_number:
        yield DECEASED_NUMBER, tidy(as_text(values.deceased_number))
    yield from _beyond(values.doc_type, _OF_DOCUMENTS, DOCUMENT)
    yield from _beyond(values.serial, _OF_SERIALS, SERIAL)
    if "address_outside_city" in reading.codes:
        named = (values.district, values.street, values.community)
        said = (tidy(as_text(part)) for part in named if part)
        yield ELSEWHERE, "".join(part for part in said if part not in reading.address)


def _beyond(cell: Cell, known: re.Pattern[str], label: str) -> Iterator[tuple[str, str]]:
    """Give a text that says more than its column asks for."""
    if isinstance(cell, str) and _WORD.search(known.sub("", cell)):
        yield label, tidy(cell)


def keep_unused(reading: RowReading, values: Any) -> list[str]:
    """Keep them as remarks; return what was kept."""
    kept = []
    for label, words in unused_words(reading, values):
        if words and words not in NONE_WORDS:
            reading.keep(words, label)
            kept.append(f"{label}：{words}")
    return kept
