"""Runs `@tus/server` with its file store: installed into a scratch folder, on a port of its own."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.server import ROOT, free_port

PACKAGES = ("@tus/server@2.4.5", "@tus/file-store@2.1.1")
PATH = "/files"
START_SECONDS = 30
_PROGRAM = """
import { Server } from "@tus/server";
import { FileStore } from "@tus/file-store";
import { createServer } from "node:http";
const [folder, port] = process.argv.slice(2);
const tus = new Server({ path: "/files", datastore: new FileStore({ directory: folder }) });
createServer((request, answer) => {
  if (request.url === "/ready") return answer.end("ready");
  return tus.handle(request, answer);
}).listen(Number(port), "127.0.0.1");
"""


@contextmanager
def tus_server(folder: Path) -> Iterator[str]:
    """Install and start the server below `folder`; give the address that creates uploads."""
    environ = os.environ | {"PATH": f"{os.environ['PATH']}{os.pathsep}{ROOT / '.venv' / 'bin'}"}
    _install(folder, environ)
    store, port = folder / "store", free_port()
    store.mkdir()
    # A session of its own, as ours has: Linux shares a busy machine out by session.
    process = subprocess.Popen(
        ["node", "server.mjs", str(store), str(port)], cwd=folder, env=environ,
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _wait_until_ready(port, process)
        yield f"http://127.0.0.1:{port}{PATH}"
    finally:
        process.terminate()
        process.wait()


def _install(folder: Path, environ: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (folder / "server.mjs").write_text(_PROGRAM)
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES],
        cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("@tus/server did not start")
