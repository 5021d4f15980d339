"""The desk's pages of visits: pick people, send workers, follow, move and cancel."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webapp import calendar
from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Actor, Permission
from webapp.areas.steps import area_steps
from webapp.desk import navigation, today
from webapp.desk.page_parts import list_address, own_address, stand_for
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.refusals import Refusal
from webapp.roster.imports.import_row_queries import count_held
from webapp.roster.imports.under_undo import count_leaving
from webapp.visits import (
    contacts,
    desk_forms,
    desk_queries,
    detail_labels,
    labels,
    marks,
    people_queries,
    rescheduling,
    service,
)
from webapp.visits.rules import OPEN_STATUSES

blueprint = APIBlueprint("visits_desk", __name__, enable_openapi=False, template_folder="templates")
blueprint.app_context_processor(lambda: {
    "words_for": labels.words_for, "look_of": labels.look_of, "today_here": calendar.today,
    "age_on": people_queries.age_on, "details_said": detail_labels.details_said,
})  # fmt: skip
Page = str | Response | tuple[str, int]
USUAL_DAYS = 30


@blueprint.get("/visits")
@signed_in(Permission.SEE_VISITS)
def visits() -> Page:
    """List the area's visits, soonest due first."""
    return _visits_page()


def _visits_page(problem: str = "", ticked: Collection[str] = ()) -> str:
    args = list_address()[1]
    steps = area_steps(actor=actor(), area_id=args.get("area", ""))
    chosen = desk_forms.read_visit_filter(args, steps.path)
    found, after = desk_queries.visit_list(chosen=chosen, after=args.get("after", ""))
    return render_template(
        "visits/list.html", visits=found, after=after, chosen=chosen, steps=steps,
        workers=desk_queries.workers(actor()), statuses=labels.choices("status"),
        open_statuses=OPEN_STATUSES, problem=problem, ticked=ticked, given=request.form,
    )  # fmt: skip


def _refused(refusal: Refusal) -> Page:
    """Show the list from which a form came once more, what was ticked still ticked."""
    back = own_address(request.form.get("back"), "/visits")
    chosen = _chosen_visits(request.form)
    if len(chosen) == 1 and back == f"/visits/{chosen[0]}":
        return _visit_refused(chosen[0], refusal)
    if refusal.status != 422 or urlsplit(back).path != "/visits":
        raise refusal
    db.session.rollback()
    stand_for(back)
    ticked = request.form.getlist("visit_id")
    return _visits_page(sentence(refusal.code, refusal.facts), ticked), 422


@blueprint.get("/visits/new")
@signed_in(Permission.DISPATCH_VISITS)
def pick() -> Page:
    """Show whom the office may send somebody to."""
    return _filtered_pick()


def _filtered_pick(problem: str = "") -> str:
    args = list_address()[1]
    steps = area_steps(actor=actor(), area_id=args.get("area", ""))
    chosen = desk_forms.read_people_filter(args, steps.path)
    day = calendar.today()
    found, after = people_queries.pick_list(chosen=chosen, today=day, after=args.get("after", ""))
    total = people_queries.count_people(chosen=chosen, today=day)
    return _pick_page(found, after=after, chosen=chosen, steps=steps, total=total, problem=problem)


def _pick_page(people: Sequence[Any], **facts: Any) -> str:
    day = calendar.today()
    busy = people_queries.busy_people([person.id for person in people])
    return render_template(
        "visits/pick.html", people=people, busy=busy, day=day,
        marks=marks.marks_of([person.id for person in people]),
        workers=desk_queries.workers(actor()),
        most=people_queries.MAX_AT_ONCE, due_on=day + timedelta(days=USUAL_DAYS),
        benefits=labels.choices("benefit"), given=request.form, leaving=count_leaving(), **facts,
    )  # fmt: skip


def _pick_again(refusal: Refusal) -> Page:
    """Show the people once more with what was refused; ticks and fields stay as they were."""
    if refusal.status != 422:
        raise refusal
    db.session.rollback()
    problem = sentence(refusal.code, refusal.facts)
    listed = desk_forms.read_uuids(request.form.getlist("listed"))
    if listed:
        people = people_queries.people_in_duty(actor=actor(), ids=listed)
        steps = area_steps(actor=actor(), area_id="")
        return _pick_page(people, after=None, chosen=None, steps=steps, total=len(people),
                          problem=problem), 422  # fmt: skip
    filters = {name: request.form.get(name, "") for name in desk_forms.PEOPLE_FILTERS}
    stand_for(f"/visits/new?{urlencode(filters)}")
    return _filtered_pick(problem), 422


@blueprint.post("/visits/number-list")
@signed_in(Permission.DISPATCH_VISITS)
def pick_by_numbers() -> Page:
    """Show the people of a pasted list of numbers, and the lines that fit nobody.

    It is a POST so that the numbers stand in no address bar and in no log.
    """
    lines = desk_forms.read_numbers(request.form.get("numbers", ""))
    found = people_queries.find_numbers(actor=actor(), lines=lines)
    steps = area_steps(actor=actor(), area_id="")
    return _pick_page(found.people, after=None, chosen=None, steps=steps, total=len(found.people),
                      missing=found.missing)  # fmt: skip


@blueprint.post("/visits")
@signed_in(Permission.DISPATCH_VISITS)
def dispatch() -> Page:
    """Make a visit for each person chosen."""
    try:
        how = vars(desk_forms.read_dispatch(request.form))
        chosen = _chosen_people(request.form, actor())
        made = service.make_visits(actor=actor(), person_ids=chosen, **how)
    except Refusal as refusal:
        return _pick_again(refusal)
    db.session.commit()
    _say_dispatched(len(made), len(set(chosen)) - len(made))
    return redirect("/visits", 303)


def _say_dispatched(made: int, left: int) -> None:
    flash(labels.dispatched(made, left), "good" if made or not left else "wait")


def _chosen_people(form: Any, who: Actor) -> list[UUID]:
    """Return the ticked people, or with "all" everybody whom the filter leaves."""
    if form.get("everyone") != "1":
        return desk_forms.read_uuids(form.getlist("person_id"))
    steps = area_steps(actor=who, area_id=form.get("area", ""))
    chosen = desk_forms.read_people_filter(form, steps.path)
    return people_queries.ids_of(chosen=chosen, today=calendar.today())


@blueprint.post("/visits/assignment")
@signed_in(Permission.DISPATCH_VISITS)
def assignment() -> Page:
    """Give the chosen visits to a worker."""
    try:
        moved = service.assign(
            actor=actor(), visit_ids=_chosen_visits(request.form),
            worker_id=desk_forms.read_worker(request.form),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal)
    db.session.commit()
    flash(labels.handed(len(moved)), "good")
    return redirect(own_address(request.form.get("back"), "/visits"), 303)


def _chosen_visits(form: Any) -> list[UUID]:
    return desk_forms.read_uuids(form.getlist("visit_id"))


@blueprint.post("/visits/cancellation")
@signed_in(Permission.DISPATCH_VISITS)
def cancellation() -> Page:
    """Cancel the chosen visits, with the reason that the worker will read."""
    try:
        cancelled = service.cancel(
            actor=actor(), visit_ids=_chosen_visits(request.form),
            reason=request.form.get("reason", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal)
    db.session.commit()
    flash(labels.cancelled(len(cancelled)), "good")
    return redirect(own_address(request.form.get("back"), "/visits"), 303)


@blueprint.post("/visits/schedule")
@signed_in(Permission.DISPATCH_VISITS)
def schedule() -> Page:
    """Change the due day or the window of the chosen visits."""
    try:
        changed = rescheduling.change_terms(
            actor=actor(), visit_ids=_chosen_visits(request.form),
            change=desk_forms.read_term_change(request.form), today=calendar.today(),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal)
    db.session.commit()
    flash(labels.rescheduled(len(changed)), "good")
    return redirect(own_address(request.form.get("back"), "/visits"), 303)


@blueprint.post("/visits/<uuid:visit_id>/schedule")
@signed_in(Permission.DISPATCH_VISITS)
def visit_schedule(visit_id: UUID) -> Page:
    """Change the due day, the window and the note of one visit."""
    try:
        rescheduling.change_term(
            actor=actor(), visit_id=visit_id, term=desk_forms.read_term(request.form),
            note=desk_forms.read_note(request.form), today=calendar.today(),
        )  # fmt: skip
    except Refusal as refusal:
        return _visit_refused(visit_id, refusal)
    db.session.commit()
    flash(_("已保存，走访人员下次联网时会看到。"), "good")
    return redirect(f"/visits/{visit_id}", 303)


def _visit_refused(visit_id: UUID, refusal: Refusal) -> Page:
    """Show the visit once more with what was entered and why it does not fit."""
    if refusal.status != 422:
        raise refusal
    db.session.rollback()
    stand_for(f"/visits/{visit_id}")
    return _visit_page(visit_id, sentence(refusal.code, refusal.facts)), 422


@blueprint.get("/visits/<uuid:visit_id>")
@signed_in(Permission.SEE_VISITS)
def visit_page(visit_id: UUID) -> Page:
    """Show one visit with its attempts, results and movements."""
    return _visit_page(visit_id)


def _visit_page(visit_id: UUID, problem: str = "") -> str:
    visit = desk_queries.one_visit(actor=actor(), visit_id=visit_id)
    people = {attempt.worker_id for attempt in visit.attempts}
    people |= {visit.created_by} if visit.created_by else set()
    return render_template(
        "visits/visit.html", visit=visit, removals=desk_queries.removals_of(visit_id),
        names=desk_queries.names_of(people), workers=desk_queries.workers(actor()),
        term_steps=desk_queries.term_steps(visit), is_open=visit.status in OPEN_STATUSES,
        problem=problem, given=request.form if problem else None,
    )  # fmt: skip


@blueprint.post("/contact-changes/<int(max=2147483647):change_id>/decision")
@signed_in(Permission.DECIDE_CONTACTS)
def contact_decision(change_id: int) -> Page:
    """Take over or decline a correction that a worker proposed."""
    accept = request.form.get("accept") == "1"
    contacts.decide_contact_change(actor=actor(), change_id=change_id, accept=accept)
    db.session.commit()
    flash(_("更正已采用。") if accept else _("更正没有采用，原资料不变。"), "good")
    return redirect(own_address(request.form.get("back"), "/today"), 303)


navigation.count_with("visits")(desk_queries.overdue)


@today.card(20, Permission.SEE_VISITS)
def _overdue_card(who: Actor) -> today.Card:
    return today.Card(_l("逾期未完成的走访"), desk_queries.overdue(who), "/visits?overdue=1", "bad",
                      _l("过了截止日期还没有结果"))  # fmt: skip


@today.card(40, Permission.IMPORT_ROSTER)
def _held_card(who: Actor) -> today.Card:
    return today.Card(_l("花名册里暂缓导入的行"), count_held(who), "/roster/held-rows", "wait",
                      _l("需要人核对后决定"))  # fmt: skip


@today.card(30, Permission.DISPATCH_VISITS)
def _planned_card(who: Actor) -> today.Card:
    return today.Card(_l("还没有派给人的走访"), desk_queries.planned(who), "/visits?status=planned",
                      "wait", _l("请交给走访人员"))  # fmt: skip
