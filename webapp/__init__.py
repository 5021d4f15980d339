"""The Flask application, put together by create_app; this file is its table of contents."""

from importlib import import_module

from apiflask import APIFlask

from webapp import extensions
from webapp.config import Settings, configure, read_settings

# The rooms that add anything, in the order in which they do; each says what in `registration`.
ROOMS = (
    "http", "desk", "serving", "journal", "jobs", "database", "areas", "people", "roster",
    "packs", "visits", "evidence", "counter", "oversight", "demo",
)  # fmt: skip


def create_app(chosen: Settings | None = None) -> APIFlask:
    """Return the application with the settings given, or those of the environment."""
    app = APIFlask(
        __name__, title="Anzai 安在", version="1.0", spec_path="/api/v1/openapi.json",
        docs_path=None, json_errors=False,
    )  # fmt: skip
    configure(app, chosen or read_settings())
    extensions.bind(app)
    for room in ROOMS:
        import_module(f"webapp.{room}.registration").register(app)
    return app
