"""The Flask application, put together by create_app; this file is its table of contents."""

from importlib import import_module

from apiflask import APIFlask

from webapp import extensions, pwa
from webapp.config import Settings, configure, read_settings
from webapp.desk_language import register_language
from webapp.errors import register_errors
from webapp.headers import register_headers
from webapp.observability import register_observability
from webapp.openapi import register_openapi

# Every blueprint and command group of the application, by module.
API = ("people.api", "visits.api", "evidence.api", "evidence.intake.upload_api", "journal.api")
DESK = ("people.desk", "roster.desk", "roster.area_desk", "visits.desk", "evidence.desk",
        "evidence.aside_desk", "evidence.archive.media", "oversight.desk", "jobs.desk",
        "local_network")  # fmt: skip
CLI = ("people.cli", "roster.cli", "evidence.cli", "journal.cli", "jobs.cli", "demo", "serve",
       "repair")  # fmt: skip


# What adds to the page "today" on its own.
BOARDS = ("people.schema_board",)
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
