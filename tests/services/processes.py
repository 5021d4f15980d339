"""Running the servers' programs: as whom, where, on which port, from which package."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 2.0


class ServiceMissingError(RuntimeError):
    """A server's programs are not installed and cannot be installed here."""


class ServiceFailedError(RuntimeError):
    """A server did not start or a command for it failed; the message holds its own words."""


def free_port() -> int:
    """Return a TCP port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def scratch_folder(name: str, owner: str | None = None) -> Path:
    """Make a folder outside the checkout; root gives it to `owner`, as whom the server runs."""
    folder = Path(tempfile.mkdtemp(prefix=f"anzai-{name}-"))
    if owner is not None and os.geteuid() == 0:
        shutil.chown(folder, owner, owner)
    return folder


def run(command: Sequence[str | Path], *, env: dict[str, str] | None = None) -> str:
    """Run a command to its end and return its output; raises `ServiceFailedError`."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServiceFailedError(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def install(packages: Sequence[str], why: str) -> None:
    """Install Debian packages when this is root on Debian.

    Raises:
        ServiceMissingError: it is not, with the one command that a person would have to run.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        raise ServiceMissingError(f"{why}. Run once: sudo {' '.join(command)}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], env=env)
    run(command, env=env)


def wait_until(ready: Callable[[], bool], what: str, log: Path) -> None:
    """Poll `ready` until it says yes; raises `ServiceFailedError` with the end of the log."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            words = log.read_text(errors="replace")[-2000:] if log.is_file() else "(no log)"
            raise ServiceFailedError(f"{what} did not start within {START_SECONDS:.0f} s:\n{words}")
        time.sleep(0.05)


def stop_processes(pid_files: Sequence[Path]) -> None:
    """Ask the processes that wrote these files to end, and end those that will not."""
    pids = [int(text) for file in pid_files if (text := _read(file).strip())]
    _signal_all(pids, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while any(map(_is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal_all([pid for pid in pids if _is_alive(pid)], signal.SIGKILL)


def _signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, 0)
        stat = _read(Path(f"/proc/{pid}/stat"))
        return not stat.rpartition(")")[2].strip().startswith("Z")
    return False


def _read(file: Path) -> str:
    with suppress(OSError):
        return file.read_text()
    return ""
