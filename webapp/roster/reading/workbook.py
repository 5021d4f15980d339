"""The one door to the workbook reader; it runs in the child process that reads hostile files."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import cast
from zipfile import BadZipFile

import python_calamine

from webapp.refusals import Refusal
from webapp.roster.cells.cleaning import BrokenCell, Cell
from webapp.roster.reading.biff_marks import has_password, marks_of_xls
from webapp.roster.reading.delimited import read_delimited, refuse_garbled
from webapp.roster.reading.file_kinds import FileKind, kind_of
from webapp.roster.reading.headers import Field
from webapp.roster.reading.ods_marks import marks_of_ods
from webapp.roster.reading.sheet_marks import SheetMarks, marks_of

_PREVIEW = 200


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool


@dataclass(slots=True)
class Workbook:
    """A file that can be read, with its sheets in their own order."""

    data: bytes
    kind: FileKind
    sheets: list[SheetName]
    synonyms: dict[str, Field] = field(default_factory=dict)
    _book: python_calamine.CalamineWorkbook | None = None

    def rows(self, index: int) -> "SheetRows":
        """The rows of sheet number `index` (from 0).

        Raises:
            Refusal: file_damaged when the reader gives up, file_mojibake.
        """
        if self._book is None:
            records = read_delimited(self.data, self.synonyms)
            return SheetRows(records, SheetMarks())
        try:
            # The reader works without Python's lock, so that both go on at once.
            with ThreadPoolExecutor(1) as side:
                marking = side.submit(_marks, self.data, self.kind, index)
                sheet = self._book.get_sheet_by_index(index)
                marks = marking.result()
        except (python_calamine.CalamineError, OSError, ValueError, KeyError, BadZipFile) as error:
            raise Refusal("file_damaged") from error
        marks.merges += sheet.merged_cell_ranges or ()
        marks.strike_merges()
        rows = _from_column_a(cast(Iterator[list[Cell]], sheet.iter_rows()), sheet.start)
        preview = list(islice(rows, _PREVIEW))
        refuse_garbled_cells(preview)
        return SheetRows(chain(preview, rows), marks, sheet.total_height)


@dataclass(slots=True)
class SheetRows:
    """The rows of one sheet as lists of cells, the first row first, blank ones included."""

    rows: Iterator[list[Cell]]
    marks: SheetMarks
    height: int | None = None

    def __iter__(self) -> Iterator[list[Cell]]:
        """Every row; cells without a usable value are marked as broken."""
        broken = self.marks.broken
        if not broken:
            return self.rows
        return self._with_broken(broken)

    def _with_broken(self, broken: dict[int, list[tuple[int, str]]]) -> Iterator[list[Cell]]:
        for number, row in enumerate(self.rows, start=1):
            for column, what in broken.get(number, ()):
                if column < len(row) and row[column] == "":
                    row[column] = BrokenCell(what)
            yield row


def _from_column_a(
    rows: Iterator[list[Cell]], start: tuple[int, int] | None
) -> Iterator[list[Cell]]:  # fmt: skip
    """The rows with the columns that the reader leaves out left of the first one in use.

    Merges, strikes and broken cells are counted from column A.
    """
    unused: list[Cell] = [""] * (start[1] if start else 0)
    return (unused + row for row in rows) if unused else rows


def open_workbook(data: bytes, synonyms: dict[str, Field]) -> Workbook:
    """Opens the file, whatever its name.

    Raises:
        Refusal: one of the codes of `file_kinds`, file_damaged or file_has_password.
    """
    kind = kind_of(data)
    if kind is FileKind.TEXT:
        return Workbook(data, kind, [SheetName("", hidden=False)], synonyms)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise Refusal("file_has_password") from error
    except (python_calamine.CalamineError, OSError, ValueError, KeyError) as error:
        sealed = kind is FileKind.XLS and has_password(data)
        raise Refusal("file_has_password" if sealed else "file_damaged") from error
    visible = python_calamine.SheetVisibleEnum.Visible
    sheets = [
        SheetName(sheet.name, hidden=sheet.visible != visible) for sheet in book.sheets_metadata
    ]
    return Workbook(data, kind, sheets, synonyms, book)


def _marks(data: bytes, kind: FileKind, index: int) -> SheetMarks:
    if kind is FileKind.XLSX:
        return marks_of(data, index)
    if kind is FileKind.ODS:
        return marks_of_ods(data, index)
    return marks_of_xls(data, index) if kind is FileKind.XLS else SheetMarks()


def refuse_garbled_cells(rows: list[list[Cell]]) -> None:
    """Refuse a workbook into which ruined text was pasted.

    Raises:
        Refusal: file_mojibake.
    """
    texts = [cell for row in rows for cell in row if isinstance(cell, str) and cell]
    refuse_garbled("\n".join(texts[:4000]))
