"""What a damaged number may have been: every candidate is right in itself, none is ever chosen."""

from datetime import date
from itertools import product

from webapp.roster.cells.cleaning import Cell, drop_spaces, fold_width
from webapp.roster.cells.numbers import (
    LETTER_DIGITS,
    check_character,
    embedded_numbers,
    is_valid,
    sex_of,
    upgrade_legacy,
)

MOST = 200


def candidates(
    cell: Cell, *, today: date, birth_on: date | None = None, sex: str | None = None
) -> list[str]:
    """Valid numbers that the cell may have meant, likeliest kinds of damage first, at most 200.

    The row's own birth date and sex, where it has them, leave only those that agree.
    """
    found: dict[str, None] = {}
    for guess in _guesses(cell):
        if not is_valid(guess, today=today) or guess in found:
            continue
        if _agrees(guess, birth_on, sex):
            found[guess] = None
        if len(found) >= MOST:
            break
    return list(found)


def _agrees(number: str, birth_on: date | None, sex: str | None) -> bool:
    if birth_on is not None and number[6:14] != birth_on.strftime("%Y%m%d"):
        return False
    return sex is None or sex_of(number) == sex


def _guesses(cell: Cell) -> list[str]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _lost_tail(_kept_digits(float(cell))) if 1e17 <= cell < 1e18 else []
    if not isinstance(cell, str):
        return []
    text = drop_spaces(fold_width(cell)).strip("'`’‘").upper()
    guesses = embedded_numbers(text)
    if "E+" in text or text.count("E") == 1:
        guesses += _from_scientific(text)
    repaired = text.translate(LETTER_DIGITS)
    body = repaired[:-1] + (text[-1] if text.endswith("X") else repaired[-1:])
    return guesses + _repairs(body)


def _from_scientific(text: str) -> list[str]:
    """`3.7039919670102E+17` keeps up to fifteen digits; with fewer there is nothing to propose."""
    try:
        value = float(text)
    except ValueError:
        return []
    mantissa = text.split("E", maxsplit=1)[0].replace(".", "")
    return _lost_tail(_kept_digits(value)) if 1e17 <= value < 1e18 and len(mantissa) > 14 else []


def _kept_digits(value: float) -> str:
    """The fifteen digits that a spreadsheet kept, cut off and not rounded as it does itself."""
    return f"{value!r}".split("e")[0].replace(".", "").ljust(18, "0")


def _lost_tail(digits: str) -> list[str]:
    """Spreadsheets keep fifteen digits: the last of the sequence and the check are lost."""
    bodies = [digits[:15] + f"{tail:02d}" for tail in range(100)]
    return [body + check_character(body) for body in bodies]


def _repairs(text: str) -> list[str]:
    if not text[:-1].isdecimal() or not text.isascii():
        return []
    if len(text) == 18:
        tail = _lost_tail(text) if text.endswith("000") else []
        return [text, *tail, *_one_changed(text), *_two_swapped(text)]
    if len(text) == 17:
        whole = [text + check_character(text)] if text.isdecimal() else []
        return [*whole, *_one_missing(text)]
    if len(text) == 15 and text.isdecimal():
        return [upgrade_legacy(text)]
    if len(text) == 16 and text.isdecimal():
        return []
    if len(text) == 19:
        return [text[:at] + text[at + 1 :] for at in range(19)]
    return []


def _one_changed(text: str) -> list[str]:
    found = []
    for at, digit in product(range(17), "0123456789"):
        body = text[:at] + digit + text[at + 1 : 17]
        if check_character(body) == text[17]:
            found.append(body + text[17])
    return [text[:17] + check_character(text[:17]), *found]


def _two_swapped(text: str) -> list[str]:
    return [text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(16)]


def _one_missing(text: str) -> list[str]:
    found = [text[:at] + digit + text[at:] for at, digit in product(range(17), "0123456789")]
    return [guess for guess in found if guess[:17].isdecimal()]
