"""Imports from the command line: one file, read, judged and written in one go."""

from pathlib import Path

from webapp import clock
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster import acts, imports, incoming
from webapp.roster.areas import load_city_if_empty
from webapp.roster.import_reports import FOR_THE_SENDER, write_error_workbook
from webapp.roster.import_rules import ImportState
from webapp.roster.import_run import Outcome
from webapp.roster.incoming import IncomingFile
from webapp.roster.models import RosterImport
from webapp.roster.originals import fill_bare_cells, originals_of
from webapp.roster.reading_process import read_frames


def import_path(
    *, path: Path, dry_run: bool, source: str = "", sheets: list[str] | None = None,
    columns: dict[str, str] | None = None, errors: Path | None = None,
) -> tuple[Outcome, str | None]:  # fmt: skip
    """Import a file; return what was found and, unless it was a dry run, the import's id.

    Raises:
        Refusal: the file is missing, too large, known, or cannot be read; nothing was written.
    """
    if not path.is_file():
        raise Refusal("file_missing", path=str(path))
    file = IncomingFile(path.name, path=path)
    incoming.refuse_oversized(file)
    load_city_if_empty()
    imports.remember_synonyms(source=source, columns=columns or {})
    record = None if dry_run else _record(file, source, sheets)
    frames = read_frames(imports.reading_job(file, source=source, sheets=sheets))
    outcome = imports.run_import(frames, record=record)
    if record is not None:
        fill_bare_cells(path, b"", outcome, imports.synonyms_of(source))
        imports.keep_outcome(record, outcome)
        acts.note_import(EntryType.IMPORT_APPLIED, record=record)
    if errors is not None:
        _write_errors(file, errors, outcome, source)
    return outcome, str(record.id) if record else None


def _record(file: IncomingFile, source: str, sheets: list[str] | None) -> RosterImport:
    record = incoming.new_record(
        file, sha256=file.sha256(), source=source, state=ImportState.APPLIED, actor=None
    )
    record.checked_at = record.applied_at = clock.now()
    record.chosen_sheets = sheets
    return record


def _write_errors(file: IncomingFile, path: Path, outcome: Outcome, source: str) -> None:
    rows = [
        (item.sheet, item.row, item.findings)
        for _, item in sorted(outcome.items.items())
        if item.treatment in FOR_THE_SENDER
    ]
    found = originals_of(file.path, b"", rows, imports.synonyms_of(source))
    with path.open("wb") as stream:
        write_error_workbook(stream, outcome.sheets, rows, found)
