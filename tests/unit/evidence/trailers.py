"""Trailers as phones write them behind a picture, made by hand."""

import struct

from tests.integration.evidence.fieldwork import jpeg
from tests.integration.evidence.polyglots import mp4

GAIN_MAP = jpeg(2, (160, 120))
FILM = mp4()


def segment(picture: bytes, mark: int, body: bytes) -> bytes:
    """Return a JPEG with one more segment behind its start."""
    head = bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2)
    return picture[:2] + head + body + picture[2:]


def multi_picture(picture: bytes, others: list[bytes], order: str = ">") -> bytes:
    """Return a multi-picture file (CIPA DC-007): an index in the first, the others behind it."""
    sign = b"MM\0*" if order == ">" else b"II*\0"
    count = 1 + len(others)
    fields = struct.pack(f"{order}HHII", 0xB001, 4, 1, count)
    fields += struct.pack(f"{order}HHII", 0xB002, 7, 16 * count, 8 + 2 + 24 + 4)
    length = 4 + 8 + 2 + 24 + 4 + 16 * count
    whole = len(picture) + 4 + length
    # Offsets count from the index's own byte order mark, six bytes into its segment.
    entries, at = struct.pack(f"{order}IIIHH", 0x030000, whole, 0, 0, 0), whole - (2 + 4 + 4)
    for other in others:
        entries += struct.pack(f"{order}IIIHH", 0, len(other), at, 0, 0)
        at += len(other)
    index = sign + struct.pack(f"{order}IH", 8, 2) + fields + bytes(4) + entries
    return segment(picture, 0xE2, b"MPF\0" + index) + b"".join(others)


def container(
    picture: bytes, items: list[tuple[str, bytes]], *, as_elements: bool = False
) -> bytes:
    """Return a picture whose XMP names the items behind it (Ultra HDR, motion photo)."""
    said = _item("image/jpeg", 0, as_elements)
    said += b"".join(_item(mime, len(body), as_elements) for mime, body in items)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Seq>" + said + b"</rdf:Seq></x:xmpmeta>"
    return segment(picture, 0xE1, xmp) + b"".join(body for _, body in items)


def _item(mime: str, length: int, as_elements: bool) -> bytes:
    if as_elements:
        inner = f"<Item:Mime>{mime}</Item:Mime><Item:Length>{length}</Item:Length>"
        return f"<rdf:li><Container:Item>{inner}</Container:Item></rdf:li>".encode()
    return f'<rdf:li><Container:Item Item:Mime="{mime}" Item:Length="{length}"/></rdf:li>'.encode()


def micro_video(picture: bytes, film: bytes) -> bytes:
    """Return a motion photo of 2018."""
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta GCamera:MicroVideoOffset="%d"/>' % len(film)
    return segment(picture, 0xE1, xmp) + film


def samsung(blocks: list[tuple[int, bytes, bytes]]) -> bytes:
    """Return the trailer of Samsung's camera: blocks of kind, name and data, then a directory."""
    body, entries = b"", []
    for kind, name, data in blocks:
        block = struct.pack("<HHI", 0, kind, len(name)) + name + data
        entries.append((kind, len(body), len(block)))
        body += block
    head = b"SEFH" + struct.pack("<II", 107, len(blocks))
    for kind, start, size in entries:
        head += struct.pack("<HHII", 0, kind, len(body) - start, size)
    return body + head + struct.pack("<I", len(head)) + b"SEFT"


NOTES = samsung([(0x0A01, b"Image_UTC_Data", b"1700000000000")])
MOTION = samsung([(0x0A01, b"Image_UTC_Data", b"17"), (0x0A30, b"MotionPhoto_Data", FILM)])
