"""How readings travel from the child process to its parent: one JSON line for many rows."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from webapp.roster.cells.cleaning import BrokenCell, Cell
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.treatments import Finding

ROWS_A_FRAME = 500
# A packed row without findings; after it come the findings and the original cells.
PLAIN_LENGTH = 17
Frame = dict[str, Any]
# The values of a reading in the order of `unpack_reading`.
PackedRow = list[Any]
# An earlier row's position among all rows, and the finding that came to light only later.
Late = tuple[int, str]


def pack_cells(cells: list[Cell]) -> list[Any]:
    """The original cells as JSON values; dates and broken cells become one-key objects."""
    return [_pack_cell(cell) for cell in cells]


def _pack_cell(cell: Cell) -> Any:
    if cell is None or isinstance(cell, str | int | float):
        return cell
    if isinstance(cell, BrokenCell):
        return {"broken": cell.what}
    if isinstance(cell, datetime) and (cell.hour or cell.minute or cell.second):
        return {"date": cell.isoformat(" ")}
    if isinstance(cell, date):
        return {"date": cell.isoformat()[:10]}
    # Times of day and spans of time, which no column of a roster holds.
    return str(cell)  # type: ignore[unreachable]


def unpack_cell(packed: Any) -> Cell:
    """The cell again; a date with a time of day loses the time."""
    if isinstance(packed, dict):
        if "broken" in packed:
            return BrokenCell(str(packed["broken"]))
        return date.fromisoformat(packed["date"][:10])
    return packed  # type: ignore[no-any-return]


def pack_reading(reading: RowReading, cells: list[Cell]) -> PackedRow:
    """A reading as a list; a row that is not clean takes its original cells along."""
    birth = reading.birth_on
    packed = [
        reading.row, reading.name, reading.number, reading.doc_type, reading.sex,
        birth.isoformat() if birth else None, reading.kind, reading.status, reading.area_id,
        reading.area_path, reading.address, reading.phones, reading.contact, reading.employer,
        reading.deceased_number, reading.position, reading.remark,
    ]  # fmt: skip
    if reading.findings:
        packed.append([[finding.code, finding.facts] for finding in reading.findings])
        packed.append(pack_cells(cells))
    return packed


def unpack_reading(packed: PackedRow, sheet: str) -> RowReading:
    """The reading again."""
    (row, name, number, doc_type, sex, birth, kind, status, area_id, area_path, address, phones,
     contact, employer, deceased_number, position, remark) = packed[:PLAIN_LENGTH]  # fmt: skip
    found = packed[PLAIN_LENGTH] if len(packed) > PLAIN_LENGTH else ()
    findings = [Finding(code, facts) for code, facts in found]
    return RowReading(
        row, sheet, findings, name, number, doc_type, sex,
        date.fromisoformat(birth) if birth else None, kind, status, area_id, area_path, address,
        tuple(phones), tuple(contact) if contact else None, employer, deceased_number,
        tuple(position) if position else None, remark,
    )  # fmt: skip


def dump(frame: Frame) -> bytes:
    """One line."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@dataclass(slots=True)
class RowWords:
    """What a report's row says in words: original cells (packed), findings, changes in detail."""

    cells: list[Any] | None
    findings: list[Finding]
    details: list[list[str]] = field(default_factory=list)

    def as_text(self) -> str:
        """One text, to be sealed."""
        facts = [[finding.code, finding.facts] for finding in self.findings]
        words = {"cells": self.cells, "findings": facts, "details": self.details}
        return json.dumps(words, ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str) -> "RowWords":
        """What `as_text` wrote."""
        words = json.loads(text)
        findings = [Finding(code, facts) for code, facts in words["findings"]]
        return cls(words["cells"], findings, words.get("details", []))

    def unpacked(self) -> list[Cell]:
        """The original cells; none when they were not kept."""
        return [unpack_cell(cell) for cell in self.cells or ()]
