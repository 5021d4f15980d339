"""A throw-away PostgreSQL: its own folder, socket and port, so that two may run side by side."""

import getpass
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.services.processes import free_port, install, run, scratch_folder

SUPERUSER = "postgres"

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 60
"""
# The data of tests dies with the session, so nothing needs to survive a power cut.
_FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server; its databases are made one by one and go with its folder."""

    binaries: Path
    folder: Path
    port: int

    def create_database(self, template: str | None = None) -> str:
        """Make an empty database, or a copy of one, and return its SQLAlchemy URL."""
        name = f"test_{uuid4().hex}"
        copied = ["--template", template] if template else []
        run([self.binaries / "createdb", *self._where(), *copied, name])
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        """Drop the database at `url`, with whoever is still connected to it."""
        name = url.rpartition("/")[2]
        run([self.binaries / "dropdb", *self._where(), "--force", "--if-exists", name])

    def url_of(self, name: str) -> str:
        """Return the SQLAlchemy URL of the database `name`."""
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{name}"

    def halt(self) -> None:
        """Stop the server as a restart does: connections are ended, what was committed is kept."""
        self._control("-m", "fast", "stop")

    def resume(self) -> None:
        """Start a server that was halted, and wait until it answers."""
        self._control("-l", self.folder / "log", "-w", "-t", "60", "start")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if (self.data / "postmaster.pid").exists():
            self._control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *arguments: str | Path) -> None:
        run(_as_owner([self.binaries / "pg_ctl", "-D", self.data, *arguments]))

    @property
    def pid(self) -> int:
        """The process of which all others of the server are children."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.folder / "data"

    def _where(self) -> list[str]:
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER]


def start_postgresql(*, is_durable: bool = False) -> PostgresqlServer:
    """Start a fresh server, in about one second; a durable one is as its makers ship it.

    Raises:
        ServiceMissingError: PostgreSQL is not installed, and this is not root on Debian.
        ServiceFailedError: it would not start; the message holds its log.
    """
    server = PostgresqlServer(find_binaries(), scratch_folder("pg", _owner()), free_port())
    run(_as_owner([
        server.binaries / "initdb", "-D", server.data, "-U", SUPERUSER, "-A", "trust",
        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
    ]))  # fmt: skip
    with (server.data / "postgresql.conf").open("a") as configuration:
        configuration.write(_CONFIGURATION.format(port=server.port, folder=server.folder))
        configuration.write("" if is_durable else _FORGETFUL)
    server.resume()
    return server


def find_binaries() -> Path:
    """Return the newest installed server's folder of programs, installing one if need be."""
    if not (found := _installed()):
        install(["postgresql"], "The tests need a PostgreSQL server, which is not installed")
        found = _installed()
    return found[-1]


def _installed() -> list[Path]:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    elsewhere = shutil.which("initdb")
    return [path.parent for path in [*([Path(elsewhere)] if elsewhere else []), *debian]]


def _owner() -> str:
    """Return the user as whom the server runs: it refuses to run as root."""
    return SUPERUSER if os.geteuid() == 0 else getpass.getuser()


def _as_owner(command: list[str | Path]) -> list[str | Path]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={SUPERUSER}", f"--regid={SUPERUSER}", "--init-groups", *command]
