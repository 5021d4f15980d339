"""The report of an import: the JSON of the command line's contract, and the error workbook."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from flask_babel import gettext as _

from webapp.roster.cells.cleaning import as_text
from webapp.roster.imports.import_rules import sheets_left_out
from webapp.roster.imports.import_run import Item, Outcome
from webapp.roster.imports.messages import message_of, treatment_words
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


def write_error_workbook(
    stream: BinaryIO,
    sheets: Sequence[dict[str, Any]],
    rows: Iterable[tuple[str, int, Sequence[Finding]]],
    originals: dict[tuple[str, int], list[Any]],
) -> None:
    """Write the original rows with their number, treatment and reason in front.

    `rows` are sheet, row number and findings, in the order of the file.
    """
    by_sheet: dict[str, list[Sequence[str]]] = {sheet["name"]: [] for sheet in sheets}
    for name, number, findings in rows:
        treatment = most_serious(list(findings))
        cells = [as_text(unpack_cell(cell)) for cell in originals.get((name, number), [])]
        reason = [str(number), treatment_words(treatment.value), message_of(findings)]
        by_sheet[name].append([*cells, *_padding(cells, sheets, name), *reason])
    words = [_("原行号"), _("处理"), _("原因")]
    written = [
        WrittenSheet(sheet["name"] or _("名单"), [*sheet["texts"], *words], by_sheet[sheet["name"]],
                     [14] * len(sheet["texts"]) + [8, 8, 60])
        for sheet in sheets if by_sheet[sheet["name"]]
    ]  # fmt: skip
    write_workbook(stream, written or [WrittenSheet(_("名单"), words, [])])


def _padding(cells: list[str], sheets: Sequence[dict[str, Any]], name: str) -> list[str]:
    """Blanks that bring a short row under the reason columns."""
    width = next(len(sheet["texts"]) for sheet in sheets if sheet["name"] == name)
    del cells[width:]
    return [""] * (width - len(cells))
