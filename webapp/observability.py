"""Health, readiness and figures for the operator; none of them holds personal data."""

from collections.abc import Callable
from time import perf_counter

import structlog
from apiflask import APIBlueprint
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text

from webapp.extensions import blobs, db
from webapp.people.access import open_to_all

blueprint = APIBlueprint("observability", __name__, enable_openapi=False)
log = structlog.get_logger("anzai.requests")

REGISTRY = CollectorRegistry()
REQUESTS = Counter("anzai_requests", "Answers by route and status", ["route", "status"],
                   registry=REGISTRY)  # fmt: skip
SECONDS = Histogram("anzai_request_seconds", "Time to the answer", ["route"], registry=REGISTRY)

# What the program cannot serve without, and how each is asked.
NEEDED: dict[str, Callable[[], object]] = {
    "database": lambda: db.session.execute(text("SELECT 1")),
    "storage": lambda: blobs().exists("sha256/00/00/" + "0" * 64),
}


@blueprint.get("/healthz")
@open_to_all
def healthz() -> Response:
    """Say that the process is alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@open_to_all
def readyz() -> Response:
    """Say whether the database and the blob store answer; 503 names the one that does not."""
    for name, ask in NEEDED.items():
        try:
            ask()
        except Exception:
            log.exception("not_ready", needed=name)
            return Response(f"not ready: {name}\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
@open_to_all
def metrics() -> Response:
    """Return the figures in Prometheus' text form."""
    return Response(generate_latest(REGISTRY), mimetype="text/plain; version=0.0.4")


def register_observability(app: Flask) -> None:
    """Count and time every request by its route's name, never by its full address."""
    app.register_blueprint(blueprint)

    @app.before_request
    def start_clock() -> None:
        g.started = perf_counter()

    @app.after_request
    def count(answer: Response) -> Response:
        route = request.endpoint or "none"
        seconds = perf_counter() - g.get("started", perf_counter())
        REQUESTS.labels(route, str(answer.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        log.info("answered", route=route, status=answer.status_code, ms=round(seconds * 1000))
        return answer
