"""The desk's pages of evidence: review, archive, a person's history, the map of results."""

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
from webapp.desk import navigation, today
from webapp.evidence import desk_forms, words
from webapp.evidence.archive import (
    archive_queries,
    map_queries,
    map_tiles,
    person_queries,
    sending,
)
from webapp.evidence.export import packaging
from webapp.evidence.flags import overdue
from webapp.evidence.flags.case_flags import MEDIA_OVERDUE
from webapp.evidence.review import (
    case,
    decided_notes,
    review,
    review_queries,
    reviewers,
    taking_back,
)
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.roster.notes import mask_numbers
from webapp.visits import desk_queries as visits
from webapp.visits import marks
from webapp.visits.words import choices

blueprint = APIBlueprint(
    "evidence_desk", __name__, enable_openapi=False, template_folder="templates"
)
blueprint.app_context_processor(lambda: {
    "evidence_words": words.evidence_words, "flag_words": words.flag_words,
    "short_flag": words.short_flag, "span_words": words.span_words,
    "just_decided": decided_notes.just_decided, "mask_numbers": mask_numbers,
})  # fmt: skip
Page = str | Response | tuple[str, int]


@blueprint.get("/review")
@signed_in(Permission.REVIEW_RESULTS)
def queue() -> Page:
    """List what waits for review, oldest first."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = desk_forms.read_queue_filter(request.args, steps.path)
    rows, after = review_queries.queue(
        actor=actor(), chosen=chosen, after=request.args.get("after", "")
    )
    return render_template("evidence/queue.html", rows=rows, after=after, chosen=chosen,
                           steps=steps, outcomes=choices("outcome"),
                           for_second=reviewers.waiting_for_second(actor()))  # fmt: skip


@blueprint.get("/review/<uuid:result_id>")
@signed_in(Permission.REVIEW_RESULTS)
def review_page(result_id: UUID) -> Page:
    """Show one case, picture first."""
    return _review_page(result_id)


@blueprint.post("/review/<uuid:result_id>/proposals")
@signed_in(Permission.REVIEW_RESULTS)
def reviewed_proposals(result_id: UUID) -> Page:
    """Show the case with its proposals in full; that they were seen is journaled first."""
    revealed = person_queries.reveal_proposals(actor=actor(), result_id=result_id)
    db.session.commit()
    return _review_page(result_id, revealed=revealed)


def _review_page(result_id: UUID, problem: str = "", **shown: Any) -> str:
    one = case.one_case(actor=actor(), result_id=result_id)
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = desk_forms.read_queue_filter(request.args, steps.path)
    beside = review_queries.neighbours(actor=actor(), chosen=chosen, result=one.result)
    waits, is_own = one.result.state in review.PENDING, one.result.worker_id == actor().account_id
    has_rival = review.has_own_rival(actor(), one.result)
    following = beside.following
    if not waits:
        following = following or review_queries.first_waiting(actor=actor(), chosen=chosen)
    is_first = one.first is not None and one.first.reviewer_id == actor().account_id
    return render_template(
        "evidence/review.html", case=one, rivals=case.rivals_of(one.result), beside=beside,
        following=following, problem=problem, phrases=words.PHRASES, given=request.form,
        may_decide=waits and not is_own and not has_rival and not is_first, is_own=is_own,
        who_else=_who_else(one), may_take_back=_may_take_back(one),
        has_own_rival=has_rival, **shown,
        is_authors=one.acceptance is not None and taking_back.is_authors(actor(), one.acceptance),
    )  # fmt: skip


def _who_else(one: case.Case) -> str:
    """Say who may decide instead of the actor, of the worker and of the first of two reviewers."""
    without = {one.result.worker_id} | ({one.first.reviewer_id} if one.first else set())
    return reviewers.who_else(
        reviewers.other_reviewers(actor=actor(), area_path=one.result.area_path, without=without)
    )


def _may_take_back(one: case.Case) -> bool:
    return taking_back.may_take_back(actor(), one.result, one.acceptance)


@blueprint.post("/review/<uuid:result_id>/decision")
@signed_in(Permission.REVIEW_RESULTS)
def decision(result_id: UUID) -> Page:
    """Decide a case and lead to the next one; why it did not come about is said beside the case."""
    try:
        made = desk_forms.read_decision(request.form)
        decided = review.decide(actor=actor(), result_id=result_id, **made)
    except Refusal as refusal:
        return _undecided(result_id, refusal)
    db.session.commit()
    flash(str(decided.id), desk_forms.DECIDED)
    return redirect(_next_case(decided.result), 303)


def _undecided(result_id: UUID, refusal: Refusal) -> Page:
    """Say why a decision did not come about; a form that was sent twice simply leads on."""
    db.session.rollback()
    if refusal.status not in {409, 422}:
        raise refusal
    if refusal.code in {"already_reviewed", "second_needed"}:
        chosen = desk_forms.read_decision(request.form)
        if review.is_repeat(actor=actor(), result_id=result_id, **chosen):
            one = case.one_case(actor=actor(), result_id=result_id)
            return redirect(_next_case(one.result), 303)
    return _review_page(result_id, sentence(refusal.code, refusal.facts)), refusal.status


@blueprint.post("/review/<uuid:result_id>/take-back")
@signed_in(Permission.REVIEW_RESULTS)
def take_back(result_id: UUID) -> Page:
    """Take an acceptance back and show the case again, to be decided anew."""
    try:
        reason = request.form.get("reason", "")
        taking_back.take_back(actor=actor(), result_id=result_id, reason=reason)
    except Refusal as refusal:
        return _undecided(result_id, refusal)
    db.session.commit()
    flash(_("已撤回，结果回到撤回前的状态。"), "good")
    query = request.query_string.decode()
    return redirect(f"/review/{result_id}{'?' + query if query else ''}", 303)


def _next_case(result: Any) -> str:
    """Return the address of the case after `result`, of the first one, or of the empty queue."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = desk_forms.read_queue_filter(request.args, steps.path)
    beside = review_queries.neighbours(actor=actor(), chosen=chosen, result=result)
    following = beside.following or review_queries.first_waiting(actor=actor(), chosen=chosen)
    query = request.query_string.decode()
    path = f"/review/{following}" if following else "/review"
    return f"{path}?{query}" if query else path


@blueprint.get("/results/<uuid:result_id>/progress")
@signed_in(Permission.SEE_ARCHIVE)
def files_progress(result_id: UUID) -> Response:
    """Say how many of a result's files that are here are prepared, as a progress bar reads it."""
    one = case.one_case(actor=actor(), result_id=result_id)
    here = [file for file in one.files if file.phase != "expected"]
    done = sum(file.phase != "deriving" for file in here)
    state = "done" if done == len(here) else "running"
    return jsonify({"state": state, "done": done, "total": len(here)})


@blueprint.get("/archive")
@signed_in(Permission.SEE_ARCHIVE)
def archive() -> Page:
    """List the results that are kept, newest first."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = desk_forms.read_archive_filter(request.args, steps.path)
    found, after = archive_queries.archive(chosen=chosen, after=request.args.get("after", ""))
    return render_template(
        "evidence/archive.html", results=found, after=after, chosen=chosen, steps=steps,
        codes={row.result.id: row.codes for row in review_queries.with_flags(found)},
        workers=visits.workers(actor()), outcomes=choices("outcome"), states=choices("result"),
        flags=words.flag_choices(),
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
    revealed = person_queries.reveal_proposals(actor=actor(), result_id=result_id)
    db.session.commit()
    return _archived_page(result_id, revealed=revealed)


def _archived_page(result_id: UUID, **shown: Any) -> str:
    one = case.one_case(actor=actor(), result_id=result_id)
    return render_template("evidence/archived.html", case=one,
                           rivals=case.rivals_of(one.result), **shown)  # fmt: skip


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
    return render_template(
        "evidence/person.html",
        history=person_queries.history(person),
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
    box = desk_forms.read_box(request.args)
    outcome = request.args.get("outcome", "")
    return jsonify(map_queries.gathered(area_path=steps.path, box=box, outcome=outcome))


navigation.count_with("review")(review_queries.count_waiting)


@today.card(10, Permission.REVIEW_RESULTS)
def _waiting_card(who: Actor) -> today.Card:
    return today.Card(_l("等待审核的结果"), review_queries.count_waiting(who), "/review", "wait",
                      _l("先收到的先审"))  # fmt: skip


@today.card(15, Permission.SEE_ARCHIVE)
def _overdue_files(who: Actor) -> today.Card:
    return today.Card(_l("记录已到、文件还没到的佐证资料"), review_queries.count_unsent(who),
                      "/awaited-files", "wait", _l("文件还在手机里，请提醒联网"))  # fmt: skip
