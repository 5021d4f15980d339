"""EXIF as phones, editors and enemies write it: a TIFF structure made by hand (EXIF 3.0 §4.6)."""

import struct
from typing import NamedTuple

BYTE, ASCII, SHORT, LONG, RATIONAL, SRATIONAL = 1, 2, 3, 4, 5, 10
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 12: 8}
EXIF_FOLDER, GPS_FOLDER = 0x8769, 0x8825


class Field(NamedTuple):
    """One entry of a folder; `count` may lie about the bytes that are there."""

    tag: int
    kind: int
    count: int
    value: bytes


def short(tag: int, value: int) -> Field:
    return Field(tag, SHORT, 1, struct.pack("<H", value))


def text(tag: int, value: bytes) -> Field:
    return Field(tag, ASCII, len(value), value)


def rationals(tag: int, *parts: tuple[int, int], signed: bool = False) -> Field:
    form = "<2i" if signed else "<2I"
    value = b"".join(struct.pack(form, *part) for part in parts)
    return Field(tag, SRATIONAL if signed else RATIONAL, len(parts), value)


def position(lat: tuple[int, int], lon: tuple[int, int], north: bytes = b"N") -> list[Field]:
    """Return the GPS fields of whole degrees, each part over the same denominator."""
    return [text(1, north + b"\0"), rationals(2, lat, (0, 1), (0, 1)),
            text(3, b"E\0"), rationals(4, lon, (0, 1), (0, 1))]  # fmt: skip


def exif(
    main: list[Field], gps: list[Field] | None = None, sub: list[Field] | None = None
) -> bytes:
    """Return the payload of an APP1 segment, its folders one behind the other."""
    body, pointers = b"", []
    start = 8 + _length(main, pointers=sum(part is not None for part in (gps, sub)))
    for tag, folder in ((EXIF_FOLDER, sub), (GPS_FOLDER, gps)):
        if folder is not None:
            pointers.append(Field(tag, LONG, 1, struct.pack("<I", start + len(body))))
            body += _folder(folder, start + len(body))
    return b"Exif\0\0II*\0\x08\0\0\0" + _folder([*main, *pointers], 8) + body


def _length(fields: list[Field], pointers: int = 0) -> int:
    long_values = sum(len(field.value) for field in fields if len(field.value) > 4)
    return 6 + 12 * (len(fields) + pointers) + long_values


def _folder(fields: list[Field], at: int) -> bytes:
    values = at + 6 + 12 * len(fields)
    out, beyond = struct.pack("<H", len(fields)), b""
    for field in sorted(fields):
        inline = field.value.ljust(4, b"\0")
        if len(field.value) > 4:
            inline = struct.pack("<I", values + len(beyond))
            beyond += field.value
        out += struct.pack("<HHI", field.tag, field.kind, field.count) + inline
    return out + bytes(4) + beyond


def with_exif(jpeg: bytes, payload: bytes) -> bytes:
    """Return the JPEG with an APP1 segment behind its start."""
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]
