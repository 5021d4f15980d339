"""Health, readiness and figures for the operator; none of them holds personal data."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import TextIO, cast

import structlog
from apiflask import APIBlueprint
from flask import Flask, Response, g, request
from flask.logging import wsgi_errors_stream
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text

from webapp.config import settings
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


def write_log(level: str) -> None:
    """Write what happens from `level` on to standard error, a JSON object a line."""
    ours = logging.getLogger("anzai")
    ours.setLevel(level.upper())
    ours.propagate = False
    if not ours.handlers:
        # The stream is looked up for each line, because servers and tests put another in place.
        ours.addHandler(logging.StreamHandler(cast(TextIO, wsgi_errors_stream)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name, structlog.processors.TimeStamper(utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )  # fmt: skip


def register_observability(app: Flask) -> None:
    """Count and time every request by its route's name, never by its full address."""
    write_log(settings(app).log_level)
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
