"""The desk's pages of the roster: the list, and workbooks on their way in."""

import io
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Permission
from webapp.areas.steps import area_steps
from webapp.desk.page_parts import filter_of, stand_for
from webapp.extensions import blobs, db
from webapp.http.errors import sentence
from webapp.refusals import Refusal
from webapp.roster import (
    acts,
    desk_words,
    look_up,
    notes,
    placing,
    queries,
    roster_export,
)
from webapp.roster.desk_words import report_page
from webapp.roster.imports import (
    held_rows,
    import_jobs,
    imports,
    incoming,
    messages,
    under_undo,
    undoing,
)
from webapp.roster.imports.import_row_queries import count_held
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.imports.incoming import IncomingFile

blueprint = APIBlueprint("roster_desk", __name__, enable_openapi=False, template_folder="templates")
blueprint.app_context_processor(lambda: {
    "roster_words": desk_words, "import_words": messages, "note_of": notes.note_of,
    "shown_search": lambda words: look_up.shown(filter_of("search"), words),
})  # fmt: skip
Page = str | Response
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/roster")
@signed_in(Permission.SEE_ROSTER)
def roster() -> Page:
    """List the pensioners of the area, by name."""
    return _list_page()


def _list_page(problem: str = "") -> str:
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = queries.RosterFilter(
        steps.path, look_up.read_search(request.args), request.args.get("status", ""),
        request.args.get("kind", ""), unplaced=request.args.get("unplaced") == "1",
    )  # fmt: skip
    found, after = queries.people(chosen=chosen, after=request.args.get("after", ""))
    total = queries.count_people(chosen=chosen)
    return render_template("roster/list.html", people=found, after=after, chosen=chosen,
                           steps=steps, total=total, problem=problem, given=request.form,
                           communities=placing.communities(path=steps.path),
                           leaving=under_undo.count_leaving())  # fmt: skip


@blueprint.post("/roster/placements")
@signed_in(Permission.IMPORT_ROSTER)
def placements() -> Page | tuple[str, int]:
    """Put the people that were ticked into a community."""
    try:
        moved = placing.place_people(actor=actor(), **desk_words.read_placement(request.form))
    except Refusal as refusal:
        db.session.rollback()
        if refusal.status != 422:
            raise
        stand_for(f"/roster?{request.query_string.decode()}")
        return _list_page(sentence(refusal.code, refusal.facts)), 422
    db.session.commit()
    flash(desk_words.placed(moved), "good")
    return redirect(f"/roster?{request.query_string.decode()}", 303)


@blueprint.post("/look-up")
@signed_in(Permission.SEE_DESK)
def look_up_words() -> Page:
    """Lead a posted search to its list, with a number sealed in the address."""
    return redirect(look_up.address_of(request.form), 303)


@blueprint.get("/roster/imports")
@signed_in(Permission.IMPORT_ROSTER)
def import_list() -> Page:
    """Show the form for a workbook, and those that came before."""
    return _import_list(request.args.get("after", ""))


@blueprint.get("/roster/held-rows")
@signed_in(Permission.IMPORT_ROSTER)
def held_row_list() -> Page:
    """List all rows that wait for a decision, of whichever import."""
    page = desk_words.held_page(actor(), request.args.get("after", ""))
    return render_template("roster/held-rows.html", **page)


@blueprint.post("/roster/imports")
@signed_in(Permission.IMPORT_ROSTER)
def upload() -> Page:
    """Take a workbook in and have it checked; one that came before leads to its first import."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Refusal("file_empty")
    file = IncomingFile(given.filename, data=given.read())
    try:
        record = incoming.receive(actor=actor(), file=file, source=request.form.get("source", ""))
    except Refusal as refusal:
        return _refused(refusal)
    import_jobs.enqueue(record, import_jobs.CHECK)
    db.session.commit()
    return redirect(f"/roster/imports/{record.id}", 303)


def _refused(refusal: Refusal) -> Page:
    """Say why beside the form, with the link to the first import if that is the reason."""
    db.session.rollback()
    words = desk_words.refusal_words(refusal.code, refusal.facts)
    page = _import_list("", refusal=words, link=refusal.facts.get("link"))
    return Response(page, status=refusal.status, mimetype="text/html")


def _import_list(after: str, **more: Any) -> str:
    found, further = queries.imports(actor=actor(), after=after)
    return render_template("roster/imports.html", imports=found, after=further,
                           held=count_held(actor()), **more)  # fmt: skip


@blueprint.get("/roster/imports/<uuid:import_id>")
@signed_in(Permission.IMPORT_ROSTER)
def report(import_id: UUID) -> Page:
    """Show where an import stands: reading, checked, applied, and its remarkable rows."""
    record = imports.get_import(import_id, actor())
    return render_template("roster/import.html", **report_page(record, request.args))


@blueprint.post("/roster/imports/<uuid:import_id>/confirmation")
@signed_in(Permission.IMPORT_ROSTER)
def confirmation(import_id: UUID) -> Page:
    """Have a checked workbook written into the roster."""
    record = imports.confirm(import_id=import_id, actor=actor())
    import_jobs.enqueue(record, import_jobs.APPLY)
    return _back(import_id)


@blueprint.post("/roster/imports/<uuid:import_id>/withdrawal")
@signed_in(Permission.IMPORT_ROSTER)
def withdrawal(import_id: UUID) -> Page:
    """Give an upload up."""
    file_key = imports.discard(import_id=import_id, actor=actor())
    db.session.commit()
    if file_key:
        blobs().delete(file_key)
    flash(_("已放弃这次导入，什么也没有写入。"), "good")
    return redirect("/roster/imports", 303)


@blueprint.post("/roster/imports/<uuid:import_id>/reversal")
@signed_in(Permission.IMPORT_ROSTER)
def reversal(import_id: UUID) -> Page:
    """Take an applied import back."""
    record = undoing.undo(import_id=import_id, actor=actor())
    if record.state == ImportState.UNDOING.value:
        import_jobs.enqueue(record, import_jobs.UNDO, by=actor().account_id)
    else:
        flash(_("已撤销这次导入。"), "good")
    return _back(import_id)


@blueprint.post("/roster/imports/<uuid:import_id>/columns")
@signed_in(Permission.IMPORT_ROSTER)
def columns(import_id: UUID) -> Page:
    """Remember what this source's columns mean and which sheets count, and read again."""
    record = imports.get_import(import_id, actor())
    texts, fields = request.form.getlist("header"), request.form.getlist("field")
    chosen = {text: name for text, name in zip(texts, fields, strict=False) if name}
    imports.remember_columns(
        record=record, actor=actor(), columns=chosen, sheets=request.form.getlist("sheet") or None
    )
    import_jobs.enqueue(record, import_jobs.CHECK)
    return _back(import_id)


@blueprint.post("/roster/imports/<uuid:import_id>/error-workbook.xlsx")
@signed_in(Permission.IMPORT_ROSTER)
def error_workbook(import_id: UUID) -> Page:
    """Give out the rows for the sender, each with its reason; it is journaled."""
    record = imports.get_import(import_id, actor())
    stream = io.BytesIO()
    is_masked = not actor().may(Permission.SEE_FULL_NUMBER)
    rows = desk_words.write_errors(record, stream, masked=is_masked)
    acts.note_errors_taken(record=record, rows=rows, masked=is_masked, by=actor().account_id)
    db.session.commit()
    stream.seek(0)
    name = _("%(name)s 问题行.xlsx", name=record.file_name.rsplit(".", 1)[0])
    return send_file(stream, mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.post("/roster/imports/<uuid:import_id>/rows/<int:position>")
@signed_in(Permission.IMPORT_ROSTER)
def held_row(import_id: UUID, position: int) -> Page:
    """Show a held row with its full number; that it was seen is journaled first."""
    record, row = _row(import_id, position)
    held_rows.journal_view(actor=actor(), row=row)
    db.session.commit()
    return _held_page(record, row)


@blueprint.post("/roster/imports/<uuid:import_id>/rows/<int:position>/decision")
@signed_in(Permission.IMPORT_ROSTER)
def decision(import_id: UUID, position: int) -> Page:
    """Import a held row as a person put it right, or set it aside."""
    record, row = _row(import_id, position)
    try:
        if request.form.get("decision") == "discard":
            held_rows.discard_row(record=record, row=row, actor=actor())
        else:
            held_rows.apply_row(record=record, row=row, actor=actor(), texts=_texts(),
                                agreed=request.form.get("agreed", ""))  # fmt: skip
    except Refusal as refusal:
        if refusal.code not in {"row_still_held", "row_changes_person"}:
            raise
        return _ask_again(import_id, position, refusal)
    db.session.commit()
    return redirect(f"/roster/imports/{import_id}?treatment=open", 303)


@blueprint.post("/roster/export")
@signed_in(Permission.EXPORT_ROSTER)
def export() -> Page:
    """Give out the roster of the area as a workbook; it is journaled."""
    steps = area_steps(actor=actor(), area_id=request.form.get("area", ""))
    stream = io.BytesIO()
    roster_export.export(
        stream=stream, area_path=steps.path,
        masked=request.form.get("masked") == "1"
        or not actor().may(Permission.SEE_FULL_NUMBER),
        actor_id=str(actor().account_id),
    )  # fmt: skip
    db.session.commit()
    stream.seek(0)
    return send_file(stream, mimetype=XLSX, as_attachment=True,
                     download_name=_("花名册.xlsx"))  # fmt: skip


def _back(import_id: UUID) -> Response:
    db.session.commit()
    return redirect(f"/roster/imports/{import_id}", 303)


def _row(import_id: UUID, position: int) -> tuple[Any, Any]:
    record = imports.get_import(import_id, actor())
    return record, queries.import_row(import_id=record.id, position=position)


def _texts() -> dict[str, str]:
    return {
        name.removeprefix("text-"): value
        for name, value in request.form.items()
        if name.startswith("text-")
    }


def _ask_again(import_id: UUID, position: int, refusal: Refusal) -> str:
    """Show the row as it was sent, journaled, with what is still wrong or what it would change."""
    db.session.rollback()
    record, row = _row(import_id, position)
    held_rows.journal_view(actor=actor(), row=row)
    db.session.commit()
    if isinstance(refusal, held_rows.ChangesUnseenError):
        changes = desk_words.changes_asked(refusal.changes)
        return _held_page(record, row, changes=changes, texts=_texts())
    words = desk_words.refusal_words(refusal.code, refusal.facts)
    return _held_page(record, row, error=words, texts=_texts())


def _held_page(record: Any, row: Any, *, texts: dict[str, str] | None = None, **more: Any) -> str:
    shown = held_rows.held_row(record=record, row=row, actor=actor())
    return render_template("roster/held-row.html", record=record, held=shown,
                           texts=texts or shown.texts, **more)  # fmt: skip
