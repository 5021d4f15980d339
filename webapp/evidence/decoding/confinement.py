"""Runs decoders on strangers' files in a child process under limits (evidence §1.7 and §4)."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

FORKSERVER = Path(__file__).with_name("forkserver.py")


@dataclass(frozen=True)
class Limits:
    """What a child may use; 600 MB of memory are ffmpeg's own floor.

    A JPEG of 256 MP takes 60 MB, a progressive one with halved colours 770 MB (measured); what
    takes more is received all the same, without a preview.
    """

    memory_bytes: int = 900_000_000
    cpu_seconds: int = 20
    output_bytes: int = 20_000_000
    open_files: int = 64
    wall_seconds: int = 60


DEFAULT_LIMITS = Limits()
MEMORY = "memory"
PERHAPS_OURS = frozenset({"timeout", "killed", MEMORY})


class Undecodable(Exception):  # noqa: N818 - it says what happened.
    """The file could not be decoded within the limits; `reason` is for the journal and flag."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forkserver:
    """The process that forks a child for each file; started when the first one comes.

    It ends with this process, and is started anew when it was killed. A fork of this process
    starts one of its own: two may not speak through one pipe.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, task: dict[str, Any]) -> bytes:
        """Return the child's answer to a task; nothing when it was killed."""
        with self._lock:
            process = self._running()
            if process.stdin is None or process.stdout is None:
                return b""
            try:
                process.stdin.write(json.dumps(task).encode() + b"\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except OSError:
                answer = b""
            if not answer.endswith(b"\n"):
                self._end()
            return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            self._owner = os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file.
                [sys.executable, "-I", str(FORKSERVER)], env={"OMP_NUM_THREADS": "1"},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            atexit.register(self._end)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        atexit.unregister(self._end)
        process.kill()
        process.communicate()


_forkserver = Forkserver()


def derive(
    path: Path, *, family: str, folder: Path, limits: Limits = DEFAULT_LIMITS
) -> dict[str, Any]:
    """Derive renditions of `path` into `folder`; return the facts that the decoder found.

    Raises:
        Undecodable: with the decoder's fault, `killed` or `timeout`.
    """
    task = {"path": str(path), "folder": str(folder), "family": family, **asdict(limits)}
    try:
        answer = json.loads(_forkserver.ask(task))
    except ValueError:
        raise Undecodable("killed") from None
    if "facts" not in answer:
        raise Undecodable(str(answer.get("fault", "unknown")))
    facts: dict[str, Any] = answer["facts"]
    return facts
