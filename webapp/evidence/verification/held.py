"""Checkpoints that somebody kept: read from files, and where those lie is said as it is.

A checkpoint that lies where the journal lies can be rewritten together with it. So what it proves
depends on where it lies, and a verification says that with its answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from webapp.config import settings


@dataclass(frozen=True)
class Held:
    """One kept checkpoint as its file tells it; `beside_journal` on the data folder's own disk."""

    name: str
    note: str
    beside_journal: bool

    @property
    def words(self) -> str:
        """Say where it lies, and what that leaves open."""
        if self.beside_journal:
            return (
                f"{self.name}: on the disk of the data folder, could be rewritten with the journal"
            )
        return f"{self.name}: on another disk; who can write there, this program cannot tell"


def read_held(files: Iterable[Path], folder: Path | None) -> list[Held]:
    """Return the checkpoints in these files and in all files of a folder, which may be missing."""
    found = [*files, *_files_in(folder)]
    return [Held(path.name, _text_of(path), _is_beside_journal(path)) for path in found]


def _files_in(folder: Path | None) -> Iterator[Path]:
    if folder is not None and folder.is_dir():
        hidden = (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))
        yield from (path for path in hidden if path.is_file())


def _text_of(path: Path) -> str:
    """Return a file's text; what is no text is no checkpoint, and is named as one that is not."""
    return path.read_text("utf-8", errors="replace")


def _is_beside_journal(path: Path) -> bool:
    return path.stat().st_dev == settings().data_dir.stat().st_dev


def words_about(held: Iterable[Held]) -> list[str]:
    """Return one line for each checkpoint, or what is not told where there is none."""
    lines = [f"held {one.words}" for one in held]
    return lines or [
        "held: none; a journal that was rewritten as a whole and signed anew would not be noticed"
    ]
