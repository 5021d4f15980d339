"""The desk's pages of the archive: what is kept, a person's history, the map of results."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webapp import clock
from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Actor, Permission
from webapp.areas.steps import area_steps
from webapp.config import settings
from webapp.desk import today
from webapp.evidence import labels
from webapp.evidence.archive import (
    archive_queries,
    forms,
    map_queries,
    map_tiles,
    person_queries,
    sending,
)
from webapp.evidence.decoding import remaking
from webapp.evidence.export import packaging
from webapp.evidence.flags import overdue
from webapp.evidence.flags.case_flags import MEDIA_OVERDUE
from webapp.evidence.review import (
    case,
    proposals,
    review_queries,
)
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.refusals import Refusal
from webapp.roster import naming
from webapp.roster.models import Person
from webapp.roster.notes import mask_numbers
from webapp.visits import desk_queries as visits
from webapp.visits import marks
from webapp.visits.labels import choices

blueprint = APIBlueprint(
    "archive_desk", __name__, enable_openapi=False, template_folder="../templates"
)
blueprint.app_context_processor(lambda: {
    "evidence_words": labels.evidence_words, "flag_words": labels.flag_words,
    "short_flag": labels.short_flag, "span_words": labels.span_words, "mask_numbers": mask_numbers,
})  # fmt: skip
Page = str | Response | tuple[str, int]


@blueprint.get("/archive")
@signed_in(Permission.SEE_ARCHIVE)
def archive() -> Page:
    """List the results that are kept, newest first."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = forms.read_archive_filter(request.args, steps.path)
    found, after = archive_queries.archive(chosen=chosen, after=request.args.get("after", ""))
    return render_template(
        "evidence/archive.html", results=found, after=after, chosen=chosen, steps=steps,
        codes={row.result.id: row.codes for row in review_queries.with_flags(found)},
        workers=visits.workers(actor()), outcomes=choices("outcome"), states=choices("result"),
        flags=labels.flag_choices(),
    )  # fmt: skip


@blueprint.get("/awaited-files")
@signed_in(Permission.SEE_ARCHIVE)
def awaited_files() -> Page:
    """List the records whose files are still on a phone, longest waiting first."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    found, after = overdue.awaited(area_path=steps.path, after=request.args.get("after", ""))
    return render_template("evidence/awaited.html", captures=found, after=after, steps=steps,
                           now=clock.now(), overdue_s=MEDIA_OVERDUE.total_seconds())  # fmt: skip


@blueprint.get("/archive/<uuid:result_id>")
@signed_in(Permission.SEE_ARCHIVE)
def archived(result_id: UUID) -> Page:
    """Show one case as it is kept."""
    return _archived_page(result_id)


@blueprint.post("/archive/<uuid:result_id>/proposals")
@signed_in(Permission.SEE_FULL_NUMBER)
def archived_proposals(result_id: UUID) -> Page:
    """Show the case with its proposals in full; that they were seen is journaled first."""
    revealed = proposals.reveal_proposals(actor=actor(), result_id=result_id)
    db.session.commit()
    return _archived_page(result_id, revealed=revealed)


def _archived_page(result_id: UUID, **shown: Any) -> str:
    one = case.one_case(actor=actor(), result_id=result_id)
    rivals = case.rivals_of(one.result)
    remaking.ask_from_page(case.lost_in([one, *rivals]))
    return render_template("evidence/archived.html", case=one, rivals=rivals, **shown)


@blueprint.post("/archive/<uuid:result_id>/package")
@signed_in(Permission.DOWNLOAD_ORIGINALS)
def package(result_id: UUID) -> Response:
    """Hand out everything about a case's visit, for a stranger to check; journaled first."""
    visit_id = case.one_case(actor=actor(), result_id=result_id).result.visit_id
    prepared = sending.prepare_package(visit_id)
    index = packaging.announce(prepared, account_id=actor().account_id)
    db.session.commit()
    return sending.send_package(prepared, index)


@blueprint.get("/people/<uuid:person_id>")
@signed_in(Permission.SEE_ARCHIVE)
def person_page(person_id: UUID) -> Page:
    """Show a person with the whole history."""
    return _person_page(person_queries.person_in_duty(actor=actor(), person_id=person_id))


def _person_page(person: Person, **revealed: Any) -> str:
    """Render the page; what was `revealed` stands in full on it, once."""
    history = person_queries.history(person)
    remaking.ask_from_page(case.lost_in(history.cases))
    return render_template(
        "evidence/person.html",
        history=history,
        mark=marks.marks_of([person.id]).get(person.id),
        **revealed,
    )


@blueprint.post("/people/<uuid:person_id>/number")
@signed_in(Permission.SEE_FULL_NUMBER)
def person_number(person_id: UUID) -> Page:
    """Show the page with the full number; that it was seen is journaled first."""
    person = person_queries.person_in_duty(actor=actor(), person_id=person_id)
    number = person_queries.reveal_number(actor=actor(), person=person)
    db.session.commit()
    return _person_page(person, number=number)


@blueprint.post("/people/<uuid:person_id>/phones")
@signed_in(Permission.SEE_FULL_NUMBER)
def person_phones(person_id: UUID) -> Page:
    """Show the page with the full telephone numbers; that they were seen is journaled first."""
    person = person_queries.person_in_duty(actor=actor(), person_id=person_id)
    phones = person_queries.reveal_phones(actor=actor(), person=person)
    db.session.commit()
    return _person_page(person, phones=phones)


@blueprint.post("/people/<uuid:person_id>/mark")
@signed_in(Permission.REVIEW_RESULTS)
def lift_mark(person_id: UUID) -> Page:
    """Lift the mark that keeps a person from being visited, with a reason."""
    person = person_queries.person_in_duty(actor=actor(), person_id=person_id)
    try:
        marks.lift(actor=actor(), person_id=person.id, reason=request.form.get("reason", ""))
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        db.session.rollback()
        problem = sentence(refusal.code, refusal.facts)
        return _person_page(person, problem=problem), 422
    db.session.commit()
    flash(_("已解除标记，可以再派走访。"), "good")
    return redirect(f"/people/{person.id}", 303)


@blueprint.post("/people/<uuid:person_id>/name")
@signed_in(Permission.IMPORT_ROSTER)
def rename_person(person_id: UUID) -> Page:
    """Give a person the name that the law gives now, with a reason; journaled."""
    person = person_queries.person_in_duty(actor=actor(), person_id=person_id)
    name, reason = request.form.get("name", ""), request.form.get("reason", "")
    try:
        naming.rename(actor=actor(), person=person, name=name, reason=reason)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        db.session.rollback()
        return _person_page(person, problem=sentence(refusal.code, refusal.facts)), 422
    db.session.commit()
    flash(_("姓名已更改；原来的姓名和原因记在备注里。"), "good")
    return redirect(f"/people/{person.id}", 303)


@blueprint.get("/map")
@signed_in(Permission.SEE_ARCHIVE)
def map_page() -> Page:
    """Show where results were found, and how many there are in each area below."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    outcome = request.args.get("outcome", "")
    return render_template(
        "evidence/map.html", steps=steps, bounds=map_queries.bounds(steps.path),
        outcome=outcome, outcomes=choices("outcome"),
        areas=map_queries.by_area(steps.path, steps.below, outcome),
        leaflet=map_tiles.leaflet_files(),
        tiles=map_tiles.tiles(settings().tile_source, settings().tile_key),
    )  # fmt: skip


@blueprint.get("/map/points")
@signed_in(Permission.SEE_ARCHIVE)
def map_points() -> Response:
    """Give the results within the map's frame, gathered into cells when there are many."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    box = forms.read_box(request.args)
    outcome = request.args.get("outcome", "")
    return jsonify(map_queries.gathered(area_path=steps.path, box=box, outcome=outcome))


@today.card(15, Permission.SEE_ARCHIVE)
def _overdue_files(who: Actor) -> today.Card:
    return today.Card(_l("记录已到、文件还没到的佐证资料"), review_queries.count_unsent(who),
                      "/awaited-files", "wait", _l("文件还在手机里，请提醒联网"))  # fmt: skip
