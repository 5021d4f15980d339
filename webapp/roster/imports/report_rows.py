"""Writes an import's report: the figures, and a sealed row for each remarkable one."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from webapp.chunks import chunks
from webapp.database.column_inserts import Columns
from webapp.database.short_writes import PIECE, write_in_pieces
from webapp.extensions import db
from webapp.roster.imports.bulk import insert_columns
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.imports.import_reports import left_out_of
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.imports.import_run import Item, Outcome
from webapp.roster.reading.wire import RowWords
from webapp.sealing import sealer


def keep_figures(record: RosterImport, outcome: Outcome) -> None:
    """Write the report's figures in place of earlier ones."""
    record.counts = dict(outcome.counts)
    record.difference = dict(outcome.difference)
    record.sheets = [_with_sample(sheet) for sheet in outcome.sheets]
    record.reasons = dict(+outcome.reasons)
    record.outcome_mark = mark_of(outcome)
    unread = left_out_of(outcome, record.chosen_sheets)
    record.sheets_left_out = with_heads(unread, outcome.heads)


def mark_of(outcome: Outcome) -> str:
    """Return the keyed hash of what a run found, person by person, in hex."""
    return f"{outcome.mark:064x}"


def _with_sample(sheet: dict[str, Any]) -> dict[str, Any]:
    """The sheet's description with its first people sealed."""
    sealed = sealer().seal(json.dumps(sheet.get("sample", []), ensure_ascii=False))
    return {**sheet, "sample": base64.b64encode(sealed).decode()}


def with_heads(unread: list[dict[str, str]], heads: dict[str, Any]) -> list[dict[str, str]]:
    """Give the sheets without a known header their first rows, sealed, for a person to explain."""
    for sheet in unread:
        if sheet["name"] in heads:
            sealed = sealer().seal(json.dumps(heads[sheet["name"]], ensure_ascii=False))
            sheet["head"] = base64.b64encode(sealed).decode()
    return unread


def keep_rows(record: RosterImport, outcome: Outcome) -> None:
    """Write all remarkable rows of a new record, in the caller's transaction."""
    items = list(outcome.items.values())
    for piece in chunks(items, PIECE):
        insert_columns(RosterImportRow.__table__, _columns(record.id, piece))  # type: ignore[arg-type]


def replace_rows(*, import_id: UUID, outcome: Outcome, during: ImportState) -> bool:
    """Write the remarkable rows in place of earlier ones, in short transactions of their own.

    Returns False, and leaves no row, when the import is no longer in the state `during`: somebody
    gave it up meanwhile. A run that was cut off is simply done again.
    """
    items = sorted(outcome.items.values(), key=lambda item: item.position)
    pieces = list(chunks(items, PIECE))
    # Each piece takes away what lay between its predecessor and itself; the last, what follows.
    bounds = [piece[-1].position for piece in pieces[:-1]] + [None]
    ranges = list(zip([-1, *bounds[:-1]], bounds, pieces or [[]], strict=True))

    def write(one: Sequence[tuple[int | None, int | None, Sequence[Item]]]) -> bool:
        record = locked(import_id)
        if record.state != during.value:
            return False
        ((after, until, piece),) = one
        _delete_between(import_id, after, until)
        insert_columns(RosterImportRow.__table__, _columns(import_id, piece))  # type: ignore[arg-type]
        return True

    return write_in_pieces(ranges, write, piece=1)


def locked(import_id: UUID) -> RosterImport:
    """Return the record as it is now, and keep others from changing it before the commit."""
    return db.session.get_one(RosterImport, import_id, with_for_update=True, populate_existing=True)


def _delete_between(import_id: UUID, after: int | None, until: int | None) -> None:
    gone = delete(RosterImportRow).where(RosterImportRow.import_id == import_id)
    if after is not None:
        gone = gone.where(RosterImportRow.position > after)
    if until is not None:
        gone = gone.where(RosterImportRow.position <= until)
    db.session.execute(gone, execution_options={"synchronize_session": False})


def _columns(import_id: UUID, items: Sequence[Item]) -> Columns:
    """Report rows by columns; words of the sheet are sealed, only codes stand beside them."""
    words = [RowWords(item.cells, item.findings, item.details).as_text() for item in items]
    return {
        "import_id": [import_id] * len(items), "position": [item.position for item in items],
        "sheet": [item.sheet[:100] for item in items], "row": [item.row for item in items],
        "treatment": [item.treatment.value for item in items],
        "findings": [[finding.code for finding in item.findings] for item in items],
        "changes": [item.changes for item in items], "sealed": sealer().seal_many(words),
        "person_id": [item.person_id for item in items], "decision": [""] * len(items),
    }  # fmt: skip
