"""What a PDF would do by itself when it is opened: scripts, programs, files inside, forms.

A scan needs none of it. Nothing is rendered or run here: names are looked for, also where they are
spelt with escapes (ISO 32000-1 §7.3.5) or lie in compressed object streams (§7.5.7).
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator
from enum import StrEnum

Bytes = bytes | mmap.mmap


class Action(StrEnum):
    """What an opened PDF may do; the values are codes."""

    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    ATTACHMENT = "attachment"
    FORM = "form"
    UNREADABLE = "unreadable"


_NAMES = {
    Action.JAVASCRIPT: re.compile(rb"/JavaScript\b"),
    Action.LAUNCH: re.compile(rb"/Launch\b"),
    Action.ATTACHMENT: re.compile(rb"/(?:EmbeddedFiles?|FileAttachment|RichMedia)\b"),
    Action.FORM: re.compile(rb"/(?:SubmitForm|ImportData)\b|/XFA[\s\[(<][\s\S]{0,4096}/AcroForm\b"
                            rb"|/AcroForm\b[\s\S]{0,4096}/XFA[\s\[(<0-9]"),
    Action.UNREADABLE: re.compile(rb"/Encrypt\b"),
}  # fmt: skip
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n")
_MOST_INFLATED = 16_000_000


def actions_of(data: Bytes) -> tuple[Action, ...]:
    """Return what the PDF would do, in the order of `Action`.

    An encrypted one, or an object stream that cannot be read, hides it and is `UNREADABLE`.
    """
    plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), bytes(data))
    found = {action for action, names in _NAMES.items() if names.search(plain)}
    for objects in _object_streams(data):
        if objects is None:
            found.add(Action.UNREADABLE)
        else:
            spelt = _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), objects)
            found |= {action for action, names in _NAMES.items() if names.search(spelt)}
    return tuple(action for action in Action if action in found)


def _object_streams(data: Bytes) -> Iterator[bytes | None]:
    """Give the objects of each object stream, None for one that is not plainly deflated."""
    left = _MOST_INFLATED
    for found in _STREAM.finditer(data):
        end = data.find(b"endstream", found.end())
        packed = bytes(data[found.end() : end if end >= 0 else len(data)])
        try:
            objects = zlib.decompressobj().decompress(packed, left) if left else None
        except zlib.error:
            objects = None
        left -= len(objects or b"")
        yield objects
