"""Hidden rows, strikes, errors and formulas without a value, however a program writes .xlsx."""

import io
import re
import zipfile
from collections.abc import Callable
from itertools import combinations

import openpyxl
import pytest
from openpyxl.styles import Font

from tests.unit.roster.books import used
from tests.unit.roster.town import HEAD, cells, number_of

SHEET = "xl/worksheets/sheet1.xml"


def book() -> bytes:
    """Row 3 is hidden, of row 4 the name is struck, row 2 has an error, row 5 a bare formula."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEAD)
    for order in (1, 3, 5, 7, 9):
        sheet.append(cells(number=number_of(order=order), sex="男", phone=f"1390530{order:04d}"))
    sheet["K2"] = "#N/A"
    sheet["K2"].data_type = "e"
    sheet.row_dimensions[3].hidden = True
    sheet["B4"].font = Font(strike=True)
    sheet["K5"] = '=A1&"x"'
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def prefixed(text: str) -> str:
    bare = text.split("?>", 1)[-1] if text.startswith("<?") else text
    return re.sub(r"<(/?)(\w+)(?=[ />])", r"<\1x:\2", bare).replace('xmlns="', 'xmlns:x="')


def of_other_order(text: str) -> str:
    return re.sub(r'<(c|row) (r="\w+")((?: \w+="\w+")+)', r"<\1\3 \2", text)


WAYS: dict[str, Callable[[str], str]] = {
    "order": of_other_order,
    "no places": lambda text: re.sub(r'(<row|<c) r="[A-Z0-9]+"', r"\1", text),
    "prefix": prefixed,
    "apostrophes": lambda text: re.sub(r'(\s[\w:]+)="([^"<>]*)"', r"\1='\2'", text),
    "breaks": lambda text: re.sub(r"<(c|row) ", r"<\1\n  ", text),
}
CHOICES = [way for many in (0, 1, 2, 3) for way in combinations(WAYS, many)]


def rewritten(way: tuple[str, ...]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == SHEET:
                text = data.decode()
                for each in way:
                    text = WAYS[each](text)
                data = text.encode()
            new.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("way", CHOICES, ids="-".join)
def test_every_spelling_tells_the_same_marks(way: tuple[str, ...]) -> None:
    found = used(rewritten(way))
    codes = [found[number_of(order=order)].codes for order in (1, 3, 5, 7, 9)]
    told = [{"cell_error", "hidden_row", "cell_struck", "row_struck"} & set(each) for each in codes]
    struck = told.pop(2)
    assert told == [{"cell_error"}, {"hidden_row"}, {"cell_error"}, set()]
    assert struck <= {"cell_struck", "row_struck"}
    assert struck
