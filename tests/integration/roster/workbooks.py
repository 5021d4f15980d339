"""Writes small workbooks in every form that offices send."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from tests.unit.roster.town import HEAD, cells, number_of

Rows = list[list[Any]]


def person(order: int, **changes: Any) -> list[Any]:
    """A clean row of its own: another number, name, door and phone for each order (1 to 499)."""
    given = "兰英芳珍梅华霞云"[order % 8] + "春夏秋冬东西南北"[order // 8 % 8]
    own = {
        "serial": float(order), "name": f"孙{given}", "number": number_of(order=2 * order - 1),
        "address": f"张店区科苑街道沁园社区{order}号楼1单元101", "phone": f"139053{order:05d}",
    }  # fmt: skip
    return cells(**(own | changes))


def xlsx(path: Path, sheets: dict[str, Rows]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def xls(path: Path, rows: Rows, hidden: tuple[int, ...] = ()) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    for number in hidden:
        sheet.row(number - 1).hidden = True
    book.save(str(path))
    return path


def text_of(rows: Rows, separator: str = ",") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue()


def standard(count: int = 3) -> Rows:
    """A header and clean rows."""
    return [HEAD, *(person(order) for order in range(1, count + 1))]
