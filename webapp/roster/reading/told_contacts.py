"""Whom a row names to be asked about a pensioner, and where the pensioner worked; pure."""

import re
from typing import Any

from webapp.roster.cells.cleaning import Cell, as_text, fold_width, tidy
from webapp.roster.cells.phones import PhonesReading, read_phones
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.row_remarks import CONTACT_PHONE

# What the columns of the database hold; longer words stand whole in the remark.
LONGEST_NAME, LONGEST_RELATION, LONGEST_EMPLOYER = 100, 32, 200
CONTACT = "联系人"
_NUMBER = re.compile(r"\+?[0-9][0-9\-\s()]{5,}[0-9]")
_ROUND = " :：、,，;；()（）/|-"


def read_contact(reading: RowReading, values: Any) -> None:
    """Take name, relation and number; a number that stands among the words becomes the number."""
    phones = _noted(reading, values.contact_phone)
    name, in_name = _without_numbers(reading, values.contact)
    relation, in_relation = _without_numbers(reading, values.contact_relation)
    every = tuple(dict.fromkeys((*phones, *in_name, *in_relation)))
    for other in every[1:]:
        reading.keep(other, CONTACT_PHONE)
    reading.contact = (
        _fitting(reading, name, LONGEST_NAME, "contact", CONTACT),
        _fitting(reading, relation, LONGEST_RELATION, "contact_relation", "与本人关系"),
        every[0] if every else "",
    )


def read_employer(reading: RowReading, cell: Cell) -> None:
    """Take where the pensioner worked."""
    said = tidy(as_text(cell))
    reading.employer = _fitting(reading, said, LONGEST_EMPLOYER, "employer", "原单位")


def _noted(reading: RowReading, cell: Cell) -> tuple[str, ...]:
    phones: PhonesReading = read_phones(cell)
    for code in phones.codes:
        reading.note(code)
    return phones.numbers


def _without_numbers(reading: RowReading, cell: Cell) -> tuple[str, tuple[str, ...]]:
    """The words of a cell, and the telephone numbers among them, which must lie sealed."""
    said = tidy(as_text(cell))
    folded = fold_width(said)
    if not _NUMBER.search(folded):
        return said, ()
    numbers = _noted(reading, _NUMBER.sub(lambda found: f" {found[0]} ", folded))
    if not numbers:
        reading.keep(said, CONTACT)
    return tidy(_NUMBER.sub(" ", folded)).strip(_ROUND), numbers


def _fitting(reading: RowReading, said: str, most: int, field: str, label: str) -> str:
    """What a column holds of the words; nothing of them is lost where they are longer."""
    if len(said) > most:
        reading.note("words_too_long", field=field)
        reading.keep(said, label)
    return said[:most]
