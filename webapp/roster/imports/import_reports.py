"""The report of an import: the JSON of the command line's contract, and the error workbook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _

from webapp.roster.cells.cleaning import as_text
from webapp.roster.imports.import_rules import sheets_left_out
from webapp.roster.imports.import_run import Item, Outcome
from webapp.roster.imports.messages import message_of, treatment_words
from webapp.roster.reading import headings
from webapp.roster.reading.treatments import Finding, Treatment, most_serious
from webapp.roster.reading.wire import unpack_cell
from webapp.roster.workbook_writer import WrittenSheet, write_workbook

# Rows that go back to the sender; what was put right or passed over need not be sent again.
FOR_THE_SENDER = frozenset({Treatment.WARN, Treatment.HOLD, Treatment.REJECT})


def report_of(outcome: Outcome, chosen: Sequence[str] | None = None) -> dict[str, Any]:
    """The report in the form of the contract; `sheet` is named when there are several.

    `chosen` are the sheets that were asked for, if any were.
    """
    several = len(outcome.sheets) > 1
    counts = {t.value.lower(): outcome.counts.get(t.value, 0) for t in Treatment}
    items = [
        _item_of(item, several=several)
        for _position, item in sorted(outcome.items.items())
        if item.treatment is not Treatment.CLEAN
    ]
    return {
        "rows": outcome.rows, **counts, "items": items, "difference": dict(outcome.difference),
        "sheets": [sheet["name"] for sheet in outcome.sheets],
        "sheets_left_out": left_out_of(outcome, chosen),
        "unmapped_columns": sorted({t for sheet in outcome.sheets for t in sheet["unmapped"]}),
    }  # fmt: skip


def left_out_of(outcome: Outcome, chosen: Sequence[str] | None) -> list[dict[str, str]]:
    """The sheets of the file that nothing was read of, each with its reason."""
    read = {str(sheet["name"]) for sheet in outcome.sheets}
    return sheets_left_out(outcome.all_sheets, read, chosen)


def _item_of(item: Item, *, several: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"sheet": item.sheet} if several else {}
    return made | {
        "row": item.row, "treatment": item.treatment.value,
        "codes": [finding.code for finding in item.findings],
        "message": message_of(item.findings),
    }  # fmt: skip


@dataclass(frozen=True)
class ReturnedRow:
    """A row that goes back to the sender: where it stood, what was found, and its packed cells."""

    sheet: str
    row: int
    findings: Sequence[Finding]
    cells: Sequence[Any]


def write_error_workbook(
    stream: BinaryIO, sheets: Sequence[dict[str, Any]], rows: Iterable[ReturnedRow]
) -> None:
    """Write rows, in the order of the file, with their number, treatment and reason behind them.

    What comes back corrected must read as it did in its file. A place that stood over people
    stands over them again, and the pieces that an address or a remark was joined of are left out
    beside it, or they would be joined a second time.
    """
    by_sheet: dict[str, list[ReturnedRow]] = {sheet["name"]: [] for sheet in sheets}
    for row in rows:
        by_sheet[row.sheet].append(row)
    words = report_titles()
    written = [
        WrittenSheet(sheet["name"] or _("名单"), [*sheet["texts"], *words],
                     list(_lines(sheet, by_sheet[sheet["name"]])),
                     [14] * len(sheet["texts"]) + [8, 8, 60])
        for sheet in sheets if by_sheet[sheet["name"]]
    ]  # fmt: skip
    write_workbook(stream, written or [WrittenSheet(_("名单"), words, [])])


def report_titles() -> list[str]:
    """Return the titles of the columns that are added behind the sender's own."""
    return [_("原行号"), _("处理"), _("原因")]


def _lines(sheet: dict[str, Any], rows: Sequence[ReturnedRow]) -> Iterator[Sequence[str]]:
    """The lines of one sheet: first whom no place stood over, then each place with its people."""
    width, joined = len(sheet["texts"]), _joined(sheet)
    over = headings.NOWHERE
    placed = [(headings.of_findings(row.findings), row) for row in rows]
    for heading, row in sorted(placed, key=lambda one: bool(one[0])):
        if heading and heading != over:
            over = heading
            yield [heading.district + heading.street + heading.community]
        cells = [as_text(unpack_cell(cell)) for cell in row.cells[:width]]
        cells += [""] * (width - len(cells))
        for whole, pieces in joined:
            if cells[whole]:
                cells = ["" if at in pieces else text for at, text in enumerate(cells)]
        treatment = treatment_words(most_serious(list(row.findings)).value)
        yield [*cells, str(row.row), treatment, message_of(row.findings)]


def _joined(sheet: dict[str, Any]) -> list[tuple[int, frozenset[int]]]:
    """The columns that were added for joined words, each with those that it was joined of."""
    columns, own = sheet["columns"], sheet.get("width", len(sheet["texts"]))
    found = [("address", sheet.get("address", ())), ("remark", sheet.get("remarks", ()))]
    return [
        (columns[name], frozenset(pieces)) for name, pieces in found if columns.get(name, 0) >= own
    ]  # fmt: skip
