"""Rows above a header that hold people all the same: a page pasted without its header.

The header says what its own columns hold, so nothing above it is imported; but nobody there may
vanish either.
"""

import re
from collections.abc import Iterator, Sequence

from webapp.roster.cells.cleaning import (
    Cell,
    as_text,
    drop_spaces,
    fold_width,
    is_blank,
)
from webapp.roster.cells.numbers import embedded_numbers
from webapp.roster.cells.phones import MOBILE

# A number that went through a numeric cell, or one with a wrong digit.
_RUINED = re.compile(r"\d\.\d{4,}[Ee]\+?1[4-7]|(?<!\d)\d{15}(?:\d{2}[\dXx]?)?(?![\dA-Za-z])")
_OF_AN_OFFICE = re.compile(r"信用代码|账号|卡号|编号|文号")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,4}")
# What forms print above their header beside somebody's telephone number.
_OF_THE_FORM = re.compile(
    r"填[表报]|制表|审核|复核|负责|经办|联系|电话|书记|主任|网格|单位|公司|街道|社区|办事处|[:：]$"
)


def people_above(
    rows: Sequence[list[Cell]], first_line: int, first: int = 0, end: int | None = None
) -> Iterator[tuple[int, list[Cell]]]:
    """Number (from 1) and cells of each row above the header on `first_line` that names people.

    `first` and `end` are the columns of the header's part.
    """
    for number, row in enumerate(rows[:first_line], start=1):
        if names_people(row[first:end]):
            yield number, row


def names_people(row: Sequence[Cell]) -> bool:
    """Whether a row holds an identity number, or a name and a mobile number that are no form's."""
    texts = [drop_spaces(fold_width(as_text(cell))) for cell in row if not is_blank(cell)]
    if any(
        (embedded_numbers(text) or _RUINED.search(text)) and not _OF_AN_OFFICE.search(text)
        for text in texts
    ):
        return True
    return (
        any(MOBILE.fullmatch(text) for text in texts)
        and any(_NAME.fullmatch(text) for text in texts)
        and not any(_OF_THE_FORM.search(text) for text in texts)
    )
