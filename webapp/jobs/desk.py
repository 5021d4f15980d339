"""A job's progress for the desk's bars, and the jobs that were given up for the administrator."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, flash, jsonify, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from webapp.access import decorators as access
from webapp.access.decorators import signed_in
from webapp.access.rules import Permission
from webapp.desk import today
from webapp.extensions import db
from webapp.jobs import queries, service
from webapp.jobs.schemas import JobProgress

blueprint = APIBlueprint("jobs", __name__, url_prefix="/jobs", enable_openapi=False,
                         template_folder="templates")  # fmt: skip
KIND_WORDS = {
    "evidence.derive": _l("准备预览"),
    "evidence.remake": _l("重做丢失的预览"),
    "evidence.find-lost-previews": _l("查找丢失的预览"),
    "evidence.media-overdue": _l("查看迟迟没到的文件"),
    "evidence.adopt-files": _l("收下另行保管的文件"),
    "evidence.reexamine": _l("复看另行保管的文件"),
    "evidence.settle-upload": _l("收尾上传的文件"),
    "evidence.sweep-spool": _l("清理没传完的文件"),
    "roster_check": _l("检查表格"),
    "roster_apply": _l("写入花名册"),
    "roster_undo": _l("逐批撤销导入"),
    "oversight_verify": _l("核对全部存证"),
    "area_follow": _l("核对移动过的区划"),
}


@blueprint.get("/<uuid:job_id>")
@signed_in(Permission.SEE_JOBS)
def progress(job_id: UUID) -> Response:
    """Give a job's progress as JSON."""
    found = queries.progress_for(job_id, access.actor().account_id)
    return jsonify(JobProgress.of(found).model_dump(mode="json"))


@blueprint.post("/<uuid:job_id>/retry")
@signed_in(Permission.RETRY_JOBS)
def retry(job_id: UUID) -> BaseResponse:
    """Let a job that was given up be tried again."""
    service.requeue(job_id=job_id, by=access.actor().account_id)
    db.session.commit()
    flash(_("已重新排队，稍后会再试。"), "good")
    return redirect("/today", 303)


@today.board(80, Permission.RETRY_JOBS)
def _dead_jobs(who: Any) -> today.Board:
    """What was given up waits for a person; a job's error names a place in the code only."""
    return today.Board("jobs/dead.html", {"jobs": queries.dead(), "words": KIND_WORDS})
