"""The Flask extensions and the blob store, made once and bound in create_app."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import CursorResult, Executable
from sqlalchemy.exc import OperationalError

from storage.local import LocalBlobStore
from storage.memory import MemoryBlobStore
from storage.protocol import BlobStore
from webapp.config import Settings, settings
from webapp.database.base import WILL_WRITE, Base, tune_sqlite
from webapp.database.swallowed import refuse_swallowed_inserts
from webapp.http.incoming import register_incoming

MIGRATIONS = Path(__file__).parents[1] / "migrations"
P = ParamSpec("P")
R = TypeVar("R")

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
babel = Babel()
csrf = CSRFProtect()
login = LoginManager()
# Sessions are rows that end when they are told to; an address that changes on the way ends none.
login.session_protection = None
compress = Compress()
limiter = Limiter(get_remote_address, default_limits=[])

# Set in the environ of a request that writes late, if at all.
STARTS_READ_ONLY = "anzai.starts_read_only"

LOCALES = ("zh_Hans_CN", "en")


def locale_of_request() -> str:
    """Return the language asked for: `?lang=`, then the cookie, then Chinese.

    The browser's Accept-Language is not asked, because office machines are often set up in
    English while their users read Chinese (Simplified Chinese first: look §Speech).
    """
    if not request:
        return LOCALES[0]
    wanted = request.args.get("lang") or request.cookies.get("anzai_lang") or ""
    if not wanted and request.path.startswith("/api/"):
        wanted = request.accept_languages.best_match(["zh", "en"], "zh") or "zh"
    return "en" if wanted.startswith("en") else LOCALES[0]


def blobs() -> BlobStore:
    """Return this application's blob store."""
    return cast(BlobStore, current_app.extensions["anzai_blobs"])


def make_blob_store(chosen: Settings) -> BlobStore:
    """Return the store that `ANZAI_BLOBS` names: `folder` (default), `memory:` or `s3://bucket`."""
    if chosen.blobs.startswith("s3://"):
        from storage.s3 import S3BlobStore

        return S3BlobStore.from_url(chosen.blobs, endpoint_url=chosen.s3_endpoint)
    if chosen.blobs == "memory:":
        return MemoryBlobStore()
    return LocalBlobStore(chosen.data_dir / "blobs")


def is_read_only() -> bool:
    """Say whether the present request changes nothing: GET never commits what it is asked for."""
    if not has_request_context():
        return False
    return request.method in {"GET", "HEAD", "OPTIONS"} or STARTS_READ_ONLY in request.environ


def starts_read_only(view: Callable[P, R]) -> Callable[P, R]:
    """Declare that a route only reads until it calls `begin_writing`; goes above the others.

    A chunk of an upload is looked up by its token and its id and then written to a file: it
    would be wrong to let it queue behind a long import, which on SQLite every writer does.
    """

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        request.environ[STARTS_READ_ONLY] = True
        return view(*args, **kwargs)

    return wrapped


def execute_core(statement: Executable, **values: Any) -> CursorResult[Any]:
    """Execute a statement in the session's transaction, past the session's objects.

    For the few statements that every chunk, upload or journal entry runs: made once, they cost
    a fifth of what loading and flushing objects costs. Nothing is flushed before.
    """
    return db.session.connection().execute(statement, values)


def is_migrated() -> bool:
    """Say whether the database is there and in the form that this program needs."""
    try:
        found = MigrationContext.configure(db.session.connection()).get_current_revision()
    except OperationalError:
        db.session.rollback()
        return False
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def begin_writing() -> None:
    """Start the transaction of a request that only read so far, but now must write."""
    db.session.rollback()
    db.session.connection(execution_options={WILL_WRITE: True})


def begin_reading() -> None:
    """Start a transaction that only reads, outside a request as well: it keeps nobody waiting."""
    db.session.rollback()
    db.session.connection(execution_options={WILL_WRITE: False})


def begin_snapshot() -> None:
    """Start a transaction that only reads, and reads all of it as it stood at one moment.

    On PostgreSQL each statement otherwise sees what was committed before it, so that a row and
    its journal entry, written together by somebody else meanwhile, would be read apart.
    """
    options: dict[str, Any] = {WILL_WRITE: False}
    if db.engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    db.session.rollback()
    db.session.connection(execution_options=options)


def _ask_for_patience_only_when_refusing(answer: Response) -> Response:
    """Take back the limiter's `Retry-After` from answers that ask nobody to wait.

    Where something stands still (`outages`), its own time to come back replaces the limiter's.
    """
    if "retry_after" in g:
        answer.headers["Retry-After"] = str(g.retry_after)
    elif answer.status_code not in {429, 503}:
        answer.headers.pop("Retry-After", None)
    return answer


def bind(app: Flask) -> None:
    """Bind every extension to `app`."""
    # Before the limiter, which reads the body to learn whose sign-in it counts.
    register_incoming(app)
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations", render_as_batch=True)
    babel.init_app(app, locale_selector=locale_of_request)
    csrf.init_app(app)
    login.init_app(app)
    compress.init_app(app)
    # Flask runs these in reverse order: the limiter has written its headers by then.
    app.after_request(_ask_for_patience_only_when_refusing)
    limiter.init_app(app)
    app.extensions["anzai_blobs"] = make_blob_store(settings(app))
    with app.app_context():
        refuse_swallowed_inserts(db.engine)
        if db.engine.dialect.name == "sqlite":
            tune_sqlite(db.engine, is_read_only)
