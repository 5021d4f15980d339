"""Turns refusals and HTTP errors into problem+json (RFC 9457) or a calm page."""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from types import ModuleType
from typing import Any

import structlog
from apiflask import HTTPError
from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from webapp.extensions import db
from webapp.http import outages
from webapp.refusals import Refusal
from webapp.tracebacks import place_of

log = structlog.get_logger("anzai.errors")

HTTP_CODES = {
    400: ("malformed", _l("请求的内容读不懂，什么也没有保存。")),
    401: ("not_signed_in", _l("请先登录。")),
    403: ("not_allowed", _l("您的账号没有这项权限。")),
    404: ("not_found", _l("没有找到这一项。")),
    405: ("method_not_allowed", _l("这个地址不支持这种操作。")),
    413: ("too_large", _l("内容太大，没有保存。")),
    415: ("wrong_media_type", _l("内容的类型不对，没有保存。")),
    422: ("malformed", _l("请求的内容读不懂，什么也没有保存。")),
    429: ("too_many_requests", _l("请求太频繁，请稍后再试。")),
    503: ("unavailable", _l("服务暂时不能用，请稍后再试。")),
    500: ("internal", _l("程序出了差错，什么也没有保存。请稍后再试。")),
}

# The tus protocol's own status, which no registry holds.
OTHER_PHRASES = {460: "Checksum Mismatch"}

# What stands still for a while (`outages`); nothing of the request was kept.
OUTAGES = {
    "database_busy": _l("数据库正忙，这一步没有保存。请过几秒再试。"),
    "database_gone": _l("数据库暂时连不上，这一步没有保存。请稍后再试。"),
    "limits_gone": _l("登录限速服务暂时连不上，这一步没有保存。请稍后再试，或请管理员查看。"),
    "storage_full": _l("服务器的存储空间满了或不可写，这一步没有保存。请联系管理员。"),
    "schema_old": _l("程序已更新，数据库还没有升级，这一步没有保存。请联系管理员。"),
    "write_swallowed": _l("数据库没有收下写入的内容，可能被人改动，这一步没有保存。请联系管理员。"),
    "changed_meanwhile": _l("别人刚刚改动了这里，这一步没有保存。请刷新页面后再试。"),
}

# Free text anywhere (`free_text`).
TYPED = {
    "words_too_long": _l("最多写 %(most)s 个字，您写了 %(length)s 个，没有保存。请改短后再交。")
}

SENTENCES: dict[str, LazyString] = dict(HTTP_CODES.values()) | OUTAGES | TYPED
# The facts of a code that are codes themselves, and the words with which its sentence names them.
FACT_WORDS: dict[str, Mapping[str, Mapping[str, LazyString]]] = {}


def add_sentences(room: ModuleType) -> None:
    """Take in a room's `SENTENCES` by code, and its `FACT_WORDS` where it has some."""
    SENTENCES.update(room.SENTENCES)
    FACT_WORDS.update(getattr(room, "FACT_WORDS", {}))


def sentence(code: str, facts: dict[str, Any]) -> str:
    """Return the one clear sentence for `code` in the user's language."""
    text = SENTENCES.get(code)
    if text is None:
        return code
    named = {
        name: str(words.get(facts[name], facts[name]))
        for name, words in FACT_WORDS.get(code, {}).items() if name in facts
    }  # fmt: skip
    try:
        return str(text) % (facts | named)
    except (KeyError, TypeError, ValueError):
        return str(text)


def problem(status: int, code: str, detail: str, **facts: Any) -> Response:
    """Return an RFC 9457 answer with a stable `code`."""
    body = {"type": "about:blank", "title": _phrase(status), "status": status, "detail": detail,
            "code": code, **facts}  # fmt: skip
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _phrase(status: int) -> str:
    """Return the status in words, which RFC 9457 wants as the title of `about:blank`."""
    return OTHER_PHRASES.get(status) or HTTPStatus(status).phrase


def wants_json() -> bool:
    """Say whether no page is wanted: by a program, or for a picture inside a page.

    A page holds a form, and with it a new session's cookie. One for each picture that is refused
    would push aside the cookie of the sign-in page that is open at the same time.
    """
    if request.headers.get("Sec-Fetch-Dest") in {"image", "video", "audio"}:
        return True
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _answer(status: int, code: str, facts: dict[str, Any]) -> Response:
    """Undo what the request wrote, then answer in the form that the caller reads."""
    db.session.rollback()
    detail = sentence(code, facts)
    if wants_json():
        return problem(status, code, detail, **facts)
    page = render_template("error.html", status=status, code=code, detail=detail)
    return Response(page, status=status, mimetype="text/html")


def answer_refusal(refusal: Refusal) -> Response:
    """Undo what the request wrote and say why, in the form that the caller reads."""
    plain = {key: value for key, value in refusal.facts.items() if _is_plain(value)}
    return _answer(refusal.status, refusal.code, plain)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool | list | dict | None)


def unfit_fields(error: ValidationError) -> list[str]:
    """Name the fields that do not fit, but never their values (they may be personal)."""
    return [".".join(str(part) for part in item["loc"]) for item in error.errors()]


def _on_invalid(error: ValidationError) -> Response:
    return _answer(422, "malformed", {"fields": unfit_fields(error)})


def _on_input(error: HTTPError) -> Response:
    """Say in our own form what APIFlask found wrong with a body or a query (design §4)."""
    detail: Any = error.detail
    fields = sorted({str(name) for place in detail.values() for name in place})
    return _answer(error.status_code, "malformed", {"fields": fields})


def _on_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=dict(error.get_headers()))
    code, _ = HTTP_CODES.get(status, (f"http_{status}", ""))
    answer = _answer(status, code, {})
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def _on_error(error: Exception) -> Response:
    """Answer 503 to what stands still, 409 to who was overtaken; the rest is the program's fault.

    Raises:
        Exception: the error itself, which then is logged and answered with 500.
    """
    if outages.is_overtaken(error):
        log.warning("overtaken", error=place_of(error))
        return _answer(409, "changed_meanwhile", {})
    outage = outages.outage_of(error)
    if outage is None:
        raise error
    log.error("unavailable", code=outage.code, error=place_of(error))
    # The limiter writes its own time to wait into every answer, later than this.
    g.retry_after = outage.seconds
    return _unavailable(outage.code)


def _unavailable(code: str) -> Response:
    """Say in words what stands still, without asking the database for anything."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
    detail = sentence(code, {})
    if wants_json():
        return problem(503, code, detail)
    again = request.full_path if request.method == "GET" else None
    page = render_template("unavailable.html", detail=detail, again=again)
    return Response(page, status=503, mimetype="text/html")


def register_errors(app: Flask) -> None:
    """Answer every refusal and every HTTP error of `app`, without a stack trace."""
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(ValidationError, _on_invalid)
    app.register_error_handler(HTTPError, _on_input)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_error)
