"""Runs decoders on strangers' files in a child process under limits (evidence §1.7, §4)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("confined_child.py")


@dataclass(frozen=True)
class Limits:
    """What a child may use; 600 MB of memory are ffmpeg's own floor.

    A JPEG of 256 MP takes 60 MB, a progressive one with halved colours 770 MB (measured); what
    takes more is received all the same, without a preview.
    """

    memory_bytes: int = 900_000_000
    cpu_seconds: int = 20
    output_bytes: int = 20_000_000
    wall_seconds: int = 60


DEFAULT_LIMITS = Limits()
MEMORY = "memory"
PERHAPS_OURS = frozenset({"timeout", "killed", MEMORY})


class Undecodable(Exception):  # noqa: N818 - it says what happened.
    """The file could not be decoded within the limits; `reason` is for the journal and flag."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def derive(
    path: Path, *, family: str, folder: Path, limits: Limits = DEFAULT_LIMITS
) -> dict[str, Any]:
    """Derive renditions of `path` into `folder`; return the facts that the decoder found.

    Raises:
        Undecodable: with the decoder's fault, `killed` or `timeout`.
    """
    task = {"path": str(path), "folder": str(folder), "family": family, **asdict(limits)}
    command = [sys.executable, "-I", str(CHILD), json.dumps(task)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own file, no shell.
            command, capture_output=True, timeout=limits.wall_seconds, check=False,
            env={"OMP_NUM_THREADS": "1"}, cwd=folder, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Undecodable("timeout") from None
    return _facts(done.stdout)


def _facts(output: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(output)
    except ValueError:
        raise Undecodable("killed") from None
    if "facts" not in answer:
        raise Undecodable(str(answer.get("fault", "unknown")))
    facts: dict[str, Any] = answer["facts"]
    return facts
