"""The Flask application, put together by create_app; this file is its table of contents."""

from importlib import import_module

from apiflask import APIFlask

from webapp import extensions
from webapp.config import Settings, configure, read_settings
from webapp.desk.language import register_language
from webapp.http.errors import register_errors
from webapp.http.headers import register_headers
from webapp.http.openapi import register_openapi
from webapp.serving import pwa
from webapp.serving.observability import register_observability

# Every blueprint and command group of the application, by module.
API = ("people.api", "visits.api", "evidence.api", "evidence.intake.upload_api", "journal.api")
DESK = ("people.desk", "roster.desk", "areas.desk", "visits.desk", "evidence.desk",
        "evidence.aside_desk", "evidence.archive.media", "oversight.desk", "jobs.desk",
        "serving.local_network")  # fmt: skip
CLI = ("people.cli", "roster.cli", "evidence.cli", "journal.cli", "jobs.cli", "demo", "serving.cli",
       "database.cli")  # fmt: skip


# What adds to the page "today" on its own.
BOARDS = ("desk.schema_board",)
# What declares the tables whose changes are journaled, and what notices them.
PROTECTED = ("journal.state_events", "roster.protected", "visits.protected")


def create_app(chosen: Settings | None = None) -> APIFlask:
    """Return the application with the settings given, or those of the environment."""
    app = APIFlask(
        __name__, title="Anzai 安在", version="1.0", spec_path="/api/v1/openapi.json",
        docs_path=None, json_errors=False,
    )  # fmt: skip
    configure(app, chosen or read_settings())
    extensions.bind(app)
    register_errors(app)
    register_language(app)
    register_headers(app)
    register_observability(app)
    register_openapi(app)
    pwa.register(app)
    for name in (*PROTECTED, *BOARDS):
        import_module(f"webapp.{name}")
    for name in API:
        blueprint = import_module(f"webapp.{name}").blueprint
        extensions.csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    for name in DESK:
        app.register_blueprint(import_module(f"webapp.{name}").blueprint)
    for name in CLI:
        app.cli.add_command(import_module(f"webapp.{name}").commands)
    return app
