"""Starts the child that reads a workbook and gives out what it says; the parent's side."""

import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import structlog

from webapp.refusals import Refusal
from webapp.roster.reading.gazetteer import AreaRow
from webapp.roster.reading.wire import ROWS_A_FRAME, Frame

log = structlog.get_logger("anzai.roster")

# The usual 64 KiB hold less than one frame, so that the child would wait for every one to be
# written into the database; a mebibyte, the most an ordinary account may ask for, holds ten.
_PIPE_BYTES = 1 << 20

_ROOM = Path(__file__).resolve().parents[1]
# The child gets the two packages without running their __init__: reading a workbook needs no
# web framework, and starts in a tenth of a second without it.
_BOOT = f"""
import sys, types
for name, path in (("webapp", {str(_ROOM.parent)!r}), ("webapp.roster", {str(_ROOM)!r})):
    module = types.ModuleType(name)
    module.__path__ = [path]
    sys.modules[name] = module
from webapp.roster.reading.import_child import main
main()
"""


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """What is to be read: a path or the bytes themselves, and what the reader must know.

    With `originals` (row numbers by sheet) only the cells of those rows are wanted.
    """

    path: Path | None
    data: bytes
    today: date
    areas: list[AreaRow]
    aliases: list[tuple[int, str]] = field(default_factory=list)
    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    duty: str = "/"
    sheets: list[str] | None = None
    synonyms: dict[str, str] = field(default_factory=dict)
    originals: dict[str, list[int]] | None = None

    def as_line(self) -> bytes:
        """The job as the child reads it."""
        areas = [[row.id, row.parent_id, row.level, row.name, row.path] for row in self.areas]
        job = {
            "path": str(self.path) if self.path else None, "today": self.today.isoformat(),
            "areas": areas, "aliases": self.aliases, "zones": self.zones, "duty": self.duty,
            "sheets": self.sheets, "synonyms": self.synonyms,
            "originals": self.originals,
        }  # fmt: skip
        return json.dumps(job, ensure_ascii=False).encode() + b"\n"


def read_frames(job: ReadingJob) -> Iterator[Frame]:
    """The child's frames, as they come.

    Raises:
        Refusal: the file cannot be read, with the reason as its code.
    """
    for line in _lines(job):
        yield _frame(line)


def read_originals(job: ReadingJob) -> dict[tuple[str, int], list[Any]]:
    """The packed original cells of the rows that the job asks for, by sheet and row number.

    Raises:
        Refusal: as `read_frames`.
    """
    return {
        (frame["sheet"], number): cells
        for frame in read_frames(job)
        for number, cells in frame.get("originals", ())
    }


def spool_frames(
    job: ReadingJob, progress: Callable[[int, int | None], None] | None = None
) -> list[bytes]:
    """All frames, packed in memory, so that nobody waits for the child inside a transaction.

    `progress` is told the rows read so far and how many there are, if that is known.

    Raises:
        Refusal: as `read_frames`.
    """
    spooled, done, total = [], 0, 0
    for line in _lines(job):
        if line.startswith(b'{"rows"'):
            done += ROWS_A_FRAME
        else:
            total += _frame(line).get("height") or 0
        if progress is not None:
            progress(min(done, total) if total else done, total or None)
        spooled.append(zlib.compress(line, 1))
    return spooled


def unspool(spooled: list[bytes]) -> Iterator[Frame]:
    """The frames that `spool_frames` packed."""
    for packed in spooled:
        yield json.loads(zlib.decompress(packed))


def _frame(line: bytes) -> Frame:
    frame: dict[str, Any] = json.loads(line)
    if "refused" in frame:
        raise Refusal(frame["refused"], **frame["facts"])
    return frame


def _lines(job: ReadingJob) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as errors, _start(errors) as child:
        try:
            finished = False
            _feed(child, job)
            assert child.stdout is not None  # noqa: S101 - it was asked for as a pipe.
            for line in child.stdout:
                finished = line.startswith((b'{"end"', b'{"refused"'))
                yield line
            if child.wait() != 0 or not finished:
                _explain(child, errors)
        finally:
            child.kill()


def _start(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-c", _BOOT]
    return subprocess.Popen(  # noqa: S603 - our own program, no word of it comes from outside.
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={"LC_ALL": "C.UTF-8"},
        pipesize=_PIPE_BYTES,
    )


def _feed(child: subprocess.Popen[bytes], job: ReadingJob) -> None:
    """Hand over the job; a child that died early says why on its other pipes."""
    assert child.stdin is not None  # noqa: S101 - it was asked for as a pipe.
    try:
        child.stdin.write(job.as_line())
        child.stdin.write(job.data)
        child.stdin.close()
    except BrokenPipeError:
        log.warning("roster_reader_gone_early")


def _explain(child: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
    """A child killed by a limit had too much to read; one that failed met a damaged file."""
    errors.seek(0)
    words = errors.read(20_000).decode("utf-8", "replace").strip().splitlines()
    log.error("roster_reader_failed", status=child.returncode, last=words[-1] if words else "")
    if child.returncode < 0 or any("memory" in word for word in words[-3:]):
        raise Refusal("file_too_large")
    raise Refusal("file_damaged")
