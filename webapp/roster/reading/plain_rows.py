"""The quick way through a row that has nothing wrong with it; all others take the long way.

Nine rows in ten are plain, and a roster has a hundred thousand of them. Whatever is said here is
said by `rules.py` too; a test compares the two ways on every kind of row.
"""

import re
from collections.abc import Callable
from datetime import date
from operator import itemgetter
from unicodedata import is_normalized

from webapp.roster.cells.cleaning import INVISIBLE, Cell, means_same_as_above, tidy
from webapp.roster.cells.names import OLD_FORMS
from webapp.roster.cells.numbers import (
    CHECK_CHARACTERS,
    OLDEST_AGE,
    TAIL_SUM,
    birth_of,
    partial_sum,
)
from webapp.roster.cells.phones import is_dummy
from webapp.roster.reading.gazetteer import Gazetteer, is_elsewhere
from webapp.roster.reading.headers import Field, Header
from webapp.roster.reading.wire import PackedRow

_WANTED = (Field.NAME, Field.NUMBER, Field.SEX, Field.BIRTH, Field.PHONE)
_PLACED = (Field.CATEGORY, Field.DISTRICT, Field.STREET, Field.COMMUNITY)
_PLAIN = re.compile(
    r"[\u4e00-\u9fa5]{2,3}\t[1-7][0-9]{16}[0-9X]\t(?:男|女)?\t(?:[0-9]{4}-[0-9][0-9]-[0-9][0-9])?\t(?:1[3-9][0-9]{9})?"
)
_ODD_ADDRESS = re.compile(rf"[\s{INVISIBLE}]|[^\u4e00-\u9fff -~（）－]")
# The beginnings of error values; the empty text is a prefix of none.
# What may say that somebody died, in the wrong column.
_LOST = re.compile("[世死亡故逝刑销停查]")
_ASKS = frozenset({"#"})
# As many digits in one run may be somebody's number.
_LONG_NUMBER = re.compile(r"\d{15}")
_KINDS = {"退休": "retiree", "退职": "retiree", "遗属": "dependant"}
_SEXES = {"男": "M", "女": "F"}
# Every dummy of eleven digits repeats its sixth at least so often (13800138000 least of all), so
# that most numbers need no closer look.
_REPEATED = 2
# No name begins or ends with these, and "同上" is none.
_OF_NO_NAME = frozenset("故亡殁死同")
_NOTHING = frozenset({"", None})
_NO_DAY = -1_000_000
_Settled = tuple[str, int | None, str]


class PlainRows:
    """Reads plain rows of one sheet, and leaves the others alone."""

    def __init__(self, header: Header, gazetteer: Gazetteer, today: date) -> None:
        columns = header.columns
        self._width = len(header.texts)
        self._able = all(each in columns for each in (*_WANTED, *_PLACED, Field.ADDRESS))
        rest = [at for each, at in columns.items() if each not in _FAMILIAR]
        self._pick = _getter([columns.get(each, 0) for each in _WANTED])
        self._place = _getter([columns.get(each, 0) for each in _PLACED])
        self._rest = _getter([*rest, 0, 0])
        self._address = columns.get(Field.ADDRESS, 0)
        self._serial = columns.get(Field.SERIAL, -1)
        self._gazetteer, self._has_rest = gazetteer, bool(rest)
        self._latest = int(f"{today:%Y%m%d}")
        self._earliest = (today.year - OLDEST_AGE) * 10000
        self._days: dict[str, int] = {}
        self._regions: dict[str, int] = {}
        self._settled: dict[tuple[Cell, ...], _Settled | None] = {}

    def read(self, row: int, cells: list[Cell]) -> PackedRow | None:
        """The row as `wire.py` packs it, or None when anything at all asks for a closer look."""
        if not self._able or len(cells) != self._width:
            return None
        texts = self._pick(cells)
        try:
            if not _PLAIN.fullmatch("\t".join(texts)):  # type: ignore[arg-type]
                return None
        except TypeError:
            return None
        settled = self._settle(self._place(cells))
        if settled is None or (self._has_rest and not _NOTHING.issuperset(self._rest(cells))):
            return None
        serial = cells[self._serial] if self._serial >= 0 else 0
        if type(serial) is str and serial and not serial.isdecimal():
            return None
        return self._judge(row, texts, settled, cells[self._address])  # type: ignore[arg-type]

    def _judge(
        self, row: int, texts: tuple[str, ...], settled: _Settled, address: Cell
    ) -> PackedRow | None:
        name, number, sex, birth, phone = texts
        digits = number[6:14]
        own_sex = "M" if number[16] in "13579" else "F"
        if (
            not self._has_right_check(number, digits)
            or (sex and _SEXES[sex] != own_sex)
            or (birth and birth.replace("-", "") != digits)
            or not OLD_FORMS.isdisjoint(name)
            or "锟" in name
            or not _OF_NO_NAME.isdisjoint(name)
            or (phone and phone.count(phone[5]) >= _REPEATED and is_dummy(phone))
            or not _is_plain_address(address)
        ):
            return None
        kind, area_id, path = settled
        return [
            row, name, number, "resident", own_sex, f"{digits[:4]}-{digits[4:6]}-{digits[6:]}",
            kind, "", area_id, path, address, (phone,) if phone else (), None, "", "", None,
            "",
        ]  # fmt: skip

    def _has_right_check(self, number: str, digits: str) -> bool:
        """Whether the day exists and is past, and the last character fits; in table look-ups."""
        day = self._days.get(digits)
        if day is None:
            real = birth_of(digits) is not None and self._earliest < int(digits) <= self._latest
            day = self._days[digits] = partial_sum(digits, 6) if real else _NO_DAY
        region = self._regions.get(number[:6])
        if region is None:
            region = self._regions[number[:6]] = partial_sum(number[:6], 0)
        total = region + day + TAIL_SUM[number[14:17]]
        return CHECK_CHARACTERS[total % 11] == number[17] and day >= 0

    def _settle(self, cells: tuple[Cell, ...]) -> _Settled | None:
        """Category and place, when all four cells are exactly as they should be."""
        try:
            return self._settled[cells]
        except (KeyError, TypeError):
            pass
        found = None
        kind = _KINDS.get(cells[0]) if isinstance(cells[0], str) else None
        if kind and all(isinstance(cell, str) and tidy(cell) == cell != "" for cell in cells):
            place = self._gazetteer.find(*cells[1:])  # type: ignore[arg-type]
            if not place.codes and not any(map(means_same_as_above, cells)):  # type: ignore[arg-type]
                found = kind, place.area_id, place.path
        if len(self._settled) < 100_000:
            self._settled[cells] = found
        return found


_FAMILIAR = frozenset({*_WANTED, *_PLACED, Field.ADDRESS, Field.SERIAL})


def _getter(columns: list[int]) -> Callable[[list[Cell]], tuple[Cell, ...]]:
    return itemgetter(*columns)


def _is_plain_address(address: Cell) -> bool:
    return (
        type(address) is str
        and (address.isalnum() or not _ODD_ADDRESS.search(address))
        and "锟" not in address
        and not _LOST.search(address)
        and not _LONG_NUMBER.search(address)
        and is_normalized("NFC", address)
        and address[:1] not in _ASKS
        and not means_same_as_above(address)
        and not is_elsewhere(address)
    )
