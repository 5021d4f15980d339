"""Serves the phone app: its page, its service worker and its manifest, under /app/."""

import mimetypes

from apiflask import APIBlueprint
from flask import Response, render_template, request, send_from_directory

from webapp.access.decorators import open_to_all
from webapp.phone_build import DIST, build_info

FOR_GOOD = 31_536_000
blueprint = APIBlueprint("pwa", __name__, enable_openapi=False)


@blueprint.get("/app/", defaults={"screen": ""})
@blueprint.get("/app/<path:screen>")
@open_to_all
def page(screen: str) -> Response:
    """Return the app's one page for every screen; the app itself reads the address."""
    answer = Response(render_template("app.html", build=build_info()), mimetype="text/html")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/app/sw.js")
@open_to_all
def service_worker() -> Response:
    """Return the service worker, always asked for anew so that updates are noticed."""
    answer = send_from_directory(DIST, build_info()["sw"], mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/app/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    """Return the installable app's manifest."""
    return send_from_directory(DIST, "manifest.webmanifest", mimetype="application/manifest+json")


@blueprint.get("/static/pwa/dist/<path:name>")
@open_to_all
def built(name: str) -> Response:
    """Return a file of the build: packed beforehand if the browser takes that, kept for good.

    The names of packed files carry a hash of their content, so they never need to be asked anew.
    """
    if not request.accept_encodings["br"] or not (DIST / f"{name}.br").is_file():
        return send_from_directory(DIST, name)
    kind = mimetypes.guess_type(name)[0]
    answer = send_from_directory(DIST, f"{name}.br", mimetype=kind, max_age=FOR_GOOD)
    answer.headers["Content-Encoding"] = "br"
    answer.vary.add("Accept-Encoding")
    return answer
