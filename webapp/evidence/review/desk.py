"""The desk's pages of review: the queue, one case, the decision and its taking back."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Actor, Permission
from webapp.areas.steps import area_steps
from webapp.desk import navigation, today
from webapp.evidence import labels
from webapp.evidence.decoding import remaking
from webapp.evidence.review import (
    case,
    decided_notes,
    forms,
    proposals,
    review,
    review_queries,
    reviewers,
    taking_back,
)
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.refusals import Refusal
from webapp.visits.labels import choices

blueprint = APIBlueprint("review_desk", __name__, enable_openapi=False)
blueprint.app_context_processor(lambda: {"just_decided": decided_notes.just_decided})
Page = str | Response | tuple[str, int]


@blueprint.get("/review")
@signed_in(Permission.REVIEW_RESULTS)
def queue() -> Page:
    """List what waits for review, oldest first."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = forms.read_queue_filter(request.args, steps.path)
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
    revealed = proposals.reveal_proposals(actor=actor(), result_id=result_id)
    db.session.commit()
    return _review_page(result_id, revealed=revealed)


def _review_page(result_id: UUID, problem: str = "", **shown: Any) -> str:
    one = case.one_case(actor=actor(), result_id=result_id)
    rivals = case.rivals_of(one.result)
    remaking.ask_from_page(case.lost_in([one, *rivals]))
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = forms.read_queue_filter(request.args, steps.path)
    beside = review_queries.neighbours(actor=actor(), chosen=chosen, result=one.result)
    waits, is_own = one.result.state in review.PENDING, one.result.worker_id == actor().account_id
    has_rival = review.has_own_rival(actor(), one.result)
    following = beside.following
    if not waits:
        following = following or review_queries.first_waiting(actor=actor(), chosen=chosen)
    is_first = one.first is not None and one.first.reviewer_id == actor().account_id
    return render_template(
        "evidence/review.html", case=one, rivals=rivals, beside=beside,
        following=following, problem=problem, phrases=labels.PHRASES, given=request.form,
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
        made = forms.read_decision(request.form)
        decided = review.decide(actor=actor(), result_id=result_id, **made)
    except Refusal as refusal:
        return _undecided(result_id, refusal)
    db.session.commit()
    flash(str(decided.id), forms.DECIDED)
    return redirect(_next_case(decided.result), 303)


def _undecided(result_id: UUID, refusal: Refusal) -> Page:
    """Say why a decision did not come about; a form that was sent twice simply leads on."""
    db.session.rollback()
    if refusal.status not in {409, 422}:
        raise refusal
    if refusal.code in {"already_reviewed", "second_needed"}:
        chosen = forms.read_decision(request.form)
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
        taking_back.take_back(
            actor=actor(), result_id=result_id, reason=reason,
            review_id=request.form.get("review_id", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return _undecided(result_id, refusal)
    db.session.commit()
    flash(_("已撤回，结果回到撤回前的状态。"), "good")
    query = request.query_string.decode()
    return redirect(f"/review/{result_id}{'?' + query if query else ''}", 303)


def _next_case(result: Any) -> str:
    """Return the address of the case after `result`, of the first one, or of the empty queue."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    chosen = forms.read_queue_filter(request.args, steps.path)
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


@today.card(10, Permission.REVIEW_RESULTS)
def _waiting_card(who: Actor) -> today.Card:
    return today.Card(_l("等待审核的结果"), review_queries.count_waiting(who), "/review", "wait",
                      _l("先收到的先审"))  # fmt: skip


navigation.count_with("review")(review_queries.count_waiting)
