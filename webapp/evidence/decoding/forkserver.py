"""Forks a confined child for every file, from a process that has the decoders loaded already.

Started as `python -I forkserver.py` by `confinement`. A line of JSON comes in for each file and
one goes out. Starting Python and its decoders costs more than most pictures do; a fork of a
process that has them costs a few milliseconds. This process itself opens no stranger's file.
"""

import json
import os
import select
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

MOST_ANSWERED = 1_000_000
# What a child inherits of open files lies below this; it is also the most that it may open.
OPEN_FILES = 64
KILLED, TIMEOUT = b"", b'{"fault": "timeout"}'


def main() -> None:
    """Answer one task after another until the input ends."""
    sys.path.insert(0, str(Path(__file__).parent))
    import_module("imaging").load_decoders()
    import_module("confined_child")
    for line in sys.stdin.buffer:
        answer = _answer(line)
        sys.stdout.buffer.write((KILLED if b"\n" in answer else answer) + b"\n")
        sys.stdout.buffer.flush()


def _answer(line: bytes) -> bytes:
    """Fork a child for one task and return what it answers; nothing when it was killed."""
    deadline = time.monotonic() + json.loads(line)["wall_seconds"]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(line, writing)
    os.close(writing)
    try:
        return _read(reading, child, deadline)
    finally:
        os.close(reading)
        os.waitpid(child, 0)


def _be_the_child(line: bytes, writing: int) -> None:
    """Do the task and end; no pipe of the parent's is left to read from or to write to."""
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for inherited, number in ((nothing, 0), (writing, 1), (nothing, 2)):
            os.dup2(inherited, number)
        os.closerange(3, OPEN_FILES)
        os.write(1, import_module("confined_child").work(json.loads(line)))
        status = 0
    finally:
        os._exit(status)


def _read(reading: int, child: int, deadline: float) -> bytes:
    """Return what the child writes until it ends; one that takes or says too much is killed."""
    said = b""
    while len(said) <= MOST_ANSWERED:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            return TIMEOUT
        piece = os.read(reading, 1 << 16)
        if not piece:
            return said
        said += piece
    os.kill(child, signal.SIGKILL)
    return KILLED


if __name__ == "__main__":
    main()
