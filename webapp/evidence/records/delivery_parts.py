"""Takes a delivery apart: several bodies one after another, described by one header (design §4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import http_sf

from webapp.refusals import Refusal

MOST_PARTS = 200
SIGNATURE_BYTES, SHA256_BYTES = 64, 32


class PartKind(StrEnum):
    """What a part is, and whose own call it stands for."""

    RECORD = "record"
    FILE = "file"
    RESULT = "result"


@dataclass(frozen=True)
class Part:
    """One part with what its header says of it; what does not belong to its kind is empty."""

    kind: PartKind
    body: bytes
    signature: bytes = b""
    ticket: bytes | None = None
    sha256: str = ""


def take_apart(header: str, body: bytes) -> list[Part]:
    """Return the parts of a body by its `Delivery-Parts`, a list of RFC 9651.

    Raises:
        Refusal: `delivery_parts` (400) when the header cannot be read, or does not fit the body.
    """
    try:
        described = http_sf.parse(header.encode("ascii"), tltype="list")
        parts, place = [], 0
        for name, values in _at_most(described):
            length = _length(values)
            parts.append(_part(PartKind(str(name)), body[place : place + length], values))
            place += length
    except ValueError:
        raise Refusal("delivery_parts", 400) from None
    if not parts or place != len(body):
        raise Refusal("delivery_parts", 400)
    return parts


def _at_most(described: Any) -> list[tuple[Any, dict[str, Any]]]:
    if len(described) > MOST_PARTS or any(isinstance(name, list) for name, _ in described):
        raise ValueError("not a plain list")
    return list(described)


def _length(values: dict[str, Any]) -> int:
    length = values.get("bytes")
    if type(length) is not int or length <= 0:
        raise ValueError("no length")
    return length


def _part(kind: PartKind, body: bytes, values: dict[str, Any]) -> Part:
    if kind is PartKind.RECORD:
        ticket = values.get("ticket")
        if ticket is not None and not isinstance(ticket, bytes):
            raise ValueError("a ticket that is no bytes")
        return Part(kind, body, signature=_bytes(values, "signature", SIGNATURE_BYTES),
                    ticket=ticket)  # fmt: skip
    if kind is PartKind.FILE:
        return Part(kind, body, sha256=_bytes(values, "sha256", SHA256_BYTES).hex())
    return Part(kind, body)


def _bytes(values: dict[str, Any], name: str, length: int) -> bytes:
    found = values.get(name)
    if not isinstance(found, bytes) or len(found) != length:
        raise ValueError(name)
    return found
