"""The use cases of workbook imports: read, checked, confirmed, applied, discarded."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from webapp import calendar, clock
from webapp.access.rules import Actor, is_whole_city
from webapp.areas.models import Area
from webapp.extensions import begin_reading, begin_writing, db
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.imports.applying import Applier
from webapp.roster.imports.bulk import without_collector
from webapp.roster.imports.column_synonyms import (
    refuse_unasked,
    remember_synonyms,
    synonyms_of,
)
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.imports.import_rules import ImportState, LeftOut, step
from webapp.roster.imports.import_run import ImportRun, Outcome, Progress
from webapp.roster.imports.incoming import IncomingFile, stored_file
from webapp.roster.imports.known_areas import ZONES_WITHIN, known_places
from webapp.roster.imports.known_people import KnownPeople
from webapp.roster.imports.originals import fill_bare_cells
from webapp.roster.imports.plan import Plan
from webapp.roster.imports.reading_process import ReadingJob, spool_frames, unspool
from webapp.roster.imports.report_rows import (
    keep_figures,
    locked,
    mark_of,
    replace_rows,
    with_heads,
)
from webapp.roster.imports.row_judge import RowJudge
from webapp.roster.imports.under_undo import refuse_while_undoing
from webapp.roster.reading.wire import Frame
from webapp.sealing import sealer


class RosterBusyError(RuntimeError):
    """The roster was changed each time between the plan and the writing; the job tries later."""


class Judged(NamedTuple):
    """What a dry run found, and what it would write if that was asked for."""

    outcome: Outcome
    plan: Plan | None


def reading_job(
    file: IncomingFile, *, source: str, sheets: list[str] | None, duty: str = "/"
) -> ReadingJob:
    """What the reading child is told about the file; `duty` is the importer's area."""
    areas, aliases = known_places()
    return ReadingJob(
        path=file.path, data=file.data, today=calendar.today(), areas=areas, aliases=aliases,
        zones=ZONES_WITHIN, sheets=sheets, duty=duty,
        synonyms={header: field.value for header, field in synonyms_of(source, duty).items()},
    )  # fmt: skip


def judge_for(area_path: str) -> RowJudge:
    """The judge for an account whose duty is the area; the whole city asks nothing of a row."""
    if is_whole_city(area_path):
        return RowJudge(sealer())
    area_id = db.session.scalar(select(Area.id).where(Area.path == area_path))
    return RowJudge(sealer(), area_path, area_id)


# How often a plan is made anew because somebody changed the roster under it.
PLANS = 5


def run_import(
    frames: Iterable[Frame], *, record: RosterImport | None, area_path: str = "/",
    progress: Progress | None = None, plan: Plan | None = None,
) -> Outcome:  # fmt: skip
    """Judge the frames and, for a record, write what they say; in the caller's transaction.

    With a `plan` instead of a record, what would be written is only prepared.
    """
    applier: Applier | Plan | None = plan
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


def dry_run(import_id: UUID, spooled: list[bytes], *, with_plan: bool = False) -> Judged:
    """Judge the spooled rows in a transaction that only reads, and so keeps nobody waiting."""
    begin_reading()
    record = get_import(import_id)
    plan = Plan(sealer()) if with_plan else None
    outcome = run_import(unspool(spooled), record=None, area_path=record.area_path, plan=plan)
    data, synonyms = stored_file(record).data, synonyms_of(record.source, record.area_path)
    db.session.rollback()
    fill_bare_cells(None, data, outcome, synonyms)
    return Judged(outcome, plan)


def check(*, import_id: UUID, progress: Progress | None = None) -> RosterImport:
    """The dry run of an uploaded workbook; a file that cannot be read is refused in its record.

    The report is written in short transactions of its own. Whoever gives the upload up meanwhile
    ends it.
    """
    try:
        spooled = spool(get_import(import_id), progress)
    except Refusal as refusal:
        return _refuse(import_id, refusal)
    outcome = dry_run(import_id, spooled).outcome
    replace_rows(import_id=import_id, outcome=outcome, during=ImportState.WAITING)
    begin_writing()
    record = locked(import_id)
    if record.state == ImportState.WAITING.value:
        record.state = step(record.state, ImportState.CHECKED)
        record.checked_at, record.refusal = clock.now(), None
        keep_figures(record, outcome)
    return record


def _refuse(import_id: UUID, refusal: Refusal) -> RosterImport:
    db.session.rollback()
    record = get_import(import_id)
    record.state = step(record.state, ImportState.REFUSED)
    heads: Any = refusal.facts.pop("heads", {})
    record.refusal = {"code": refusal.code, **refusal.facts}
    unread = [{"name": name, "reason": LeftOut.NO_HEADER.value} for name in heads]
    record.sheets_left_out = with_heads(unread, heads)
    return record


def confirm(*, import_id: UUID, actor: Actor) -> RosterImport:
    """Say yes to what the dry run showed; the work itself is a job's.

    Raises:
        Refusal: import_not_found (404), import_not_possible_now (409), import_being_undone (409)
            while another import is taken back.
    """
    record = get_import(import_id, actor)
    record.state = step(record.state, ImportState.CONFIRMED)
    acts.note_import(EntryType.IMPORT_CONFIRMED, record=record, by=actor.account_id)
    # Asked when nobody else can be journaling the contrary.
    refuse_while_undoing()
    return record


def apply(*, import_id: UUID, progress: Progress | None = None) -> RosterImport:
    """Write a confirmed workbook into the roster, all of it or nothing.

    All is judged, sealed and reported before the one transaction that writes it, for everybody
    who writes waits for that one. When the roster has changed since the dry run, so that figures
    come out otherwise, or other people or other words would be overwritten than were shown,
    nothing is written and what comes out now asks for a new confirmation.
    """
    spooled = spool(get_import(import_id), progress)
    for _ in range(PLANS):
        outcome, plan = dry_run(import_id, spooled, with_plan=True)
        found = (+outcome.counts, +outcome.difference, mark_of(outcome))
        if _expected(get_import(import_id)) != found:
            return _ask_again(import_id, outcome)
        replace_rows(import_id=import_id, outcome=outcome, during=ImportState.CONFIRMED)
        begin_writing()
        record = locked(import_id)
        record.state = step(record.state, ImportState.APPLIED)
        record.applied_at = clock.now()
        if plan is not None and plan.still_fits():
            plan.carry_out(Applier(record.id, record.applied_at, sealer()))
            keep_figures(record, outcome)
            acts.note_import(EntryType.IMPORT_APPLIED, record=record)
            return record
        db.session.rollback()
    raise RosterBusyError(str(import_id))


def _expected(record: RosterImport) -> tuple[Counter[str], Counter[str], str | None]:
    return +Counter(record.counts), +Counter(record.difference), record.outcome_mark


def _ask_again(import_id: UUID, outcome: Outcome) -> RosterImport:
    """Show the new figures instead of writing them."""
    replace_rows(import_id=import_id, outcome=outcome, during=ImportState.CONFIRMED)
    begin_writing()
    record = locked(import_id)
    record.state = step(record.state, ImportState.CHECKED)
    record.refusal = {"code": "import_changed_since"}
    keep_figures(record, outcome)
    return record


def discard(*, import_id: UUID, actor: Actor) -> str:
    """Give an upload up before it was applied; return where its file lies, empty if nowhere.

    Whoever commits deletes the file then: a commit that fails must find it where it was.

    Raises:
        Refusal: import_not_found (404), import_not_possible_now (409).
    """
    record = get_import(import_id, actor)
    record.state = step(record.state, ImportState.DISCARDED)
    db.session.execute(delete(RosterImportRow).where(RosterImportRow.import_id == record.id))
    file_key, record.file_key = record.file_key, ""
    acts.note_import(EntryType.IMPORT_DISCARDED, record=record, by=actor.account_id)
    return file_key


def remember_columns(
    *, record: RosterImport, actor: Actor, columns: dict[str, str], sheets: list[str] | None
) -> None:
    """Remember what this source means by its columns, and read the workbook anew.

    Raises:
        Refusal: column_unknown, column_not_asked, import_not_possible_now (409).
    """
    refuse_unasked(record, columns)
    remember_synonyms(source=record.source, columns=columns, area_path=record.area_path)
    record.chosen_sheets = sheets or None
    record.state = step(record.state, ImportState.WAITING)
    acts.note_import(EntryType.IMPORT_COLUMNS, record=record, by=actor.account_id)


def get_import(import_id: UUID, actor: Actor | None = None) -> RosterImport:
    """The record, if it lies in the actor's duty.

    Raises:
        Refusal: import_not_found (404).
    """
    record = db.session.get(RosterImport, import_id)
    if record is None or (actor is not None and not actor.covers(record.area_path)):
        raise Refusal("import_not_found", 404)
    return record
