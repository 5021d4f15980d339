"""Checkpoints (c2sp.org/tlog-checkpoint): what the journal was at one size, in three lines."""

import re
from dataclasses import dataclass

from webapp.journal.merkle import EMPTY_ROOT, HASH_BYTES
from webapp.journal.notes import MalformedNoteError, decode_base64, encode_base64

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: whose log, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Return the note's text: origin, size and root, each with its newline."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    def contradicts(self, other: "Checkpoint") -> bool:
        """Say whether the two alone prove that one log told two histories.

        Heads of different sizes may still contradict each other; that takes a consistency proof.
        """
        return (self.origin, self.size) == (other.origin, other.size) and self.root != other.root


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text; raises `MalformedNoteError`.

    Extension lines are allowed by the format and ignored: nothing here depends on them.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise MalformedNoteError("not the text of a checkpoint")
    origin, size, root = lines[:3]
    checkpoint = Checkpoint(origin, parse_decimal(size), decode_base64(root))
    if len(checkpoint.root) != HASH_BYTES:
        raise MalformedNoteError("the root of a checkpoint has 32 bytes")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise MalformedNoteError("an empty tree has one root only")
    return checkpoint


def parse_decimal(text: str) -> int:
    """Read an ASCII decimal without leading zeroes; raises `MalformedNoteError`."""
    if not _DECIMAL.fullmatch(text):
        raise MalformedNoteError("not a decimal number")
    return int(text)
