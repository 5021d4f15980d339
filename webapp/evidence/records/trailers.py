"""What phones themselves put behind the end of a picture, told from what nobody accounts for.

A gain map (Ultra HDR), more pictures (CIPA DC-007), the film of a motion photo and the notes of
Samsung's camera stand behind the picture that others read. Each is announced: by the index of
pictures in the file's head, by the lengths in its XMP, by a directory at the file's end. Only what
is announced and begins as it was announced counts as accounted for; whether a second file hides in
it is `second_files`' question, who looks at every byte all the same.
"""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

Bytes = bytes | mmap.mmap
Part = tuple[int, int]

_MULTI_PICTURE = b"MPF\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MP_ENTRIES = 0xB002
_MOST_PARTS = 64
_ITEM = re.compile(rb"<(?:\w+:)?Item[\s>](?:(?!<(?:\w+:)?Item[\s>])[\s\S]){0,2000}")
_SAID = re.compile(
    rb"Item:(Mime|Length|Padding)\s*(?:=\s*[\"']|>)\s*([\w/+.-]+)\s*(?:[\"']|<)", re.ASCII
)
_MICRO_VIDEO = re.compile(rb"MicroVideoOffset\s*(?:=\s*[\"']|>)\s*([0-9]{1,10})\s*(?:[\"']|<)")


def unaccounted(data: Bytes, end: int, family: str) -> int:
    """Return how many bytes behind `end` nothing announces; a filling of zeros hides nothing."""
    found: list[Part] = list(_samsung_parts(data))
    if family == "jpeg":
        for mark, start, stop in _head_segments(data):
            segment = bytes(data[start:stop])
            if mark == 0xE2 and segment.startswith(_MULTI_PICTURE):
                found += _multi_pictures(data, segment[4:], start + 4)
            if mark == 0xE1 and segment.startswith(_XMP):
                found += chain(_container_parts(data, segment, end), _micro_video(data, segment))
    return _outside(data, end, found)


def _outside(data: Bytes, end: int, parts: Sequence[Part]) -> int:
    """Return the length of all gaps between the parts that hold anything but zeros."""
    total, place = 0, end
    for start, stop in [*sorted(parts), (len(data), len(data))]:
        if start > place and bytes(data[place:start]).strip(b"\0"):
            total += start - place
        place = max(place, stop)
    return total


def _head_segments(data: Bytes) -> Iterator[tuple[int, int, int]]:
    """Give marker, start and stop of each segment before the pixels (ITU T.81 §B.1.1.4)."""
    place = 2
    while data[place : place + 1] == b"\xff":
        mark = data[place + 1 : place + 2]
        if mark == b"\xff":
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if mark in (b"", b"\xda", b"\xd9") or length < 2:
            return
        yield mark[0], place + 4, place + 2 + length
        place += 2 + length


def _multi_pictures(data: Bytes, index: bytes, base: int) -> Iterator[Part]:
    """Give the pictures that an MP index names but the first (CIPA DC-007-2009 §5.2.3)."""
    order = {b"II": "<", b"MM": ">"}.get(index[:2])
    if order is None or len(index) < 8:
        return
    (folder,) = struct.unpack_from(f"{order}I", index, 4)
    for place in range(folder + 2, min(len(index) - 11, folder + 2 + 12 * _MOST_PARTS), 12):
        tag, _, length, offset = struct.unpack_from(f"{order}HHII", index, place)
        if tag == _MP_ENTRIES:
            last = min(len(index), offset + length, offset + 16 * _MOST_PARTS)
            for at in range(offset, last - 15, 16):
                size, start = struct.unpack_from(f"{order}II", index, at + 4)
                if start and _is_picture(data, base + start):
                    yield base + start, min(len(data), base + start + size)
            return


def _container_parts(data: Bytes, xmp: bytes, end: int) -> Sequence[Part]:
    """Return the items behind the first, which follow it in order (Google's GContainer).

    Writers do not agree on whether they follow at once or end with the file.
    """
    items = [dict(_SAID.findall(found)) for found in _ITEM.findall(xmp)[:_MOST_PARTS]]
    sizes = [(_number(item, b"Length"), _number(item, b"Padding")) for item in items]
    whole = sum(length + padding for length, padding in sizes[1:])
    for first in (end + (sizes[0][1] if sizes else 0), len(data) - whole):
        parts, place, holds = [], first, first >= end
        for item, (length, padding) in list(zip(items, sizes, strict=True))[1:]:
            begins = _BEGINS.get(item.get(b"Mime", b""))
            holds = holds and begins is not None and begins(data, place)
            parts.append((place, min(len(data), place + length + padding)))
            place += length + padding
        if holds:
            return parts
    return ()


def _number(item: dict[bytes, bytes], name: bytes) -> int:
    said = item.get(name, b"0")
    return int(said) if said.isdigit() and len(said) <= 10 else 0


def _micro_video(data: Bytes, xmp: bytes) -> Iterator[Part]:
    """Give the film of an early motion photo, which says how far before the end it begins."""
    found = _MICRO_VIDEO.search(xmp)
    start = len(data) - int(found[1]) if found else -1
    if start > 0 and _is_film(data, start):
        yield start, len(data)


def _samsung_parts(data: Bytes) -> Iterator[Part]:
    """Give the directory at the end of Samsung's pictures, and each block that it names.

    Each entry says how far before the directory its block begins; each block repeats its kind.
    """
    tail = len(data) - 8
    if tail < 12 or data[tail + 4 :] != b"SEFT":
        return
    head = tail - int.from_bytes(data[tail : tail + 4], "little")
    if head < 0 or data[head : head + 4] != b"SEFH":
        return
    yield head, len(data)
    count = int.from_bytes(data[head + 8 : head + 12], "little")
    for place in range(head + 12, min(tail - 11, head + 12 + 12 * min(count, _MOST_PARTS)), 12):
        _, kind, back, size = struct.unpack("<HHII", data[place : place + 12])
        start = head - back
        if start >= 0 and data[start + 2 : start + 4] == kind.to_bytes(2, "little"):
            yield start, min(head, start + size)


def _is_picture(data: Bytes, place: int) -> bool:
    return data[place : place + 3] == b"\xff\xd8\xff"


def _is_film(data: Bytes, place: int) -> bool:
    return data[place + 4 : place + 8] == b"ftyp"


_BEGINS: dict[bytes, Callable[[Bytes, int], bool]] = {
    b"image/jpeg": _is_picture, b"video/mp4": _is_film, b"video/quicktime": _is_film,
    b"image/heic": _is_film, b"image/heif": _is_film, b"image/avif": _is_film,
}  # fmt: skip
