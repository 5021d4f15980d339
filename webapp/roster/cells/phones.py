"""Telephone cells: one number, several, labels, floats, dummies, numbers without area code."""

import re
from typing import NamedTuple

from webapp.roster.cells.cleaning import (
    NONE_WORDS,
    BrokenCell,
    Cell,
    as_text,
    fold_width,
    tidy,
)

AREA_CODE = "0533"
MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Hyphens, dashes, minus signs, rules and middle dots of every kind, as keyboards and letters make
# them, and the Chinese one and the kana lengthener where only a dash can be meant.
_DASHES = re.compile(
    "[\u2010-\u2015\u2212\u2043\u2500\u2501\u2e3a\u2e3b\ufe58\ufe63\uff0d\u00af\u02d7\u06d4"
    "\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\u2053\u223c\u301c_]"
    "|(?<=[0-9])[\u4e00\u30fc](?=[0-9])"
)
# What stands between two whole numbers is a separator, whatever its words are.
_WORDS_BETWEEN = re.compile(
    r"(?<=[0-9)])(?=[\s().\-]*(?!转|ext|分机)[^0-9\s().\-/])(?=[^0-9]*(?:\+?0*86\)?[\s-]*)?"
    r"(?:1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4}|0[0-9]{2,3}[\s-]?[0-9]{7,8}"
    r"|(?<![0-9-])[2-9][0-9]{6})(?![0-9]))"
)
_WRONG_LETTER = re.compile(r"(?<![0-9-])[0-9]{1,6}[A-Za-z\u3007\u96f6][0-9]$")
_SEPARATORS = re.compile(
    r"[/,，、;；|\n\r]+|\s{2,}|(?<=[0-9])\s+(?=1[3-9][0-9]{9})|(?<=[0-9]{7})\s+(?=0?[0-9]{3,4}-)"
    r"|(?<=[0-9]{7})\s+(?=(?:0[0-9]{9,11}|[2-9][0-9]{6})(?![0-9]))"
)
_LABEL = re.compile(
    r"^(?:[^0-9+(（]|[(（][^0-9+)）]*[)）]|[(（][^0-9+)）]*[^0-9+()（）\s.\-](?=[0-9]))*"
)
_COUNTRY = re.compile(r"^(?:\+?0{0,2}86)(?=1[3-9][0-9]{9}$|0[0-9]{9,11}$|533[2-9][0-9]{6}$)")
# Behind an extension may stand whose it is.
_EXTENSION = re.compile(
    r"(?:转|ext\.?|分机)\s*([0-9]{1,6})[^0-9]*$|-\s*([0-9]{1,6})(?:[\s(][^0-9]*)?$"
)
# So many digits that are cut off with the words before them may be a number of somebody.
_CUT = re.compile(r"[^0-9+\s()（）.\-—－].*$")
_UNREAD = re.compile(r"[0-9]{5}")
_LANDLINE = re.compile(r"(0[0-9]{2,3})([0-9]{7,8})")
_COMPLETE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}[0-9]{7,8}|[2-9][0-9]{6}")
_ABROAD = re.compile(r"\+(?!86)[0-9]{7,15}")
_DUMMY = re.compile(
    r"([0-9])\1{5,}|1[3-9]([0-9])\2{8}|1[0-9]([0-9])\3{7}[0-9]|1234567[0-9]*|138001380000?|0*"
)
_PACKED = re.compile(
    r"(1[3-9][0-9]{9})\s*[-+—~&]?\s*(?=1[3-9][0-9]{9})"
    r"|(?<=[0-9])\s*[+&~]\s*(?=1[3-9][0-9]{9}(?![0-9]))"
)
# What is left in a text of a number that went through a numeric cell; all eleven digits are there.
_FLOAT = re.compile(r"([0-9]{7,12})\.0+|([0-9])\.([0-9]{10})[Ee]\+?10")


class PhonesReading(NamedTuple):
    """The numbers of one cell in their own order, with what was found."""

    numbers: tuple[str, ...]
    codes: tuple[str, ...] = ()


_EMPTY = PhonesReading(())


def read_phones(cell: Cell) -> PhonesReading:
    """Reads one cell; a float of eleven digits is exact, dummies are dropped."""
    if type(cell) is str and len(cell) == 11 and MOBILE.fullmatch(cell):
        return PhonesReading((cell,)) if not is_dummy(cell) else PhonesReading((), ("phone_dummy",))
    if cell is None or cell == "" or isinstance(cell, BrokenCell):
        return _EMPTY
    if isinstance(cell, int | float):
        return _from_text(as_text(cell), ["phone_float"])
    return _from_text(as_text(cell), [])


def is_dummy(number: str) -> bool:
    """Whether somebody only filled the field: 13000000000, 11111111111, 13800138000."""
    return bool(_DUMMY.fullmatch(number))


def _from_text(raw: str, codes: list[str]) -> PhonesReading:
    text = _DASHES.sub("-", fold_width(raw.replace("\u3000", " ")))
    if found := _FLOAT.fullmatch(tidy(text).lstrip("'")):
        return _from_text("".join(found.groups("")), [*codes, "phone_float"])
    if not tidy(text) or tidy(text) in NONE_WORDS:
        return _EMPTY if not tidy(text) else PhonesReading((), ("phone_format",))
    parts = [part for part in _SEPARATORS.split(_spread(text)) if re.search(r"[0-9]", part)]
    if not parts:
        return PhonesReading((), ("phone_unreadable",))
    if len(parts) > 1:
        codes.append("phones_split")
    numbers = [number for part in parts if (number := _one(part, codes))]
    if text != raw or tidy(raw) != raw:
        codes.append("phone_format")
    return PhonesReading(tuple(dict.fromkeys(numbers)), tuple(dict.fromkeys(codes)))


def _spread(text: str) -> str:
    """Numbers written with nothing but a stroke or some words between them are set apart."""
    return _WORDS_BETWEEN.sub(_between, _PACKED.sub(lambda found: f"{found[1] or ''}/", text))


def _between(found: re.Match[str]) -> str:
    """A stroke, but none within a number that has one wrong letter ("139O5300001").

    What stands behind such a letter is the rest of this number, not another household's.
    """
    return "" if _WRONG_LETTER.search(found.string[: found.end() + 2]) else "/"


def _one(part: str, codes: list[str]) -> str:
    """One number in its stored form, or nothing; what had to be done goes into `codes`."""
    bare = _LABEL.sub("", part).strip()
    extension = _EXTENSION.search(bare)
    tail = ""
    if (
        extension
        and not _is_mobile(bare)
        and _COMPLETE.fullmatch(re.sub(r"\D", "", bare[: extension.start()]))
    ):
        bare, tail = bare[: extension.start()], f"转{extension[1] or extension[2]}"
    cut = _CUT.search(bare)
    if cut and _UNREAD.search(cut[0]):
        codes.append("phone_unreadable")
    digits = re.sub(r"[\s()（）.\-—－]", "", _CUT.sub("", bare))
    stripped = _COUNTRY.sub("", digits)
    number = _canonical(stripped, codes)
    if number and number + tail != part:
        codes.append("phone_format")
    return number + tail if number else ""


def _is_mobile(text: str) -> bool:
    """Whether all digits together are a mobile number, so that the last of them are its own."""
    return MOBILE.fullmatch(_COUNTRY.sub("", re.sub(r"[\s()（）.\-]", "", text))) is not None


def _canonical(digits: str, codes: list[str]) -> str:
    if is_dummy(digits):
        codes.append("phone_dummy")
        return ""
    if MOBILE.fullmatch(digits):
        return digits
    if found := _LANDLINE.fullmatch(digits):
        return f"{found[1]}-{found[2]}"
    if found := re.fullmatch(r"(?:533)?([2-9][0-9]{6})", digits):
        codes.append("phone_area_code")
        return f"{AREA_CODE}-{found[1]}"
    if _ABROAD.fullmatch(digits):
        return digits
    codes.append("phone_unreadable")
    return ""


def mask(number: str) -> str:
    """The form that lists show: the last four digits only, `*******5678`."""
    digits = number.split("转", maxsplit=1)[0]
    return "*" * max(len(digits) - 4, 3) + digits[-4:]
