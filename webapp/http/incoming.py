"""Reads the API's JSON strictly, and no more of it than an honest client sends.

What a database cannot hold or a hash cannot be made of is refused as malformed here, once for
every route: NaN, lone surrogates, NUL characters, and nesting that only an attacker makes.
"""

from __future__ import annotations

import json
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData

from webapp.refusals import Refusal
from webapp.strict_json import Limits, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Request
    from flask.sessions import SecureCookieSession

LARGEST_BODY = 512_000
LIMITS = Limits(depth=32)
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
LAID_OUT = "\t\n\r"
UPLOADS = "/api/v1/uploads"
OVERRIDES = frozenset({"PATCH", "HEAD", "DELETE"})
# Whatever a phone asks for by another method than GET and POST.
OVERRIDDEN = (UPLOADS, "/api/v1/devices/")


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, which reads one meaning or none."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value that `s` writes; raises `ValueError` for what nobody may send."""
        if kwargs:
            raise TypeError("the limits of the API's JSON are said once")
        text = s if isinstance(s, str) else s.decode(json.detect_encoding(s), "surrogatepass")
        return read_json(text, LIMITS)


class ForgivingSession(SecureCookieSessionInterface):
    """Flask's session, which begins anew where its cookie holds what nobody may send.

    A cookie of an earlier version could quote a NUL that somebody had typed; the browser would be
    answered 500 until somebody deleted it by hand.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the cookie, or an empty one."""
        try:
            return super().open_session(app, request)
        except BadData:
            return self.session_class()


def _has_control(text: str) -> bool:
    return any(unicodedata.category(sign) == "Cc" and sign not in LAID_OUT for sign in text)


def refuse_control_signs() -> None:
    """Refuse an address or a form with signs that nobody sees and that some databases cannot hold.

    Tab and line breaks are what people type. The API's JSON is read by `StrictJson`.

    Raises:
        Refusal: `not_found` (404) for a path that nothing can have, else `control_signs` (422).
    """
    if _has_control(request.path):
        raise Refusal("not_found", 404)
    given = [*request.args, *chain.from_iterable(request.args.listvalues())]
    if request.mimetype in FORMS and not request.path.startswith("/api/"):
        given += [*request.form, *chain.from_iterable(request.form.listvalues())]
        given += [file.filename or "" for file in request.files.values()]
    if any(map(_has_control, given)):
        raise Refusal("control_signs")


class MethodOverride:
    """Takes the method of a phone's POST from `X-HTTP-Method-Override`, as tus 1.0.0 demands.

    Some boxes between phone and server let nothing but GET and POST through.
    """

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request under the method that it means."""
        meant = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        is_phones = environ.get("PATH_INFO", "").startswith(OVERRIDDEN)
        if is_phones and environ["REQUEST_METHOD"] == "POST" and meant in OVERRIDES:
            environ["REQUEST_METHOD"] = meant
        return self._inner(environ, start)


def register_incoming(app: Flask) -> None:
    """Read the JSON of `app` strictly; limit every API body but those of uploads."""
    app.json = StrictJson(app)
    app.session_interface = ForgivingSession()
    app.before_request(refuse_control_signs)
    app.wsgi_app = MethodOverride(app.wsgi_app)  # type: ignore[assignment, method-assign]

    @app.before_request
    def limit_body() -> None:
        if request.path.startswith("/api/") and not request.path.startswith(UPLOADS):
            request.max_content_length = LARGEST_BODY
