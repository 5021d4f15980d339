"""Signed notes and verifier keys in the forms of c2sp.org/signed-note; text only, no secrets."""

import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from dataclasses import dataclass
from hashlib import sha256

ED25519 = 0x01
ED25519_KEY_BYTES = 32
MAX_NOTE_BYTES = 64_000
_KEY_ID_BYTES = 4
_SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")


class MalformedNoteError(ValueError):
    """The text is not a signed note, a checkpoint, a proof or a verifier key."""


@dataclass(frozen=True)
class VerifierKey:
    """An Ed25519 public key and the name under which it signs notes."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4], as signed-note recommends."""
        named = self.name.encode() + b"\n" + bytes([ED25519]) + self.public_key
        return sha256(named).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        """Return the key as a vkey: name+hex(key id)+base64(0x01 ‖ public key)."""
        encoded = encode_base64(bytes([ED25519]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who signed, with which key, and the bytes of the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line, without its newline."""
        return f"— {self.name} {encode_base64(self.key_id + self.signature)}"


@dataclass(frozen=True)
class SignedNote:
    """A text that ends in a newline, and the signatures under it, none of them checked."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        """Return the note: the text, an empty line, and a line for every signature."""
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)


def parse_note(note: str) -> SignedNote:
    """Take a signed note apart at its last empty line; raises `MalformedNoteError`."""
    if len(note.encode("utf-8", "replace")) > MAX_NOTE_BYTES or re.search(
        r"[\x00-\x09\x0b-\x1f]", note
    ):
        raise MalformedNoteError("the note is too long or holds control characters")
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not text or not lines.endswith("\n"):
        raise MalformedNoteError("the note has no text followed by signatures")
    signatures = tuple(_parse_signature(line) for line in lines[:-1].split("\n"))
    return SignedNote(f"{text}\n", signatures)


def parse_verifier_key(vkey: str) -> VerifierKey:
    """Read a vkey; raises `MalformedNoteError` unless it is Ed25519 and its key id is its own."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key_bytes = decode_base64(encoded)
    if len(key_bytes) != 1 + ED25519_KEY_BYTES or key_bytes[0] != ED25519 or not is_key_name(name):
        raise MalformedNoteError("not the verifier key of an Ed25519 key")
    key = VerifierKey(name, key_bytes[1:])
    if key.key_id.hex() != key_id:
        raise MalformedNoteError("the verifier key's id is not that of its name and bytes")
    return key


def is_key_name(name: str) -> bool:
    """Say whether `name` may sign notes: not empty, without spaces and plus signs."""
    return bool(name) and not re.search(r"[\s+]", name)


def encode_base64(value: bytes) -> str:
    """Return RFC 4648 §4 base64, with padding."""
    return b64encode(value).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Read RFC 4648 §4 base64 in its one canonical spelling; raises `MalformedNoteError`."""
    try:
        value = a2b_base64(text.encode("ascii"), strict_mode=True)
    except (Base64Error, UnicodeEncodeError) as error:
        raise MalformedNoteError("not base64") from error
    if encode_base64(value) != text:
        raise MalformedNoteError("not the canonical base64")
    return value


def _parse_signature(line: str) -> NoteSignature:
    found = _SIGNATURE_LINE.fullmatch(line)
    if not found or not is_key_name(found[1]):
        raise MalformedNoteError("a signature line is not of the form: — name signature")
    signed = decode_base64(found[2])
    if len(signed) <= _KEY_ID_BYTES:
        raise MalformedNoteError("a signature is too short")
    return NoteSignature(found[1], signed[:_KEY_ID_BYTES], signed[_KEY_ID_BYTES:])
