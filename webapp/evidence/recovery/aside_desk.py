"""The desk's list of what lies aside: refused and kept, shown as such and never as evidence."""

from apiflask import APIBlueprint
from flask import render_template, request
from flask_babel import lazy_gettext as _l

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Actor, Permission
from webapp.areas.steps import area_steps
from webapp.desk import today
from webapp.evidence.recovery import aside_queries
from webapp.http.errors import sentence

blueprint = APIBlueprint(
    "evidence_aside", __name__, enable_openapi=False, template_folder="templates"
)

KINDS = {
    "photo": _l("照片"), "video": _l("视频"), "signature": _l("签名"), "document": _l("材料"),
    "audio": _l("录音"), "result": _l("核实结果"), "attempts": _l("走访记录"),
}  # fmt: skip


@blueprint.get("/set-aside")
@signed_in(Permission.SEE_ARCHIVE)
def set_aside() -> str:
    """List what phones sent and the rules refused, with the reason in words."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    rows = aside_queries.aside(actor=actor(), area_path=steps.path)
    return render_template(
        "evidence/aside.html", rows=rows, steps=steps, kinds=KINDS, why=why,
        most=aside_queries.MOST,
    )  # fmt: skip


def why(row: aside_queries.AsideRow) -> str:
    """Return the reason as the sentence with which the phone was refused."""
    return sentence(row.reason, {"visit_id": row.visit_id, "field": "…", "most": "…"})


@today.card(16, Permission.SEE_ARCHIVE)
def _aside_card(who: Actor) -> today.Card | None:
    waiting = aside_queries.count_aside(who)
    if not waiting:
        return None
    return today.Card(_l("另行保管的上报"), waiting, "/set-aside", "wait",
                      _l("没有作为证据采用，等人核查"))  # fmt: skip
