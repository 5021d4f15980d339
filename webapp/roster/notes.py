"""What rosters remark of a person, as pages show it and workbooks carry it."""

import re

from webapp.roster.models import Person
from webapp.sealing import sealer

# Numbers of relatives and of other documents that stand in a remark.
_NUMBER = re.compile(r"[0-9０-９][0-9０-９ \u3000\-－‐–—]{5,}[0-9０-９XxＸｘ]")
_SHOWN_DIGITS = 4


def note_of(person: Person, *, masked: bool = True) -> str:
    """The remark, "" if there is none; `masked` leaves the end of long numbers only."""
    if not person.note_sealed:
        return ""
    note = sealer().unseal(person.note_sealed)
    return mask_numbers(note) if masked else note


def mask_numbers(text: str) -> str:
    """The text with only the last digits of every long number."""
    return _NUMBER.sub(lambda found: f"*{found[0][-_SHOWN_DIGITS:]}", text)
