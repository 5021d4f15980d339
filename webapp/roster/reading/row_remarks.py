"""What a row says beside its fields: remarks, words in the wrong place, signs of a loss."""

import re
from typing import Any

from webapp.roster.cells.cleaning import (
    NONE_WORDS,
    Cell,
    as_text,
    drop_spaces,
    fold_width,
    is_blank,
    tidy,
)
from webapp.roster.cells.numbers import is_whole_number
from webapp.roster.reading.header_words import OF_OTHERS
from webapp.roster.reading.identity_words import seal_numbers
from webapp.roster.reading.losses import loss_in, loss_in_place
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.unused_words import DECEASED_NAME, keep_unused

CONTACT_PHONE, DIED_ON, PHONE = "联系人电话", "死亡日期", "联系电话"
# Words beside a number that say nothing about anybody.
_OF_PHONES = re.compile(
    r"本人|手机|固定|固话|座机|联系|电话|号码|移动|家庭|宅电?|家里|办公室|单位|备用|分机|转|或|"
    r"和|及|与|另|也是|"
    r"短号|小号|[:：、，,；;/()（）【】\s]|tel|mobile|phone|ext",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?[0-9][0-9\-－—–\s()（）]{5,}[0-9]")
_WORD = re.compile(r"[^\W\d_]")
# Said of a number, not of a person.
_OF_NUMBERS = re.compile(r"已?(?:注销|停用|停机|暂停|欠费|销号)|空号")


def read_remarks(reading: RowReading, values: Any, beyond: list[Cell]) -> None:
    """Keep what the row remarks, and hold it where that says that somebody is lost.

    `values` are the row's cells by field, `beyond` those behind the last column of the header.
    """
    remark = tidy(as_text(values.remark))
    said = [remark] if remark and remark not in NONE_WORDS else []
    for words in said:
        reading.keep(words)
    said += keep_unused(reading, values)
    if said:
        reading.note("note_kept", note="；".join(said))
    strays = [tidy(as_text(cell)) for cell in beyond if not is_blank(cell)]
    if strays:
        reading.keep(" ".join(strays))
        reading.note("cells_beyond_header", note=" ".join(strays))
    for cell in (values.phone, values.phone_2, values.phone_3):
        _words_of_phone(reading, cell, PHONE)
    _words_of_phone(reading, values.contact_phone, CONTACT_PHONE)
    lost = loss_in(reading.remark, is_dependant=reading.kind == "dependant")
    for cell in (values.address, values.employer, values.birth, values.certified_on, values.serial):
        if not lost and isinstance(cell, str):
            lost = loss_in_place(cell)
    if values.deceased_name and reading.kind == "dependant":
        reading.keep(tidy(as_text(values.deceased_name)), DECEASED_NAME)
    _numbers_of_others(reading)
    seal_numbers(reading)
    if lost and not {"name_death_note", "status_lost"} & set(reading.codes):
        reading.note("remark_lost", note=lost)


def _numbers_of_others(reading: RowReading) -> None:
    """Hold a row that holds a number besides its own, unless a relative's column says whose."""
    for said in re.split(r"[；\s]", reading.remark):
        label, _mark, text = said.rpartition("：")
        other = drop_spaces(fold_width(text)).upper()
        if is_whole_number(other) and other != reading.number and not OF_OTHERS.search(label):
            reading.note("number_unread", note=f"*{other[-4:]}")


def _words_of_phone(reading: RowReading, cell: Cell, label: str) -> None:
    """Words beside telephone numbers say whose they are; of the numbers only the end is kept."""
    if type(cell) is not str or cell.isdecimal() or not _WORD.search(_OF_PHONES.sub("", cell)):
        return
    if tidy(cell) in NONE_WORDS:
        return
    shown = _NUMBER.sub(lambda found: f"*{re.sub('[^0-9]', '', found[0])[-4:]}", tidy(cell))
    reading.keep(_OF_NUMBERS.sub("", shown) if not _NUMBER.search(cell) else shown, label)
