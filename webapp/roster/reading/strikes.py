"""Words that are struck through, as a workbook's readers find them; pure."""

from collections.abc import Iterable
from itertools import groupby

# Columns, counted from 0, each with its struck words.
Strikes = dict[int, str]
WHOLE = ""
NOTHING_STRUCK: Strikes = {}


def struck_words(runs: Iterable[tuple[str, bool]]) -> str | None:
    """The struck words of a cell made of runs, `WHOLE` if nothing else can be read in it.

    None when nothing visible is struck. Words that others part stand behind a "…".
    """
    told = [
        ("".join(text for text, _ in group), is_struck)
        for is_struck, group in groupby(runs, key=lambda run: run[1])
    ]
    struck = [" ".join(text.split()) for text, is_struck in told if is_struck and text.strip()]
    if not struck:
        return None
    if any(text.strip() for text, is_struck in told if not is_struck):
        return "…".join(struck)
    return WHOLE
