"""What it means for a row that somebody wrote a comment on one of its cells."""

from webapp.roster.cells.cleaning import tidy
from webapp.roster.reading.losses import loss_in
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.strikes import Strikes

LABEL = "批注"


def note_comments(reading: RowReading, comments: Strikes) -> None:
    """Keep what the comments say as a remark; a loss in it holds the row as it would there."""
    told = said_in(comments)
    for words in told:
        reading.keep(words, LABEL)
    reading.note("cell_comment", note="；".join(told))
    note_loss(reading, comments, "remark_lost")


def note_loss(reading: RowReading, comments: Strikes, code: str) -> None:
    """Note under `code` what a comment says of a loss; a comment is taken back by no other."""
    is_dependant = reading.kind == "dependant"
    lost = (loss_in(words, is_dependant=is_dependant) for words in said_in(comments))
    if found := next(filter(None, lost), ""):
        reading.note(code, note=found)


def said_in(comments: Strikes) -> list[str]:
    """The comments' words from left to right, the lines of each as clauses of one."""
    return [tidy("，".join(filter(None, map(str.strip, words.splitlines()))))
            for _column, words in sorted(comments.items())]  # fmt: skip
