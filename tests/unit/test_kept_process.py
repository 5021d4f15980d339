"""The process beside the server: started anew when it dies, ended with the server."""

import os
import select
import signal
import sys
from pathlib import Path

import pytest

from webapp.serving.supervisor import kept_running

PATIENCE_SECONDS = 60
# Says its number into the pipe, then waits for the end.
PROGRAM = """
import os, signal, sys
with open(sys.argv[1], "w") as pipe:
    print(os.getpid(), file=pipe)
signal.pause()
"""


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "numbers"
    os.mkfifo(path)
    return path


def next_number(pipe: Path) -> int:
    """Wait until the program is there and return its process number."""
    # Opened for writing too, the pipe never seems to be at its end.
    handle = os.open(pipe, os.O_RDWR)
    try:
        ready, _, _ = select.select([handle], [], [], PATIENCE_SECONDS)
        assert ready, "nobody came"
        return int(os.read(handle, 100))
    finally:
        os.close(handle)


def test_one_that_is_killed_is_started_again(pipe: Path) -> None:
    with kept_running([sys.executable, "-c", PROGRAM, str(pipe)], pause=0.01):
        numbers = [next_number(pipe)]
        for _ in range(2):
            os.kill(numbers[-1], signal.SIGKILL)
            numbers.append(next_number(pipe))
    assert len(set(numbers)) == len(numbers)


def test_the_last_one_ends_with_the_block(pipe: Path) -> None:
    with kept_running([sys.executable, "-c", PROGRAM, str(pipe)], pause=0.01):
        os.kill(next_number(pipe), signal.SIGKILL)
        last = next_number(pipe)
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)
