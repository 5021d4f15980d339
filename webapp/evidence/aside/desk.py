"""The desk's pages of what lies aside: refused and kept, shown as such and never as evidence."""

from apiflask import APIBlueprint
from flask import Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from webapp.access.decorators import actor, signed_in
from webapp.access.rules import Actor, Permission
from webapp.areas.steps import area_steps
from webapp.desk import today
from webapp.evidence import labels
from webapp.evidence.archive import media, sending
from webapp.evidence.aside import items, queries, settling
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.refusals import Refusal

blueprint = APIBlueprint(
    "evidence_aside", __name__, enable_openapi=False, template_folder="templates"
)

KINDS = {
    "photo": _l("照片"), "video": _l("视频"), "signature": _l("签名"), "document": _l("材料"),
    "audio": _l("录音"), "result": _l("核实结果"), "attempts": _l("走访记录"),
}  # fmt: skip
STATES = (("", _l("等人处理")), ("settled", _l("已处理")))
# Numbers of entries: what lies aside is named by the one that set it aside.
ENTRY = "/set-aside/<int(max=2147483647):entry>"
Page = str | AnyResponse | tuple[str, int]


@blueprint.get("/set-aside")
@signed_in(Permission.SEE_ARCHIVE)
def set_aside() -> str:
    """List what phones sent and the rules refused, with the reason in words."""
    steps = area_steps(actor=actor(), area_id=request.args.get("area", ""))
    state = request.args.get("state", "")
    rows = queries.aside(actor=actor(), area_path=steps.path, is_settled=state == "settled")
    return render_template(
        "evidence/aside.html", rows=rows, steps=steps, kinds=KINDS, why=why, states=STATES,
        state=state, most=queries.MOST,
    )  # fmt: skip


@blueprint.get(ENTRY)
@signed_in(Permission.SEE_ARCHIVE)
def item_page(entry: int) -> Page:
    """Show one record or report that lies aside, with all that was sent."""
    return _item_page(entry)


def _item_page(entry: int, problem: str = "") -> str:
    item = items.find_item(actor=actor(), index=entry)
    is_own = item.row.worker_id == actor().account_id
    return render_template(
        "evidence/aside_item.html", item=item, entry=entry, kinds=KINDS, problem=problem,
        why=why(item), is_own=is_own, notes=labels.NOTE_WORDS, masked=items.masked,
        given=request.form,
    )  # fmt: skip


@blueprint.post(f"{ENTRY}/settlement")
@signed_in(Permission.REVIEW_RESULTS)
def settlement(entry: int) -> Page:
    """Settle what lies aside, with a reason, and show it again."""
    try:
        settling.dismiss(actor=actor(), index=entry, reason=request.form.get("reason", ""))
    except Refusal as refusal:
        return _unsettled(entry, refusal)
    db.session.commit()
    flash(_("已处理，内容照样保存着。"), "good")
    return redirect("/set-aside", 303)


def _unsettled(entry: int, refusal: Refusal) -> Page:
    """Say beside the item why it is not settled; what was typed stays."""
    db.session.rollback()
    if refusal.status not in {409, 422}:
        raise refusal
    return _item_page(entry, sentence(refusal.code, refusal.facts)), refusal.status


@blueprint.get(f"{ENTRY}/files/<sha256>")
@signed_in(Permission.SEE_MEDIA)
def aside_file(entry: int, sha256: str) -> Response:
    """Send a file that lies aside; the look is journaled before the first byte."""
    showing = items.find_file(actor=actor(), index=entry, sha256=sha256)
    media.log_look(showing)
    return sending.send(showing)


def why(row: queries.AsideRow | items.Item) -> str:
    """Return the reason as the sentence with which the phone was refused."""
    return sentence(row.reason, {"field": "…", "most": "…"})


@today.card(16, Permission.SEE_ARCHIVE)
def _aside_card(who: Actor) -> today.Card | None:
    waiting = queries.count_aside(who)
    if not waiting:
        return None
    return today.Card(_l("另行保管的上报"), waiting, "/set-aside", "wait",
                      _l("没有作为证据采用，等人核查"))  # fmt: skip
