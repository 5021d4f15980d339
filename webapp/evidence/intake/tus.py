"""The words of tus 1.0.0: reading its request headers, strictly (tus.io/protocols)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Protocol, overload
from uuid import UUID

from webapp.evidence.intake.spool import Checksum
from webapp.refusals import Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
# The protocol wants sha1 from every server; our own phones send sha256.
ALGORITHMS = ("sha256", "sha1")
CONTENT_TYPE = "application/offset+octet-stream"
_LONGEST = 15


class Headers(Protocol):
    """A request's headers, asked by name; copying them all would cost more than reading three."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...


def check_version(headers: Headers) -> None:
    """Refuse another version of the protocol with `tus_version` (412)."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Refusal("tus_version", 412)


def whole_number(headers: Headers, name: str, code: str) -> int:
    """Return a header's non-negative integer, or refuse with `code` (400)."""
    text = headers.get(name, "")
    if not re.fullmatch(r"[0-9]+", text, re.ASCII) or len(text) > _LONGEST:
        raise Refusal(code, 400, offset=0)
    return int(text)


def promised_file(headers: Headers) -> tuple[UUID, str]:
    """Return the capture's id and the file's SHA-256 from `Upload-Metadata`.

    Other keys, such as a file's name, are not even decoded: nothing here is named by a client.

    Raises:
        Refusal: `upload_metadata` (400).
    """
    pairs = dict(
        pair.strip().partition(" ")[::2] for pair in headers.get("Upload-Metadata", "").split(",")
    )
    capture_id, sha256 = (_decoded(pairs.get(name, "")) for name in ("capture_id", "sha256"))
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", capture_id):
        raise Refusal("upload_metadata", 400)
    if not re.fullmatch(r"[0-9a-f]{64}", sha256, re.ASCII):
        raise Refusal("upload_metadata", 400)
    return UUID(capture_id), sha256


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def checksum(headers: Headers) -> Checksum | None:
    """Return what `Upload-Checksum` says, None without one.

    Raises:
        Refusal: `checksum_algorithm` (400) for an unknown algorithm or a malformed digest.
    """
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refusal("checksum_algorithm", 400)
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Refusal("checksum_algorithm", 400)
    return Checksum(algorithm, digest)
