"""The settings, read from `ANZAI_…` environment variables and nowhere else."""

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, cast

import click
from flask import Flask, current_app
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.lost_keys import USED_BY, lost_keys

MEGABYTE = 1_000_000
KEY_BYTES = 32


class SettingError(click.ClickException):
    """A setting or the data folder cannot be used; the commands say so in one line."""


# A misspelt store or map would otherwise quietly become the default.
CHOICES = {
    "blobs": re.compile(r"folder|memory:|s3://[^/]+(/.*)?"),
    "tile_source": re.compile("none|tianditu|amap|osm"),
    "log_level": re.compile("debug|info|warning|error"),
}
NETWORKS = "metrics_from"
BOOLEAN = re.compile("1|true|yes|0|false|no|")
WHOLE_NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True)
class Settings:
    """All that an operator may choose; docs/operations.md explains each line."""

    data_dir: Path
    database_url: str
    blobs: str = "folder"
    s3_endpoint: str | None = None
    redis_url: str | None = None
    journal_origin: str = "anzai.local/journal"
    time_zone: str = "Asia/Shanghai"
    held: str = ""
    secure_cookies: bool = False
    photo_max_bytes: int = 20 * MEGABYTE
    video_max_bytes: int = 100 * MEGABYTE
    record_max_bytes: int = 64_000
    delivery_max_bytes: int = 4 << 20
    video_max_seconds: int = 15
    import_max_bytes: int = 200 * MEGABYTE
    ticket_hours: int = 72
    ticket_count: int = 40
    near_town_metres: int = 200
    near_village_metres: int = 500
    sign_in_limit: str = "10 per minute"
    captures_per_hour: int = 600
    tile_source: str = "none"
    tile_key: str = ""
    demo_password: str | None = None
    trusted_proxies: int = 0
    log_level: str = "warning"
    metrics_from: str = "127.0.0.0/8,::1/128"

    def key(self, name: str) -> bytes:
        """Return the 32-byte key `name`: from `ANZAI_KEY_<NAME>` (hex) or the data folder.

        A key that does not exist yet is made once, with an exclusive create, mode 0600.

        Raises:
            SettingError: it does not exist any more, as the database shows.
        """
        if not self._has_key(name):
            self.refuse_lost_keys([name])
        return _read_key(self.data_dir, name)

    def _has_key(self, name: str) -> bool:
        return variable_of(name) in os.environ or (self.data_dir / "keys" / name).exists()

    def make_keys(self) -> None:
        """Make the keys that data will be made with, before there is any.

        A key made later, beside data, could not be told from one made in place of a lost one.

        Raises:
            SettingError: a key does not exist any more, as the database shows.
        """
        if self.refuse_lost_keys():
            for name in USED_BY:
                self.key(name)

    def refuse_lost_keys(self, names: Iterable[str] = USED_BY) -> bool:
        """Refuse to go on without keys that the data was made with; say whether one can tell.

        Raises:
            SettingError: which keys those are, and what to do.
        """
        missing = [name for name in names if not self._has_key(name)]
        has_none = not any(self._has_key(name) for name in (*USED_BY, "session"))
        lost = lost_keys(self.database_url, missing, has_none=has_none)
        if lost:
            raise SettingError(
                f"数据库里有用这些密钥写成的内容，密钥却不在 {self.data_dir / 'keys'}："
                f"{'、'.join(lost)}。请把备份里的 keys/ 放回去再启动；没有另造新的密钥。\n"
                f"(The database was written with keys that are missing: {', '.join(lost)}. Put"
                " keys/ of the backup back, or set ANZAI_KEY_…; no new keys were made.)"
            )
        return lost is not None


def variable_of(key: str) -> str:
    """Return the environment variable by which a key may be given."""
    return f"ANZAI_KEY_{key.upper().replace('-', '_')}"


@cache
def _read_key(data_dir: Path, name: str) -> bytes:
    """Read a key once; bulk sealing asks for it hundreds of thousands of times."""
    variable = variable_of(name)
    given = os.environ.get(variable)
    if given:
        return _key_of_hex(variable, given)
    path = data_dir / "keys" / name
    if not path.exists():
        _make_key(path)
    return path.read_bytes()


def _key_of_hex(variable: str, given: str) -> bytes:
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingError(f"{variable} 要 64 位十六进制数字 (64 hexadecimal digits are needed)")
    return key


def _make_key(path: Path) -> None:
    """Write 32 random bytes to `path` unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from `environ`; unset ones take the embedded default."""
    data_dir = Path(environ.get("ANZAI_DATA", "instance")).resolve()
    given: dict[str, Any] = {
        "data_dir": data_dir,
        "database_url": environ.get("ANZAI_DATABASE_URL", f"sqlite:///{data_dir}/anzai.sqlite"),
    }
    for name, field in Settings.__dataclass_fields__.items():
        raw = environ.get(f"ANZAI_{name.upper()}")
        if name not in given and raw is not None:
            given[name] = _parse(name, raw, field.default)
    return Settings(**given)


def _parse(name: str, raw: str, default: object) -> object:
    """Return `raw` in the type of the field's default.

    Raises:
        SettingError: it is not of that type, or not one of the words that are known.
    """
    wanted = CHOICES.get(name)
    if isinstance(default, bool):
        wanted, raw = BOOLEAN, raw.lower()
    elif isinstance(default, int):
        wanted = WHOLE_NUMBER
    if wanted is not None and not wanted.fullmatch(raw):
        raise SettingError(
            f"ANZAI_{name.upper()}={raw} 不能用 (cannot be used): docs/operations.md"
        )
    if name == NETWORKS:
        networks(raw)
    if isinstance(default, bool):
        return raw in {"1", "true", "yes"}
    return int(raw) if isinstance(default, int) else raw


@cache
def networks(words: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks written with commas between them; nobody, for an empty word.

    Raises:
        SettingError: one of them is no network.
    """
    try:
        return tuple(ip_network(each.strip()) for each in words.split(",") if each.strip())
    except ValueError as error:
        raise SettingError(f"ANZAI_METRICS_FROM={words} 不能用 (cannot be used): {error}") from None


def _open_data_folder(folder: Path) -> None:
    """Make the data folder, for nobody else's eyes, unless it is there.

    Raises:
        SettingError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingError(
            f"建不了数据文件夹 {folder} (the data folder cannot be made: {error.strerror})"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingError(f"数据文件夹 {folder} 不可写 (the data folder cannot be written)")


def _engine_options(database_url: str) -> dict[str, Any]:
    """Return how the database is spoken to.

    A statement that fails is logged, the names and numbers that it carried are not. On PostgreSQL
    nothing is prepared: after its tenth run a prepared statement gets one plan for all values, and
    the list of a whole city's workers then takes twenty times as long.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if database_url.startswith("postgresql"):
        options["connect_args"] = {"prepare_threshold": None}
    return options


def configure(app: Flask, chosen: Settings) -> None:
    """Put the settings, and what the extensions want of them, into `app.config`."""
    _open_data_folder(chosen.data_dir)
    chosen.make_keys()
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config.update(
        SETTINGS=chosen,
        SECRET_KEY=chosen.key("session"),
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(chosen.database_url),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE=chosen.time_zone,
        RATELIMIT_STORAGE_URI=chosen.redis_url or "memory://",
        RATELIMIT_HEADERS_ENABLED=True,
        MAX_CONTENT_LENGTH=chosen.import_max_bytes,
        OPENAPI_VERSION="3.1.0",
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "application/json",
            "application/manifest+json",
            "image/svg+xml",
        ],
        COMPRESS_MIN_SIZE=1000,
    )  # fmt: skip


def keep_private(chosen: Settings) -> None:
    """Close the data folder and an embedded database to everybody but their owner.

    What is written from now on, by this process and those that it starts, is closed as well.
    Nothing is done to a folder of somebody else's.
    """
    os.umask(0o077)
    database = chosen.data_dir / "anzai.sqlite"
    beside = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    for path, mode in [(chosen.data_dir, 0o700), *((each, 0o600) for each in beside)]:
        if path.exists() and path.stat().st_uid == os.geteuid():
            path.chmod(mode)


def settings(app: Flask | None = None) -> Settings:
    """Return the settings of `app` or of the current application."""
    return cast(Settings, (app or current_app).config["SETTINGS"])
