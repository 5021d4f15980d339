"""The use cases of workbook imports: read, checked, confirmed, applied, discarded."""

import base64
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from webapp import clock
from webapp.extensions import blobs, db
from webapp.journal.rules import EntryType
from webapp.people.rules import Actor
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.applying import Applier
from webapp.roster.areas import ZONES_WITHIN, known_places
from webapp.roster.bulk import without_collector
from webapp.roster.headers import Field, meaning, normal_header
from webapp.roster.import_reports import left_out_of
from webapp.roster.import_rules import ImportState, LeftOut, step
from webapp.roster.import_run import ImportRun, Item, Outcome, Progress
from webapp.roster.incoming import IncomingFile, stored_file, today
from webapp.roster.known_people import KnownPeople
from webapp.roster.models import Area, ColumnSynonym, RosterImport, RosterImportRow
from webapp.roster.originals import fill_bare_cells
from webapp.roster.reading_process import ReadingJob, spool_frames, unspool
from webapp.roster.row_judge import RowJudge
from webapp.roster.sealing import sealer
from webapp.roster.wire import Frame, RowWords


def reading_job(
    file: IncomingFile, *, source: str, sheets: list[str] | None, duty: str = "/"
) -> ReadingJob:
    """What the reading child is told about the file; `duty` is the importer's area."""
    areas, aliases = known_places()
    return ReadingJob(
        path=file.path, data=file.data, today=today(), areas=areas, aliases=aliases,
        zones=ZONES_WITHIN, sheets=sheets, duty=duty,
        synonyms={header: field.value for header, field in synonyms_of(source).items()},
    )  # fmt: skip


def synonyms_of(source: str) -> dict[str, Field]:
    """What this source means by its own column names."""
    known = select(ColumnSynonym.header, ColumnSynonym.field).where(ColumnSynonym.source == source)
    return {row.header: Field(row.field) for row in db.session.execute(known)}


def judge_for(area_path: str) -> RowJudge:
    """The judge for an account whose duty is the area; the whole city asks nothing of a row."""
    if area_path.count("/") <= _CITY_DEPTH:
        return RowJudge(sealer())
    area_id = db.session.scalar(select(Area.id).where(Area.path == area_path))
    return RowJudge(sealer(), area_path, area_id)


# "/" and "/1/" are the whole city.
_CITY_DEPTH = 2


def run_import(
    frames: Iterable[Frame], *, record: RosterImport | None, area_path: str = "/",
    progress: Progress | None = None,
) -> Outcome:  # fmt: skip
    """Judge the frames and, for a record, write what they say; in the caller's transaction."""
    applier = None
    if record is not None:
        applier = Applier(record.id, record.applied_at or clock.now(), sealer())
    with without_collector():
        return ImportRun(judge_for(area_path), KnownPeople(), applier, progress).take(frames)


def spool(record: RosterImport, progress: Progress | None = None) -> list[bytes]:
    """Read the record's file to its end, outside any transaction.

    Raises:
        Refusal: the file cannot be read.
    """
    job = reading_job(
        stored_file(record), source=record.source, sheets=record.chosen_sheets,
        duty=record.area_path,
    )  # fmt: skip
    db.session.rollback()
    return spool_frames(job, progress)


def check(*, import_id: UUID, progress: Progress | None = None) -> RosterImport:
    """The dry run of an uploaded workbook; a file that cannot be read is refused in its record."""
    try:
        spooled = spool(get_import(import_id), progress)
    except Refusal as refusal:
        db.session.rollback()
        record = get_import(import_id)
        record.state = step(record.state, ImportState.REFUSED)
        heads: Any = refusal.facts.pop("heads", {})
        record.refusal = {"code": refusal.code, **refusal.facts}
        unread = [{"name": name, "reason": LeftOut.NO_HEADER.value} for name in heads]
        record.sheets_left_out = _with_heads(unread, heads)
        return record
    record = get_import(import_id)
    outcome = run_import(unspool(spooled), record=None, area_path=record.area_path)
    record.state = step(record.state, ImportState.CHECKED)
    record.checked_at, record.refusal = clock.now(), None
    _keep_with_cells(record, outcome)
    return record


def confirm(*, import_id: UUID, actor: Actor) -> RosterImport:
    """Say yes to what the dry run showed; the work itself is a job's.

    Raises:
        Refusal: import_not_found (404), import_not_possible_now (409).
    """
    record = get_import(import_id, actor)
    record.state = step(record.state, ImportState.CONFIRMED)
    acts.note_import(EntryType.IMPORT_CONFIRMED, record=record, by=actor.account_id)
    return record


def apply(*, import_id: UUID, progress: Progress | None = None) -> RosterImport:
    """Write a confirmed workbook into the roster, all of it or nothing.

    When the roster has changed since the dry run, so that the figures come out otherwise, nothing
    is written and the new figures ask for a new confirmation.
    """
    spooled = spool(get_import(import_id), progress)
    record = get_import(import_id)
    expected = (+Counter(record.counts), +Counter(record.difference))
    step(record.state, ImportState.APPLIED)
    record.applied_at = clock.now()
    attempt = db.session.begin_nested()
    outcome = run_import(unspool(spooled), record=record, area_path=record.area_path)
    if (+outcome.counts, +outcome.difference) == expected:
        attempt.commit()
        record.state = ImportState.APPLIED.value
        acts.note_import(EntryType.IMPORT_APPLIED, record=record)
    else:
        attempt.rollback()
        record = get_import(import_id)
        record.state, record.applied_at = ImportState.CHECKED.value, None
        record.refusal = {"code": "import_changed_since"}
        outcome = run_import(unspool(spooled), record=None, area_path=record.area_path)
    _keep_with_cells(record, outcome)
    return record


def discard(*, import_id: UUID, actor: Actor) -> RosterImport:
    """Give an upload up before it was applied; the file is forgotten.

    Raises:
        Refusal: import_not_found (404), import_not_possible_now (409).
    """
    record = get_import(import_id, actor)
    record.state = step(record.state, ImportState.DISCARDED)
    db.session.execute(delete(RosterImportRow).where(RosterImportRow.import_id == record.id))
    if record.file_key:
        blobs().delete(record.file_key)
        record.file_key = ""
    acts.note_import(EntryType.IMPORT_DISCARDED, record=record, by=actor.account_id)
    return record


def remember_columns(
    *, record: RosterImport, actor: Actor, columns: dict[str, str], sheets: list[str] | None
) -> None:
    """Remember what this source means by its columns, and read the workbook anew.

    Raises:
        Refusal: column_unknown, import_not_possible_now (409).
    """
    remember_synonyms(source=record.source, columns=columns)
    record.chosen_sheets = sheets or None
    record.state = step(record.state, ImportState.WAITING)
    acts.note_import(EntryType.IMPORT_COLUMNS, record=record, by=actor.account_id)


def remember_synonyms(*, source: str, columns: dict[str, str]) -> None:
    """Remember for a source what a header means; `columns` go from header text to field.

    Raises:
        Refusal: column_unknown when the field is none of ours.
    """
    for text, name in columns.items():
        if name not in {each.value for each in Field}:
            raise Refusal("column_unknown", column=name)
        header = normal_header(text)[:100]
        if not header:
            continue
        found = db.session.get(ColumnSynonym, (source, header))
        if found is None and meaning(text, {}) is Field(name):
            continue
        if found is None:
            db.session.add(ColumnSynonym(source=source, header=header, field=name))
        else:
            found.field = name
    db.session.flush()


def get_import(import_id: UUID, actor: Actor | None = None) -> RosterImport:
    """The record, if it lies in the actor's duty.

    Raises:
        Refusal: import_not_found (404).
    """
    record = db.session.get(RosterImport, import_id)
    if record is None or (actor is not None and not actor.covers(record.area_path)):
        raise Refusal("import_not_found", 404)
    return record


def _keep_with_cells(record: RosterImport, outcome: Outcome) -> None:
    fill_bare_cells(None, stored_file(record).data, outcome, synonyms_of(record.source))
    keep_outcome(record, outcome)


def keep_outcome(record: RosterImport, outcome: Outcome) -> None:
    """Write the report's figures and remarkable rows in place of earlier ones."""
    record.counts = dict(outcome.counts)
    record.difference = dict(outcome.difference)
    record.sheets = [_with_sample(sheet) for sheet in outcome.sheets]
    record.reasons = dict(+outcome.reasons)
    unread = left_out_of(outcome, record.chosen_sheets)
    record.sheets_left_out = _with_heads(unread, outcome.heads)
    db.session.execute(delete(RosterImportRow).where(RosterImportRow.import_id == record.id))
    rows = [_row_values(record, item) for item in outcome.items.values()]
    for start in range(0, len(rows), 5_000):
        db.session.execute(insert(RosterImportRow), rows[start : start + 5_000])


def _with_sample(sheet: dict[str, Any]) -> dict[str, Any]:
    """The sheet's description with its first people sealed."""
    sealed = sealer().seal(json.dumps(sheet.get("sample", []), ensure_ascii=False))
    return {**sheet, "sample": base64.b64encode(sealed).decode()}


def _with_heads(unread: list[dict[str, str]], heads: dict[str, Any]) -> list[dict[str, str]]:
    """Give the sheets without a known header their first rows, sealed, for a person to explain."""
    for sheet in unread:
        if sheet["name"] in heads:
            sealed = sealer().seal(json.dumps(heads[sheet["name"]], ensure_ascii=False))
            sheet["head"] = base64.b64encode(sealed).decode()
    return unread


def _row_values(record: RosterImport, item: Item) -> dict[str, Any]:
    """A report's row; words of the sheet are sealed, only codes stand beside them."""
    words = RowWords(item.cells, item.findings, item.details)
    return {
        "import_id": record.id, "position": item.position, "sheet": item.sheet[:100],
        "row": item.row, "treatment": item.treatment.value,
        "findings": [finding.code for finding in item.findings], "changes": item.changes,
        "sealed": sealer().seal(words.as_text()), "person_id": item.person_id,
        "decision": "",
    }  # fmt: skip
