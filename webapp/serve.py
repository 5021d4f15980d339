"""`flask serve`: the embedded server, with its job worker; on request for the local network."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import waitress
from flask import current_app
from flask.cli import with_appcontext

from webapp import local_network
from webapp.config import settings

THREADS = 16
# One chunk of an upload is held in memory; longer bodies go to a scratch file. Taken in large
# pieces, a chunk costs a third of the processor time that waitress's own 8 kB pieces cost.
HELD_BYTES = (1 << 20) + (1 << 16)
PIECE_BYTES = 1 << 18
# Making thumbnails must not keep phones waiting for the server.
JOBS_NICENESS = 10


@click.command("serve")
@click.option("--port", default=8000, show_default=True)
@click.option("--lan", is_flag=True, help="Serve the local network over HTTPS, with a QR code.")
@with_appcontext
def commands(port: int, lan: bool) -> None:
    """Serve on 127.0.0.1 (waitress) or on the local network over HTTPS (gunicorn)."""
    _refuse_taken_port(port)
    worker = _start_job_worker()
    try:
        if lan:
            _serve_local_network(port)
        else:
            _serve_here(port)
    finally:
        worker.terminate()
        worker.wait()


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"端口 {port} 已被占用，请换一个：make run PORT={port + 1}"
                f" (port {port} is taken; choose another)"
            ) from None


def _start_job_worker() -> "subprocess.Popen[bytes]":
    """Start `flask jobs work` beside the server, behind it in the queue; it ends with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    worker = subprocess.Popen(command, env=dict(os.environ))  # noqa: S603 - our own command.
    os.setpriority(os.PRIO_PROCESS, worker.pid, JOBS_NICENESS)
    return worker


def _serve_here(port: int) -> None:
    click.echo(f"\n安在 Anzai: http://127.0.0.1:{port}/  手机应用 phone app: …/app/\n")
    waitress.serve(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        host="127.0.0.1", port=port, threads=THREADS, ident=None, channel_timeout=120,
        max_request_body_size=settings().import_max_bytes, clear_untrusted_proxy_headers=True,
        recv_bytes=PIECE_BYTES, inbuf_overflow=HELD_BYTES,
    )  # fmt: skip


def _serve_local_network(port: int) -> None:
    """Serve HTTPS on every interface; gunicorn does it, because waitress speaks no TLS."""
    address = local_network.own_address()
    pair = local_network.certificate(settings().data_dir / "tls", address)
    click.echo(local_network.invitation(f"https://{address}:{port}/app/"))
    environ = dict(os.environ) | {"ANZAI_SECURE_COOKIES": "1"}
    command = [str(Path(sys.executable).with_name("gunicorn")), "wsgi:app", "--worker-class",
               "gthread", "--workers", "1", "--threads", "64", "--bind", f"0.0.0.0:{port}",
               "--certfile", str(pair.certificate), "--keyfile", str(pair.key)]  # fmt: skip
    subprocess.run(command, env=environ, check=False)  # noqa: S603 - our own command.
