"""Identity numbers among words that are stored as they are: they must lie sealed; pure."""

import re

from webapp.roster.cells.cleaning import drop_spaces, fold_width, tidy
from webapp.roster.cells.numbers import birth_of
from webapp.roster.reading.readings import RowReading

# A number of eighteen or fifteen digits, also in groups; nothing longer, such as of an account.
_NUMBER = re.compile(
    r"(?<![0-9])[1-9](?:\s?[0-9]){16}\s?[0-9Xx](?![0-9])|(?<![0-9])[1-9](?:\s?[0-9]){14}(?![0-9])"
)
_OF_FIELD = {"name": "姓名", "address": "家庭住址", "employer": "原单位"}


def seal_numbers(reading: RowReading) -> None:
    """Show only the end of numbers in name, address and employer; the words go to the remark.

    A row that names the number of somebody else is held, for nobody would be imported of that
    number. The row's own, and that of a dead worker who has a column, say nothing new.
    """
    own = {reading.number, reading.deceased_number}
    for name, label in _OF_FIELD.items():
        said: str = getattr(reading, name)
        folded = fold_width(said)
        numbers = numbers_in(folded)
        if not numbers:
            continue
        setattr(reading, name, _shown(folded, is_name=name == "name"))
        for other in numbers:
            if other not in own:
                reading.keep(said, label)
                reading.note("number_unread", note=f"*{other[-4:]}")


def numbers_in(folded: str) -> list[str]:
    """Numbers with a possible day of birth that stand in a text; one wrong digit is no excuse."""
    found = (drop_spaces(each[0]).upper() for each in _NUMBER.finditer(folded))
    return [number for number in found if _has_birth(number)]


def _shown(folded: str, *, is_name: bool) -> str:
    def end(found: re.Match[str]) -> str:
        number = drop_spaces(found[0]).upper()
        if not _has_birth(number):
            return found[0]
        return "" if is_name else f"*{number[-4:]}"

    return tidy(_NUMBER.sub(end, folded))


def _has_birth(number: str) -> bool:
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    return birth_of(digits) is not None
