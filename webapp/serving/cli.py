"""`flask serve`: the embedded server, with its job worker; on request for the local network."""

import errno
import logging
import signal
import socket
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from webapp.config import keep_private, settings
from webapp.database.schema.telling import tell_differences
from webapp.extensions import db, is_migrated
from webapp.serving import local_network
from webapp.serving.embedded_server import embedded_server
from webapp.serving.supervisor import kept_running, running
from webapp.serving.wrong_keys import wrong_keys

HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only on request, and over HTTPS.
# gunicorn does not buffer a slow phone's body, so each upload under way occupies a thread.
LAN_THREADS = 64
# A TLS handshake costs a phone several round trips, so connections are kept for a while.
KEEP_ALIVE_SECONDS = 75
# Making thumbnails must not keep phones waiting for the server.
JOBS_NICENESS = 10


@click.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--lan", is_flag=True, help="Serve the local network over HTTPS, with a QR code.")
@click.option("--demo", is_flag=True, help="Migrate and load the demo city into no data first.")
@with_appcontext
def commands(port: int, lan: bool, demo: bool) -> None:
    """Serve on 127.0.0.1 (waitress) or on the local network over HTTPS (gunicorn)."""
    _refuse_taken_port(EVERYWHERE if lan else HERE, port)
    keep_private(settings())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if demo:
            _prepare_demo()
        _protect_old_folder()
        with kept_running(_job_command(), niceness=JOBS_NICENESS):
            (_serve_local_network if lan else _serve_here)(port)
    except KeyboardInterrupt:
        pass
    click.echo("\n已停止 stopped.")


def _refuse_taken_port(host: str, port: int) -> None:
    """Say so at once when the port cannot be had, before anything is loaded or started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise click.ClickException(
                f"端口 {port} {'已被占用' if taken else '不能使用'}，请换一个"
                f" (port {port} {'is taken' if taken else 'cannot be used'}; choose another):"
                f" make run PORT={port % 65535 + 1}"
            ) from None


def _prepare_demo() -> None:
    """Do what `db upgrade` and `demo load --if-empty` do, without two more starts of Python.

    This thread's session lives as long as the server; a transaction left open in it would keep
    everybody else from writing.
    """
    upgrade()
    current_app.cli.main(["demo", "load", "--if-empty"], standalone_mode=False)
    db.session.remove()


def _protect_old_folder() -> None:
    """Journal what a folder of an earlier version holds, so that later changes are noticed.

    Without this the first act of an account would do it, and that account would have to wait.
    """
    if is_migrated():
        _refuse_wrong_keys()
        current_app.cli.main(["journal", "baseline"], standalone_mode=False)
        tell_differences()
    db.session.remove()


def _refuse_wrong_keys() -> None:
    wrong = wrong_keys()
    if wrong:
        raise click.ClickException(
            f"keys/ 里的密钥不是写这个数据库用的：{'、'.join(wrong)}。请放回属于它的 keys/ 再启动。"
            f" (These keys are not the database's: {', '.join(wrong)}. Put back its own keys/.)"
        )


def _job_command() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]


def _serve_here(port: int) -> None:
    click.echo(f"\n安在 Anzai\n{local_network.addresses(f'http://{HERE}:{port}')}")
    click.echo("  停止 stop             Ctrl-C\n")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    logging.basicConfig()
    embedded_server(app, host=HERE, port=port, max_body=settings().import_max_bytes).run()


def _serve_local_network(port: int) -> None:
    """Serve HTTPS on every interface; gunicorn does it, because waitress speaks no TLS."""
    address = local_network.own_address()
    files = local_network.certificate(local_network.folder_of(address), address)
    click.echo(local_network.invitation(f"https://{address}:{port}"))
    command = [str(Path(sys.executable).with_name("gunicorn")), "wsgi:app", "--worker-class",
               "gthread", "--workers", "1", "--threads", str(LAN_THREADS),
               "--bind", f"{EVERYWHERE}:{port}", "--keep-alive", str(KEEP_ALIVE_SECONDS),
               "--certfile", str(files.certificate), "--keyfile", str(files.key),
               "--graceful-timeout", "5", "--log-level", "warning",
               "--no-control-socket"]  # fmt: skip
    with running(command, ANZAI_SECURE_COOKIES="1") as server:
        if server.wait() != 0:
            raise click.ClickException("服务器没能启动，原因见上 (the server did not start)")
