"""The auditor's pages: the journal, who looked at whom, verification and checkpoints."""

from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Permission
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.oversight import (
    checkpoints,
    forms,
    journal_queries,
    labels,
    looks,
    shown,
    verifying,
)
from webapp.refusals import Refusal
from webapp.roster.look_up import read_search

blueprint = APIBlueprint(
    "oversight_desk", __name__, enable_openapi=False, template_folder="templates",
    url_prefix="/audit",
)  # fmt: skip
blueprint.app_context_processor(lambda: {
    "entry_words": labels.type_words, "counted_words": labels.counted_words,
    "finding_words": labels.finding_words,
})  # fmt: skip
Page = str | Response | tuple[str, int]


@blueprint.get("")
@signed_in(Permission.AUDIT)
def start() -> Page:
    """Lead to the journal."""
    return redirect("/audit/journal")


@blueprint.get("/journal")
@signed_in(Permission.AUDIT)
def journal() -> Page:
    """Show the journal, the newest entries first."""
    chosen = forms.read_journal_filter(request.args)
    rows, after = journal_queries.entries(chosen=chosen, after=request.args.get("after", ""))
    found = shown.shown(actor=actor(), rows=rows)
    return render_template("oversight/journal.html", entries=found, after=after, chosen=chosen,
                           groups=labels.kinds_in_groups(), args=request.args,
                           who=shown.name_of_account(chosen.actor))  # fmt: skip


@blueprint.get("/looks")
@signed_in(Permission.AUDIT)
def access_log() -> Page:
    """Show who looked at whom, and who took what out."""
    search, person_id = read_search(request.args), forms.read_person(request.args)
    people = looks.people_looked_for(actor=actor(), words=search, person_id=person_id)
    chosen = forms.read_looks_filter(request.args, looks.objects_of(people[: looks.MOST]))
    rows, after = journal_queries.entries(chosen=chosen, after=request.args.get("after", ""))
    found = shown.shown(actor=actor(), rows=rows)
    return render_template("oversight/looks.html", entries=found, after=after, chosen=chosen,
                           people=people[: looks.MOST], words=search, args=request.args,
                           most=looks.MOST if len(people) > looks.MOST else 0,
                           who=shown.name_of_account(chosen.actor))  # fmt: skip


@blueprint.get("/verification")
@signed_in(Permission.AUDIT)
def verification() -> Page:
    """Show the latest verifications, and how far the present one is."""
    return render_template("oversight/verification.html", runs=verifying.latest_runs(),
                           most=verifying.MOST_SHOWN)  # fmt: skip


@blueprint.post("/verification")
@signed_in(Permission.AUDIT)
def start_verification() -> Page:
    """Have everything verified, outside the request."""
    verifying.start(actor=actor())
    db.session.commit()
    return redirect("/audit/verification", 303)


@blueprint.get("/checkpoints")
@signed_in(Permission.AUDIT)
def checkpoint_list() -> Page:
    """Show the checkpoints that were kept."""
    return _checkpoint_list()


def _checkpoint_list(**facts: Any) -> str:
    return render_template("oversight/checkpoints.html", checkpoints=checkpoints.latest(),
                           most=checkpoints.MOST_SHOWN, **facts)  # fmt: skip


@blueprint.post("/checkpoints")
@signed_in(Permission.AUDIT)
def keep_checkpoint() -> Page:
    """Sign the journal as it is now, and keep that."""
    size = checkpoints.keep(actor=actor())
    db.session.commit()
    flash(_("已签发检查点，可以打印或另外保存。"), "good")
    return redirect(f"/audit/checkpoints/{size}", 303)


@blueprint.get("/checkpoints/<int(max=999999999999):size>")
@signed_in(Permission.AUDIT)
def checkpoint(size: int) -> Page:
    """Show one checkpoint to be printed, with its code to be scanned."""
    found = checkpoints.find(size)
    return render_template("oversight/checkpoint.html", checkpoint=found,
                           code=checkpoints.scannable(found))  # fmt: skip


@blueprint.post("/checkpoints/comparison")
@signed_in(Permission.AUDIT)
def compare_checkpoint() -> Page:
    """Say whether the journal still begins as a checkpoint kept elsewhere says."""
    note = request.form.get("note", "")
    try:
        size = checkpoints.compare(note)
    except Refusal as refusal:
        problem = sentence(refusal.code, refusal.facts)
        return _checkpoint_list(note=note, problem=problem), 422
    return _checkpoint_list(note=note, agreed=size)
