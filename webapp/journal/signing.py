"""Signing notes with Ed25519 and checking them; the only place of the journal that holds a key."""

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from webapp.journal.checkpoints import Checkpoint, parse_checkpoint
from webapp.journal.notes import (
    MalformedNoteError,
    NoteSignature,
    SignedNote,
    VerifierKey,
    parse_note,
)


class UntrustedNoteError(ValueError):
    """No key that we trust signed the note, or one that we trust did not sign these words."""


class NoteSigner:
    """A private key, and the name under which it signs."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the key from its 32-byte seed (RFC 8032 §5.1.5)."""
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier_key = VerifierKey(name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the signed note over `text`, which must end in a newline.

        Ed25519 is deterministic: the same text gives the same note.
        """
        key = self.verifier_key
        signature = NoteSignature(key.name, key.key_id, self._private.sign(text.encode()))
        return str(SignedNote(text, (signature,)))


def open_note(note: str, keys: Iterable[VerifierKey]) -> str:
    """Return the text of a note that at least one of `keys` signed.

    Signatures by unknown keys are ignored, as signed-note demands: they may be witnesses'.

    Raises:
        MalformedNoteError: it is not a signed note.
        UntrustedNoteError: no known key signed it, or a known key's signature is wrong.
    """
    parsed = parse_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed = [line for line in parsed.signatures if (line.name, line.key_id) in known]
    if not signed:
        raise UntrustedNoteError("no known key signed the note")
    for line in signed:
        _demand_signature(known[line.name, line.key_id], line.signature, parsed.text)
    return parsed.text


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint of the log that `key` speaks for.

    Raises:
        MalformedNoteError, UntrustedNoteError: as `open_note`, and when it speaks of another log.
    """
    checkpoint = parse_checkpoint(open_note(note, [key]))
    if checkpoint.origin != key.name:
        raise UntrustedNoteError("the checkpoint is of another log")
    return checkpoint


def _demand_signature(key: VerifierKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text.encode())
    except InvalidSignature:
        raise UntrustedNoteError(f"the signature of {key.name} is wrong") from None


__all__ = ["MalformedNoteError", "NoteSigner", "UntrustedNoteError", "open_checkpoint", "open_note"]
