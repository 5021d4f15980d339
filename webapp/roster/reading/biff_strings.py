"""The runs of shared strings in an old .xls workbook (MS-XLS 2.4.265, 2.5.293).

A string may go on in the next record; where its characters do, that record begins with a byte
that says how wide they are from there on.
"""

import struct
from collections.abc import Iterator, Sequence

from webapp.roster.reading.strikes import struck_words

_WIDE, _EXTENDED, _RICH = 1, 4, 8


class _Pieces:
    """Bytes that are cut into records."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records, self._record, self._at = records, 0, 0

    def take(self, length: int) -> bytes:
        """The next bytes.

        Raises:
            IndexError: when the records end before.
        """
        taken = b""
        while len(taken) < length:
            self._go_on()
            piece = self._records[self._record][self._at : self._at + length - len(taken)]
            self._at += len(piece)
            taken += piece
        return taken

    def characters(self, count: int, *, wide: bool) -> bytes:
        """The next characters in UTF-16.

        Raises:
            IndexError: when the records end before.
        """
        taken: list[bytes] = []
        while count > 0:
            if self._go_on():
                wide = bool(self.take(1)[0] & _WIDE)
            width = 2 if wide else 1
            left = len(self._records[self._record]) - self._at
            here = min(count, max(left // width, 1))
            piece = self.take(here * width)
            taken.append(piece if wide else piece.decode("latin-1").encode("utf-16-le"))
            count -= here
        return b"".join(taken)

    def _go_on(self) -> bool:
        """Whether the record was at its end, so that the next one is read now."""
        moved = False
        while self._at >= len(self._records[self._record]):
            self._record, self._at, moved = self._record + 1, 0, True
        return moved


def struck_strings(records: Sequence[bytes], fonts: Sequence[bool]) -> dict[int, str]:
    """The struck words of the strings in a table and its continuations, by their numbers.

    `fonts` says of each font number whether it strikes through. What stands before the first run
    has the font of the cell.
    """
    pieces = _Pieces(records)
    found = {}
    _total, count = struct.unpack("<II", pieces.take(8))
    for number in range(count):
        text, runs = _string(pieces)
        words = struck_words(_told(text, runs, fonts)) if runs else None
        if words is not None:
            found[number] = words
    return found


def _string(pieces: _Pieces) -> tuple[bytes, list[tuple[int, int]]]:
    """A string in UTF-16, and where in it (in characters) which font begins."""
    count, flags = struct.unpack("<HB", pieces.take(3))
    rich = struct.unpack("<H", pieces.take(2))[0] if flags & _RICH else 0
    extended = struct.unpack("<I", pieces.take(4))[0] if flags & _EXTENDED else 0
    text = pieces.characters(count, wide=bool(flags & _WIDE))
    packed = pieces.take(4 * rich)
    pieces.take(extended)
    return text, list(struct.iter_unpack("<HH", packed))


def _told(
    text: bytes, runs: list[tuple[int, int]], fonts: Sequence[bool]
) -> Iterator[tuple[str, bool]]:
    starts = [0, *(start for start, _font in runs), len(text) // 2]
    struck = [False, *(font < len(fonts) and fonts[font] for _start, font in runs)]
    for at, is_struck in enumerate(struck):
        piece = text[2 * starts[at] : 2 * starts[at + 1]]
        yield piece.decode("utf-16-le", "replace"), is_struck
