"""Health, readiness and figures for the operator; none of them holds personal data."""

import logging
from collections.abc import Callable
from ipaddress import ip_address
from shutil import disk_usage
from tempfile import TemporaryFile
from time import perf_counter
from typing import TextIO, cast

import structlog
from apiflask import APIBlueprint
from flask import Flask, Response, g, request
from flask.logging import wsgi_errors_stream
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text

from webapp.access.decorators import open_to_all
from webapp.config import networks, settings
from webapp.database.schema.comparison import differences, spelled
from webapp.extensions import blobs, db, is_migrated, limiter
from webapp.refusals import Refusal
from webapp.serving.wrong_keys import wrong_keys

blueprint = APIBlueprint("observability", __name__, enable_openapi=False)
log = structlog.get_logger("anzai.requests")

RETRY_SECONDS = 10
MOST_LOGGED = 20
# What proxies add to a request that they pass on: RFC 7239, RFC 9110 §7.6.3 and older customs.
FORWARDED = {"forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host"}
REGISTRY = CollectorRegistry()
REQUESTS = Counter("anzai_requests", "Answers by route and status", ["route", "status"],
                   registry=REGISTRY)  # fmt: skip
SECONDS = Histogram("anzai_request_seconds", "Time to the answer", ["route"], registry=REGISTRY)


class NotReadyError(RuntimeError):
    """Something answers, but not so that the program could serve."""


def _schema() -> None:
    if not is_migrated():
        raise NotReadyError("the database has another form than this program needs")


def _disk() -> None:
    """Demand room for the largest file that may come, and that something can be written."""
    chosen = settings()
    if disk_usage(chosen.data_dir).free < chosen.video_max_bytes:
        raise NotReadyError("the disk is nearly full")
    with TemporaryFile(dir=chosen.data_dir) as file:
        file.write(b"ready")
        file.flush()


def _limits() -> None:
    if limiter.enabled and not limiter.storage.check():
        raise NotReadyError("the store of the sign-in limits does not answer")


def _keys() -> None:
    if wrong := wrong_keys():
        raise NotReadyError(f"keys of another database: {', '.join(wrong)}")


# What the program cannot serve without, and how each is asked.
NEEDED: dict[str, Callable[[], object]] = {
    "database": lambda: db.session.execute(text("SELECT 1")),
    "schema": _schema,
    "keys": _keys,
    "storage": lambda: blobs().exists("sha256/00/00/" + "0" * 64),
    "disk": _disk,
    "limits": _limits,
}


@blueprint.get("/healthz")
@open_to_all
def healthz() -> Response:
    """Say that the process is alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@open_to_all
def readyz() -> Response:
    """Say whether the program can serve; 503 names what it lacks (`NEEDED`).

    What it can serve with, but ought to be looked into, is a warning beside "ready".
    """
    for name, ask in NEEDED.items():
        try:
            ask()
        except Exception:
            log.exception("not_ready", needed=name)
            answer = Response(f"not ready: {name}\n", 503, mimetype="text/plain")
            answer.headers["Retry-After"] = str(RETRY_SECONDS)
            return answer
    return Response("".join(["ready\n", *_warnings()]), mimetype="text/plain")


def _warnings() -> list[str]:
    """Name what is not as it should be, though the program can serve."""
    differing = differences(db.session.connection())
    if not differing:
        return []
    log.warning("schema_differs", found=list(spelled(differing))[:MOST_LOGGED])
    return [f"warning: schema differs in {len(differing)} places\n"]


@blueprint.get("/metrics")
@open_to_all
def metrics() -> Response:
    """Return the figures in Prometheus' text form, to whoever asks from `ANZAI_METRICS_FROM`."""
    if not _may_see_figures(request.remote_addr):
        raise Refusal("not_found", 404)
    return Response(generate_latest(REGISTRY), mimetype="text/plain; version=0.0.4")


def _may_see_figures(address: str | None) -> bool:
    """Say whether the address lies in the operator's own networks, by default this machine.

    A request that a proxy passed on without being trusted comes from who knows where.
    """
    if not settings().trusted_proxies and FORWARDED & {name.lower() for name, _ in request.headers}:
        return False
    try:
        asking = ip_address((address or "").split("%")[0])
    except ValueError:
        return False
    asking = getattr(asking, "ipv4_mapped", None) or asking
    return any(asking in network for network in networks(settings().metrics_from))


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
