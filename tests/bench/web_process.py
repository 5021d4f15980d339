"""Runs only the web processes of the program, or a bare twin of them, and reads what they cost."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.server import ROOT, free_port

START_SECONDS = 60
TICK = os.sysconf("SC_CLK_TCK")
_EMBEDDED = """
import sys
from wsgi import app
from webapp.serving.embedded_server import embedded_server
embedded_server(app, host="127.0.0.1", port=int(sys.argv[1]), max_body=1 << 28).run()
"""
# What nobody can do without: read the body, hash it, fsync a file and its folder, commit a row.
_BARE = """
import hashlib, os, sqlite3, sys, threading
from webapp.serving.embedded_server import embedded_server
folder = sys.argv[2]
held = threading.local()
def connection():
    if not hasattr(held, "one"):
        held.one = sqlite3.connect(folder + "/bare.sqlite", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
            held.one.execute("PRAGMA " + pragma)
    return held.one
sqlite3.connect(folder + "/bare.sqlite").execute("CREATE TABLE file (sha256 TEXT)")
def app(environ, start):
    if environ["REQUEST_METHOD"] == "GET":
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    name = hashlib.sha256(body).hexdigest()
    with open(f"{folder}/{name}", "xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    db = connection()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO file VALUES (?)", (name,))
    db.execute("COMMIT")
    start("201 Created", [("Content-Length", "0")])
    return [b""]
embedded_server(app, host="127.0.0.1", port=int(sys.argv[1]), max_body=1 << 28).run()
"""


@dataclass(frozen=True)
class WebProcess:
    """Running web processes of one kind: where they listen, and whom to ask for their time."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time of the process and all below it that still live."""
        return sum(map(spent, tree(self.pid)))


def tree(pid: int) -> list[int]:
    """Return a process and all that came of it."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = children.read_text().split() if children.exists() else []
    return [pid, *(each for child in below for each in tree(int(child)))]


def spent(pid: int) -> float:
    """Return the processor time of one process in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@contextmanager
def embedded(environ: dict[str, str]) -> Iterator[WebProcess]:
    """The embedded server, without its job worker."""
    port = free_port()
    with _running([sys.executable, "-c", _EMBEDDED, str(port)], port, environ) as found:
        yield found


@contextmanager
def gunicorn(environ: dict[str, str], workers: int) -> Iterator[WebProcess]:
    """The server of larger places, with so many processes."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gunicorn")), "wsgi:app", "--worker-class",
               "gthread", "--workers", str(workers), "--threads", "16", "--bind",
               f"127.0.0.1:{port}", "--keep-alive", "75", "--no-control-socket",
               "--log-level", "warning"]  # fmt: skip
    with _running(command, port, environ) as found:
        yield found


@contextmanager
def bare(folder: Path) -> Iterator[WebProcess]:
    """The bare twin: it keeps the same bytes as durably, and knows nothing of them."""
    folder.mkdir()
    port = free_port()
    command = [sys.executable, "-c", _BARE, str(port), str(folder)]
    with _running(command, port, {}) as found:
        yield found


@contextmanager
def _running(command: Sequence[str], port: int, environ: dict[str, str]) -> Iterator[WebProcess]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environ, start_new_session=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(f"{url}/healthz", process)
        yield WebProcess(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the web process did not start")
