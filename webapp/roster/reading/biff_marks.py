"""Hidden rows, struck cells and error cells of an old .xls workbook: the reader tells none of it.

Only as much of the container (MS-CFB) and of the record stream (MS-XLS) is read as that needs;
whatever looks wrong ends the search quietly, because the reader proper will refuse such a file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.roster.reading.biff_strings import struck_strings
from webapp.roster.reading.sheet_marks import SheetMarks
from webapp.roster.reading.strikes import WHOLE

_END = 0xFFFFFFFA  # Sector numbers from here on mean "none", "end" and the like.
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!",
           42: "#N/A"}  # fmt: skip
_ROW, _FORMULA, _BOOLERR, _BOUNDSHEET, _EOF = 0x0208, 0x0006, 0x0205, 0x0085, 0x000A
_FILEPASS = 0x002F
_FONT, _FORMAT, _SST, _CONTINUE, _LABELSST = 0x0031, 0x00E0, 0x00FC, 0x003C, 0x00FD
_STRUCK_FONT, _NO_FONT = 0x0008, 4
# Cells with a value: FORMULA, NUMBER, LABEL, RSTRING, LABELSST, RK, and several RK in one.
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E})
_MULRK = 0x00BD
_HIDDEN = 0x20


def marks_of_xls(data: bytes, sheet_index: int) -> SheetMarks:
    """The marks of sheet number `sheet_index` (from 0)."""
    marks = SheetMarks()
    try:
        stream = _workbook_stream(data)
        starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0)
                  if kind == _BOUNDSHEET]  # fmt: skip
        struck = _StruckText.of(stream)
        for kind, body in _records(stream, starts[sheet_index]):
            _mark(kind, body, marks)
            if struck is not None:
                struck.mark(kind, body, marks)
    except (struct.error, IndexError, ValueError):
        return marks
    return marks


def has_password(data: bytes) -> bool:
    """Whether the workbook says that all after its beginning is encrypted (FILEPASS)."""
    try:
        return any(kind == _FILEPASS for kind, _ in _records(_workbook_stream(data), 0))
    except (struct.error, IndexError, ValueError):
        return False


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _EOF:
            return
        at += 4 + length


def _mark(kind: int, body: bytes, marks: SheetMarks) -> None:
    if kind == _ROW:
        row, options = struct.unpack_from("<H10xH", body)
        if options & _HIDDEN:
            marks.hidden_rows.add(row + 1)
    elif kind == _FORMULA:
        row, column, _, value = struct.unpack_from("<HHH8s", body)
        # A value ending in FFFF is no number; its first byte 2 says that it is an error.
        if value[6:] == b"\xff\xff" and value[0] == 2:
            _broken(marks, row, column, _ERRORS.get(value[2], "#N/A"))
        elif value[6:] == b"\xff\xff" and value[0] == 3:
            _broken(marks, row, column, "formula")
    elif kind == _BOOLERR:
        row, column, _, code, is_error = struct.unpack_from("<HHHBB", body)
        if is_error:
            _broken(marks, row, column, _ERRORS.get(code, "#N/A"))


@dataclass(frozen=True, slots=True)
class _StruckText:
    """The formats that strike a whole cell, and the shared strings with struck words."""

    formats: frozenset[int]
    strings: dict[int, str]

    @classmethod
    def of(cls, stream: bytes) -> "_StruckText | None":
        """None when nothing in the workbook is struck through; there is no font number 4."""
        fonts: list[bool] = []
        formats: list[int] = []
        strings: list[bytes] = []
        before = 0
        for kind, body in _records(stream, 0):
            if kind == _FONT:
                fonts += [False] * (len(fonts) == _NO_FONT)
                fonts.append(bool(struct.unpack_from("<2xH", body)[0] & _STRUCK_FONT))
            elif kind == _FORMAT:
                formats.append(struct.unpack_from("<H", body)[0])
            elif kind == _SST or (kind == _CONTINUE and strings and before in {_SST, _CONTINUE}):
                strings.append(body)
            before = kind
        if not any(fonts):
            return None
        struck = [at for at, font in enumerate(formats) if font < len(fonts) and fonts[font]]
        return cls(frozenset(struck), struck_strings(strings, fonts) if strings else {})

    def mark(self, kind: int, body: bytes, marks: SheetMarks) -> None:
        """Mark the struck cells of one record."""
        if kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", body)
            if style in self.formats:
                marks.strike(row + 1, column, WHOLE)
            elif kind == _LABELSST and self.strings:
                words = self.strings.get(struct.unpack_from("<I", body, 6)[0])
                if words is not None:
                    marks.strike(row + 1, column, words)
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for at in range((len(body) - 6) // 6):
                if struct.unpack_from("<H", body, 4 + 6 * at)[0] in self.formats:
                    marks.strike(row + 1, first + at, WHOLE)


def _broken(marks: SheetMarks, row: int, column: int, what: str) -> None:
    marks.broken.setdefault(row + 1, []).append((column, what))


def _workbook_stream(data: bytes) -> bytes:
    """The stream `Workbook` (or `Book`, before Excel 97) out of the container."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    fat = _allocation(data, size)
    directory = _joined(data, size, fat, struct.unpack_from("<I", data, 48)[0])
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = entries[0]
    for entry in entries:
        length = max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)
        if entry[:length].decode("utf-16-le", "replace") in {"Workbook", "Book"}:
            start, total = struct.unpack_from("<II", entry, 116)
            if total >= struct.unpack_from("<I", data, 56)[0]:
                return _joined(data, size, fat, start)[:total]
            return _small(data, size, fat, root, start)[:total]
    raise ValueError("no workbook in the container")


def _allocation(data: bytes, size: int) -> list[int]:
    """The chain table: for each sector the number of the one that follows it."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _END and len(sectors) < 1_000_000:
        more = struct.unpack_from(f"<{size // 4}I", data, 512 + following * size)
        sectors += more[:-1]
        following = more[-1]
    fat: list[int] = []
    for sector in sectors:
        if sector < _END:
            fat += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return fat


def _joined(data: bytes, size: int, fat: list[int], sector: int) -> bytes:
    parts: list[bytes] = []
    while sector < _END and len(parts) <= len(fat):
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = fat[sector]
    return b"".join(parts)


def _small(data: bytes, size: int, fat: list[int], root: bytes, sector: int) -> bytes:
    """A stream below the cut-off lies in small sectors inside the root's own stream."""
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    pool = _joined(data, size, fat, struct.unpack_from("<I", root, 116)[0])
    table = _joined(data, size, fat, struct.unpack_from("<I", data, 60)[0])
    chain = struct.unpack(f"<{len(table) // 4}I", table)
    parts: list[bytes] = []
    while sector < _END and len(parts) <= len(chain):
        parts.append(pool[sector * small : (sector + 1) * small])
        sector = chain[sector]
    return b"".join(parts)
