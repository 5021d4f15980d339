"""Imports from the command line: one file, read, judged and written in one go."""

from pathlib import Path

from webapp import clock
from webapp.areas.loading import load_city_if_empty
from webapp.extensions import begin_reading, begin_writing
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.imports import imports, incoming
from webapp.roster.imports.applying import Applier
from webapp.roster.imports.column_synonyms import remember_synonyms, synonyms_of
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.imports.import_reports import (
    FOR_THE_SENDER,
    ReturnedRow,
    write_error_workbook,
)
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.imports.import_run import Outcome
from webapp.roster.imports.incoming import IncomingFile
from webapp.roster.imports.originals import fill_bare_cells, originals_of
from webapp.roster.imports.plan import Plan
from webapp.roster.imports.reading_process import ReadingJob, read_frames
from webapp.roster.imports.report_rows import keep_figures, keep_rows
from webapp.roster.imports.under_undo import refuse_while_undoing
from webapp.sealing import sealer


def import_path(
    *, path: Path, dry_run: bool, source: str = "", sheets: list[str] | None = None,
    columns: dict[str, str] | None = None, errors: Path | None = None,
) -> tuple[Outcome, str | None]:  # fmt: skip
    """Import a file; return what was found and, unless it was a dry run, the import's id.

    Raises:
        Refusal: the file is missing, too large, known, or cannot be read, or an import is being
            taken back; nothing was written.
    """
    if not path.is_file():
        raise Refusal("file_missing", path=str(path))
    file = IncomingFile(path.name, path=path)
    incoming.refuse_oversized(file)
    is_fresh = load_city_if_empty()
    remember_synonyms(source=source, columns=columns or {})
    job = imports.reading_job(file, source=source, sheets=sheets)
    if not dry_run:
        incoming.refuse_known(file.sha256(), None)
        refuse_while_undoing()
    # Areas that were loaded just now are not committed yet; but nobody else is there either.
    if not is_fresh:
        begin_reading()
    plan = None if dry_run else Plan(sealer())
    outcome = imports.run_import(read_frames(job), record=None, plan=plan)
    if plan is not None:
        fill_bare_cells(path, b"", outcome, synonyms_of(source))
    if not is_fresh:
        begin_writing()
        remember_synonyms(source=source, columns=columns or {})
    record = None
    if plan is not None:
        record = _record(file, source, sheets)
        outcome = _write(file, job, record, plan, outcome)
    if errors is not None:
        _write_errors(file, errors, outcome, source)
    return outcome, str(record.id) if record else None


def _write(
    file: IncomingFile, job: ReadingJob, record: RosterImport, plan: Plan, outcome: Outcome
) -> Outcome:
    """Write what was planned, or judge it anew if somebody changed the roster meanwhile."""
    if plan.still_fits():
        plan.carry_out(Applier(record.id, record.checked_at or clock.now(), sealer()))
    else:
        outcome = imports.run_import(read_frames(job), record=record)
        fill_bare_cells(file.path, b"", outcome, synonyms_of(record.source))
    keep_figures(record, outcome)
    keep_rows(record, outcome)
    acts.note_import(EntryType.IMPORT_APPLIED, record=record)
    # Asked once more when nobody else can be journaling the beginning of an undo.
    refuse_while_undoing()
    return outcome


def _record(file: IncomingFile, source: str, sheets: list[str] | None) -> RosterImport:
    record = incoming.new_record(
        file, sha256=file.sha256(), source=source, state=ImportState.APPLIED, actor=None
    )
    record.checked_at = record.applied_at = clock.now()
    record.chosen_sheets = sheets
    return record


def _write_errors(file: IncomingFile, path: Path, outcome: Outcome, source: str) -> None:
    items = [item for _, item in sorted(outcome.items.items()) if item.treatment in FOR_THE_SENDER]
    bare = [(item.sheet, item.row) for item in items if item.cells is None]
    found = originals_of(file.path, b"", bare, synonyms_of(source))
    rows = [
        ReturnedRow(item.sheet, item.row, item.findings,
                    found.get((item.sheet, item.row), []) if item.cells is None else item.cells)
        for item in items
    ]  # fmt: skip
    with path.open("wb") as stream:
        write_error_workbook(stream, outcome.sheets, rows)
