"""The desk's pages of areas: the tree, other names for imports, and areas that are missing."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Permission
from webapp.areas import (
    moves as area_moves,
)
from webapp.areas import (
    register as area_register,
)
from webapp.areas import (
    removal as area_removal,
)
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.refusals import Refusal

blueprint = APIBlueprint("area_desk", __name__, enable_openapi=False, template_folder="templates")
Page = str | Response | tuple[str, int]
LEVEL_WORDS = {"city": _l("市"), "district": _l("区县"), "zone": _l("功能区"),
               "street": _l("街道（乡镇）"), "community": _l("社区（村居）")}  # fmt: skip


@blueprint.get("/areas")
@signed_in(Permission.MANAGE_AREAS)
def areas() -> Page:
    """Show an area with what lies below it."""
    return _page(_whole(request.args.get("area")) if request.args.get("area") else None)


def _page(area_id: int | None, problem: str = "") -> str:
    shown = area_register.area_page(area_id)
    places = area_moves.places_for(actor=actor(), area=shown.area)
    return render_template("areas/areas.html", shown=shown, levels=LEVEL_WORDS, places=places,
                           problem=problem, given=request.form)  # fmt: skip


def _whole(raw: str | None) -> int:
    """Return a whole number; anything else is an id that does not exist."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


@blueprint.post("/areas")
@signed_in(Permission.MANAGE_AREAS)
def add_area() -> Page:
    """Add an area below another."""
    parent_id = _whole(request.form.get("parent_id"))
    try:
        made = area_register.add_area(
            actor=actor(), parent_id=parent_id, name=request.form.get("name", ""),
            gb_code=request.form.get("gb_code", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return _again(parent_id, refusal)
    db.session.commit()
    flash(_("已增加%(name)s。", name=made.name), "good")
    return redirect(f"/areas?area={parent_id}", 303)


def _again(area_id: int, refusal: Refusal) -> Page:
    if refusal.status != 422:
        raise refusal
    db.session.rollback()
    return _page(area_id, sentence(refusal.code, refusal.facts)), 422


@blueprint.post("/areas/<int(max=2147483647):area_id>/name")
@signed_in(Permission.MANAGE_AREAS)
def rename(area_id: int) -> Page:
    """Give the area another name; imports keep knowing the old one."""
    try:
        named = area_register.rename_area(
            actor=actor(), area_id=area_id, name=request.form.get("new_name", "")
        )
    except Refusal as refusal:
        return _again(area_id, refusal)
    db.session.commit()
    flash(_("已改名为%(name)s，原来的名称记为别名。", name=named.name), "good")
    return redirect(f"/areas?area={area_id}", 303)


@blueprint.post("/areas/<int(max=2147483647):area_id>/parent")
@signed_in(Permission.MANAGE_AREAS)
def move(area_id: int) -> Page:
    """Let the area lie under another one."""
    try:
        moved = area_moves.move_area(
            actor=actor(), area_id=area_id, parent_id=_whole(request.form.get("new_parent_id"))
        )
    except Refusal as refusal:
        return _again(area_id, refusal)
    db.session.commit()
    flash(_("已移动%(name)s，那里的人员和走访一起移了过去。", name=moved.name), "good")
    return redirect(f"/areas?area={area_id}", 303)


@blueprint.post("/areas/<int(max=2147483647):area_id>/removal")
@signed_in(Permission.MANAGE_AREAS)
def removal(area_id: int) -> Page:
    """Take an area away that nothing lies in, and show the one above it."""
    try:
        gone = area_removal.remove_area(actor=actor(), area_id=area_id)
    except Refusal as refusal:
        return _again(area_id, refusal)
    name, above = gone.name, gone.parent_id
    db.session.commit()
    flash(_("已删去%(name)s。", name=name), "good")
    return redirect(f"/areas?area={above}", 303)


@blueprint.post("/areas/<int(max=2147483647):area_id>/aliases")
@signed_in(Permission.MANAGE_AREAS)
def add_alias(area_id: int) -> Page:
    """Let imports know the area under another name."""
    try:
        made = area_register.add_alias(
            actor=actor(), area_id=area_id, name=request.form.get("alias", "")
        )
    except Refusal as refusal:
        return _again(area_id, refusal)
    db.session.commit()
    flash(_("以后导入时认得“%(name)s”。", name=made.name), "good")
    return redirect(f"/areas?area={area_id}", 303)


@blueprint.post(
    "/areas/<int(max=2147483647):area_id>/aliases/<int(max=2147483647):alias_id>/removal"
)
@signed_in(Permission.MANAGE_AREAS)
def alias_removal(area_id: int, alias_id: int) -> Page:
    """Take another name away."""
    area_register.remove_alias(actor=actor(), area_id=area_id, alias_id=alias_id)
    db.session.commit()
    flash(_("已去掉这个别名。"), "good")
    return redirect(f"/areas?area={area_id}", 303)
