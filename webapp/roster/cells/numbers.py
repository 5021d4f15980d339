"""Citizen identity numbers (GB 11643): what is right, what can be put right, what is damaged.

The region code is never a reason to refuse: pensioners carry codes that were abolished long ago.
"""

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from webapp.roster.cells.cleaning import Cell, drop_spaces, fold_width

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
OLDEST_AGE = 125
# "[0-9]" and not "\\d", which takes full-width and Arabic digits for digits too.
_WELL_FORMED = re.compile(r"[1-9][0-9]{16}[0-9X]")
_LEGACY = re.compile(r"[1-9][0-9]{14}")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]{1,2}")
_EMBEDDED = re.compile(r"(?<![0-9])([1-9][0-9]{16}[0-9Xx])(?![0-9Xx])")
_QUOTES = "'`’‘＇\"“”"
_LOOKALIKE_X = str.maketrans(dict.fromkeys("ХхΧχ×✕✖╳", "X"))
LETTER_DIGITS = str.maketrans(
    {"O": "0", "o": "0", "О": "0", "о": "0", "〇": "0", "Q": "0", "D": "0",
     "l": "1", "I": "1", "i": "1", "|": "1", "L": "1", "Z": "2", "z": "2",
     "S": "5", "s": "5", "B": "8", "b": "6", "g": "9", "q": "9"}
)  # fmt: skip


class DocumentType(StrEnum):
    """Which document a number belongs to; stored, so at most sixteen letters."""

    CITIZEN = "resident"
    CITIZEN_LEGACY = "resident_15"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PERMANENT = "foreigner_card"
    PASSPORT = "passport"
    TRAVEL_PERMIT = "travel_permit"
    MILITARY = "military"


class NumberReading(NamedTuple):
    """What a cell of the number column says: the number (if it may be used), and what was found."""

    number: str
    doc_type: DocumentType
    codes: tuple[str, ...]
    birth_on: date | None = None
    sex: str | None = None

    @property
    def usable(self) -> bool:
        """Whether the row may be stored under this number."""
        return bool(self.number)


@lru_cache(maxsize=65536)
def birth_of(digits: str) -> date | None:
    """The date written in eight digits, or None when the calendar has no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def check_character(first_seventeen: str) -> str:
    """The last character that GB 11643 (ISO 7064 MOD 11-2) asks for."""
    total = sum(
        (ord(digit) - 48) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True)
    )
    return CHECK_CHARACTERS[total % 11]


def partial_sum(digits: str, start: int) -> int:
    """The weighted sum of the digits that stand at `start` and after."""
    return sum((ord(d) - 48) * w for d, w in zip(digits, WEIGHTS[start:], strict=False))


_head_sum = lru_cache(maxsize=65536)(partial_sum)
TAIL_SUM = {f"{n:03d}": partial_sum(f"{n:03d}", 14) for n in range(1000)}


def has_right_check(number: str) -> bool:
    """Whether a well-formed number of eighteen characters ends as it must."""
    total = _head_sum(number[:14], 0) + TAIL_SUM[number[14:17]]
    return CHECK_CHARACTERS[total % 11] == number[17]


def sex_of(number: str) -> str:
    """`M` or `F`, by the parity of the sequence number."""
    digit = number[16] if len(number) == 18 else number[14]
    return "M" if ord(digit) & 1 else "F"


def is_valid(number: str, *, today: date) -> bool:
    """Whether the number may belong to a living person: form, day, age and check character."""
    return bool(_WELL_FORMED.fullmatch(number)) and not _faults(number, today)


def upgrade_legacy(number: str) -> str:
    """The eighteen-character number that a fifteen-digit one became, if its century was the 20th.

    Sequence numbers 996 to 999 were kept for people born in the century before.
    """
    century = "18" if number[12:] in {"996", "997", "998", "999"} else "19"
    body = number[:6] + century + number[6:]
    return body + check_character(body)


def _faults(number: str, today: date) -> tuple[str, ...]:
    birth = birth_of(number[6:14])
    if birth is None or birth.year < 1800:
        return ("id_birth_impossible",)
    if birth > today:
        return ("id_birth_future",)
    if today.year - birth.year > OLDEST_AGE:
        return ("id_birth_too_old",)
    if has_right_check(number):
        return ()
    return ("id_zeroed_tail",) if number.endswith("000") else ("id_check_digit",)


# "身份证号：370399…", "370399-19500305-0017".
_NAMED = re.compile(r"^(?:公民|居民)?(?:身份证?|证件|身份)(?:号码?|件号)?[:：](?=[0-9])")
_SET_APART = re.compile(r"^([0-9]{6})[-.]([0-9]{8})[-.]([0-9]{3}[0-9Xx])$")


def _clean(text: str) -> tuple[str, list[str]]:
    codes = []
    folded = fold_width(text.translate({0x3000: 0x20}))
    if folded != text.replace("\u3000", " "):
        codes.append("id_full_width")
    bare = drop_spaces(folded).lstrip(_QUOTES).rstrip(_QUOTES)
    bare = _SET_APART.sub(r"\1\2\3", _NAMED.sub("", bare))
    if bare != folded:
        codes.append("id_spaces")
    return bare, codes


def read_number(cell: Cell, *, today: date) -> NumberReading:
    """Reads one cell; a number that is not certain is left empty and the codes say why."""
    if type(cell) is str and len(cell) == 18 and _WELL_FORMED.fullmatch(cell):
        return _judge(cell, (), today)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _numeric(cell, today)
    if not isinstance(cell, str):
        return NumberReading(
            "", DocumentType.CITIZEN, ("id_malformed",) if cell else ("id_missing",)
        )
    bare, codes = _clean(cell)
    if not bare or bare in {"无", "/", "-", "—", "不详", "暂无"}:
        return NumberReading("", DocumentType.CITIZEN, ("id_missing",))
    return _from_text(bare, codes, today)


def _numeric(cell: float, today: date) -> NumberReading:
    """A numeric cell keeps fifteen digits, so only a fifteen-digit number can have survived."""
    text = f"{int(cell)}" if float(cell).is_integer() and 0 < abs(cell) < 1e15 else ""
    if len(text) == 15:
        return _from_text(text, [], today)
    if text and len(text) < 15:
        return _from_text(text, [], today)
    return NumberReading("", DocumentType.CITIZEN, ("id_float",))


def _from_text(bare: str, codes: list[str], today: date) -> NumberReading:
    number = bare
    if number[-1:] in "xХхΧχ×✕✖╳" and number[:-1].isdecimal():
        codes.append("id_lowercase_x" if number[-1] == "x" else "id_lookalike_x")
        number = number[:-1] + "X"
    if _WELL_FORMED.fullmatch(number):
        return _judge(number, tuple(codes), today)
    if _LEGACY.fullmatch(number):
        return _legacy(number, tuple(codes), today)
    other = _other_document(number)
    if other is not None:
        return NumberReading(number.upper(), other, (*codes, "id_other_document"))
    return NumberReading("", DocumentType.CITIZEN, (*codes, _damage(bare)))


def _judge(number: str, codes: tuple[str, ...], today: date) -> NumberReading:
    faults = _faults(number, today)
    if faults:
        return NumberReading("", DocumentType.CITIZEN, codes + faults)
    doc_type = DocumentType.CITIZEN
    if number[0] in "89":
        doc_type = _EIGHTEEN.get(number[: 2 if number[0] == "8" else 1], doc_type)
    if doc_type is not DocumentType.CITIZEN:
        codes = (*codes, "id_other_document")
    return NumberReading(number, doc_type, codes, birth_of(number[6:14]), sex_of(number))


# Residence permits of people from Hong Kong, Macao and Taiwan begin with 81, 82 and 83, the new
# permanent residence card of foreigners with 9; all are built like a citizen's number.
_EIGHTEEN = {
    "81": DocumentType.RESIDENCE_PERMIT,
    "82": DocumentType.RESIDENCE_PERMIT,
    "83": DocumentType.RESIDENCE_PERMIT,
    "9": DocumentType.FOREIGN_PERMANENT,
}


def _legacy(number: str, codes: tuple[str, ...], today: date) -> NumberReading:
    upgraded = upgrade_legacy(number)
    faults = _faults(upgraded, today)
    if faults:
        return NumberReading("", DocumentType.CITIZEN_LEGACY, codes + faults)
    birth = birth_of(upgraded[6:14])
    codes = (*codes, "id_fifteen_digits")
    return NumberReading(number, DocumentType.CITIZEN_LEGACY, codes, birth, sex_of(number))


_OTHER = (
    (re.compile(r"[A-Z]{3}[0-9]{12}"), DocumentType.FOREIGN_PERMANENT),
    (re.compile(r"[HM][0-9]{8}([0-9]{2})?|[CW][0-9]{8}"), DocumentType.TRAVEL_PERMIT),
    (re.compile(r"(?:[DEGKPS][0-9]{7,8}|E[A-HJ-NP-Z][0-9]{7}|[A-Z]{1,2}[0-9]{6,7})"),
     DocumentType.PASSPORT),
    (re.compile(r"\S{0,4}(?:军|士|文|武|警)\S{0,3}字第?[0-9]{5,9}号?"), DocumentType.MILITARY),
)  # fmt: skip


def _other_document(number: str) -> DocumentType | None:
    upper = number.upper()
    for pattern, doc_type in _OTHER:
        if pattern.fullmatch(upper):
            return doc_type
    return None


def _damage(bare: str) -> str:
    """Which kind of damage keeps this text from being a number."""
    if _SCIENTIFIC.fullmatch(bare):
        return "id_float"
    repaired = bare.translate(LETTER_DIGITS)
    if repaired != bare and (len(repaired) in {15, 17, 18} and repaired[:-1].isdecimal()):
        return "id_letter_for_digit"
    if bare[:-1].isdecimal() and bare[-1] in "0123456789Xx":
        return "id_seventeen_digits" if len(bare) == 17 else "id_length"
    return "id_malformed"


def is_whole_number(text: str) -> bool:
    """Whether a text is nothing but a sound number of eighteen characters."""
    bare = drop_spaces(fold_width(text)).upper()
    if len(bare) != 18 or not _WELL_FORMED.fullmatch(bare):
        return False
    return birth_of(bare[6:14]) is not None and has_right_check(bare)


def embedded_numbers(text: str) -> list[str]:
    """Numbers that stand inside a longer text, such as one followed by a remark."""
    return [found.upper() for found in _EMBEDDED.findall(drop_spaces(fold_width(text)))]


def mask(number: str) -> str:
    """The form that screens show: `370399********001X`; shorter documents keep their ends."""
    if len(number) == 18:
        return f"{number[:6]}********{number[14:]}"
    if len(number) == 15:
        return f"{number[:6]}******{number[12:]}"
    return f"{number[:2]}{'*' * max(len(number) - 4, 2)}{number[-2:]}"
