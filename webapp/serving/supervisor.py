"""A process beside this one that is started anew when it dies."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread

import structlog

log = structlog.get_logger("anzai.serve")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


def start(
    command: Sequence[str], *, niceness: int = 0, **environ: str
) -> "subprocess.Popen[bytes]":
    """Start a command of our own with a few more variables in its environment."""
    child = subprocess.Popen(command, env=os.environ | environ)  # noqa: S603 - our own command.
    os.setpriority(os.PRIO_PROCESS, child.pid, niceness)
    return child


@contextmanager
def running(
    command: Sequence[str], *, niceness: int = 0, **environ: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command beside this one; it is asked to end, and waited for, with the block.

    Ctrl-C at the terminal reaches both. Until the command listens for it itself it is deaf to
    it, and is ended by us: otherwise its start would end in a traceback.
    """
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = start(command, niceness=niceness, **environ)
    finally:
        signal.signal(signal.SIGINT, heard)
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


@contextmanager
def kept_running(
    command: Sequence[str], *, niceness: int = 0, pause: float = FIRST_PAUSE
) -> Iterator[None]:
    """As `running`, and when the command dies it is started again, first after `pause` seconds.

    The kernel ends whoever takes the last memory, and previews would then never be made again
    without anybody noticing.
    """
    with running(command, niceness=niceness) as first:
        keeper = _Keeper(first, command, niceness, pause)
        thread = Thread(target=keeper.keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            keeper.end()
            thread.join()


class _Keeper:
    """Waits for the command's end in a thread of its own; `end` stops that for good."""

    def __init__(
        self, child: "subprocess.Popen[bytes]", command: Sequence[str], niceness: int, pause: float
    ) -> None:
        self._child, self._command = child, command
        self._niceness, self._pause = niceness, pause
        self._lock, self._over = Lock(), Event()

    def keep(self) -> None:
        """Start the command again, with longer and longer pauses, until `end` is called."""
        while True:
            status = self._child.wait()
            if self._over.is_set():
                return
            log.error("process_died", command=self._command[-2:], status=status)
            if self._over.wait(self._pause):
                return
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            with self._lock:
                if self._over.is_set():
                    return
                self._child = start(self._command, niceness=self._niceness)

    def end(self) -> None:
        """Ask the command to end; it is not started again."""
        with self._lock:
            self._over.set()
            self._child.terminate()
