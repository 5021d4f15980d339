"""Receipts in the form of c2sp.org/tlog-proof@v1: an entry, its place, its proof, a checkpoint.

The `extra` line carries the entry's bytes. The format does not authenticate that line, but the
leaf hash is made from those very bytes, so that here the proof itself does.
"""

from dataclasses import dataclass

from webapp.journal.checkpoints import parse_checkpoint, parse_decimal
from webapp.journal.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from webapp.journal.notes import MalformedNoteError, decode_base64, encode_base64, parse_note

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class TlogProof:
    """A receipt, taken apart; `note` is the signed checkpoint, whose signature is not checked."""

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        """Return the receipt's text."""
        lines = [HEADER, f"extra {encode_base64(self.entry)}", f"index {self.index}"]
        lines += [encode_base64(value) for value in self.hashes]
        return "\n".join(lines) + f"\n\n{self.note}"

    def is_included(self) -> bool:
        """Say whether the checkpoint's tree holds the entry at the index.

        This means something only once the checkpoint's signature has been verified.
        """
        checkpoint = parse_checkpoint(parse_note(self.note).text)
        return verify_inclusion(
            index=self.index,
            size=checkpoint.size,
            leaf=leaf_hash(self.entry),
            proof=self.hashes,
            root=checkpoint.root,
        )


def parse_tlog_proof(text: str) -> TlogProof:
    """Read a receipt; raises `MalformedNoteError`, also when it carries no entry."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if len(lines) < 3 or lines[0] != HEADER:
        raise MalformedNoteError("not a tlog-proof with an entry")
    parse_note(note)
    return TlogProof(
        entry=decode_base64(_after("extra ", lines[1])),
        index=parse_decimal(_after("index ", lines[2])),
        hashes=tuple(map(_parse_hash, lines[3:])),
        note=note,
    )


def _after(prefix: str, line: str) -> str:
    if not line.startswith(prefix):
        raise MalformedNoteError(f"a line does not begin with {prefix!r}")
    return line.removeprefix(prefix)


def _parse_hash(line: str) -> bytes:
    value = decode_base64(line)
    if len(value) != HASH_BYTES:
        raise MalformedNoteError("a hash has 32 bytes")
    return value
