"""Runs the real server in a process of its own, so that tests can stop and kill it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from tests.e2e.wire import WireClient

ROOT = Path(__file__).parents[2]
PASSWORD = "demo-password-for-tests"
START_SECONDS = 60
END_SECONDS = 60


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveServer:
    """The program on a port of its own, with the demo city in a folder of its own."""

    data_dir: Path
    people: int = 300
    port: int = field(default_factory=free_port)
    environ: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The settings of the server and of its commands."""
        return os.environ | {
            "ANZAI_DATA": str(self.data_dir), "ANZAI_DEMO_PASSWORD": PASSWORD,
            "ANZAI_SIGN_IN_LIMIT": "1000 per minute", "PYTHONWARNINGS": "ignore",
        } | self.environ  # fmt: skip

    def flask(self, *arguments: str) -> str:
        """Run one command of the program on the server's data and return what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self) -> None:
        """Migrate the database and load the demo city."""
        self.flask("db", "upgrade")
        self.flask("demo", "load", "--people", str(self.people))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve",
                   "--port", str(self.port), *self.options()]  # fmt: skip
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._wait_until_ready()

    def options(self) -> list[str]:
        """What `flask serve` is told besides the port."""
        return []

    def ask_whether_ready(self) -> None:
        """Ask the server; raises OSError until it can be asked."""
        urllib.request.urlopen(f"{self.url}/readyz", timeout=2).read()

    def wire(self) -> WireClient:
        """A client over real sockets."""
        return WireClient(self.port)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self.ask_whether_ready()
                return
            except (OSError, HTTPException):
                if self.process is not None and self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.kill()
        raise RuntimeError((self.data_dir / "server.log").read_text("utf-8")[-4000:])

    def stop(self) -> None:
        """End the server politely."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server and its job worker at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
