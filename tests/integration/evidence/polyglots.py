"""Files that are two things at once, each of which its own reader opens."""

import io
import tarfile
import zipfile
import zlib

from tests.integration.evidence.fieldwork import jpeg
from tests.integration.evidence.files import png, zipped_behind_jpeg

PAGE = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.html", PAGE)
    return out.getvalue()


def with_comment(comment: bytes, mark: bytes = b"\xfe") -> bytes:
    """Return a JPEG with a segment of that text right behind its start."""
    whole = jpeg()
    return whole[:2] + b"\xff" + mark + (len(comment) + 2).to_bytes(2, "big") + comment + whole[2:]


def zip_in_comment() -> bytes:
    """Return a JPEG whose comment is an archive; the archive's own comment is the picture."""
    inner = archive()
    rest = with_comment(inner)
    after = rest[rest.index(inner) + len(inner) :]
    return rest.replace(inner, inner[:-2] + len(after).to_bytes(2, "little"))


def pdf(body: bytes = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n"
        + body
        + b"trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )


def script_object(name: bytes = b"/JavaScript") -> bytes:
    return b"<</Type/Action/S" + name + b"/JS(app.alert(1))>>"


def packed_script() -> bytes:
    body = zlib.compress(b"1 0 " + script_object())
    head = b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(body)
    return pdf(head + b"\nstream\n" + body + b"\nendstream\nendobj\n")


def webm(extra: bytes = b"") -> bytes:
    """Return the shell of a WebM; `extra` lies in a Void element, which players skip."""
    void = b"\xec" + (0x10000000 | len(extra)).to_bytes(4, "big") + extra
    return (
        b"\x1aE\xdf\xa3\x88webm" + bytes(4) + b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff" + void
    )


def mp4(extra: bytes = b"") -> bytes:
    """Return the shell of an MP4; `extra` lies in a free box, which players skip."""
    kind = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
    free = (len(extra) + 8).to_bytes(4, "big") + b"free" + extra
    return kind + b"\x00\x00\x00\x08moov" + free


def tarred_jpeg() -> bytes:
    """Return a tape archive that begins as a JPEG: its first member's name is the magic."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        member = tarfile.TarInfo("x" * 100)
        member.size = len(PAGE)
        made.addfile(member, io.BytesIO(PAGE))
    head = bytearray(out.getvalue())
    # SOI, then a comment segment that reaches over both blocks of the archive.
    head[:6] = b"\xff\xd8\xff\xfe" + (len(head) - 4).to_bytes(2, "big")
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head[:512])
    return bytes(head) + jpeg()[2:]


POLYGLOTS: dict[str, tuple[bytes, str, str]] = {
    "zip behind a jpeg": (zipped_behind_jpeg(), "image/jpeg", "zip"),
    "zip in a jpeg comment": (zip_in_comment(), "image/jpeg", "zip"),
    "page in a jpeg comment": (with_comment(PAGE), "image/jpeg", "html"),
    "page in a jpeg's application data": (with_comment(PAGE, b"\xe1"), "image/jpeg", "html"),
    "short page behind a jpeg": (jpeg() + b"<html></html>", "image/jpeg", "html"),
    "drawing behind a jpeg": (jpeg() + b"<svg onload=alert(1)>", "image/jpeg", "html"),
    "pdf in a jpeg comment": (with_comment(pdf()), "image/jpeg", "pdf"),
    "code in a jpeg comment": (with_comment(b"<?php system($_GET[0]);"), "image/jpeg", "script"),
    "tape archive as a jpeg": (tarred_jpeg(), "image/jpeg", "tar"),
    "page behind a png": (png() + PAGE, "image/png", "html"),
    "zip behind a pdf": (pdf() + archive(), "application/pdf", "zip"),
    "page in a webm": (webm(PAGE), "video/webm", "html"),
    "zip in an mp4 box": (mp4(archive()), "video/mp4", "zip"),
    "zip behind an mp4": (mp4() + archive(), "video/mp4", "zip"),
    "active: script": (pdf(b"3 0 obj" + script_object()), "application/pdf", "javascript"),
    "active: escaped": (
        pdf(b"3 0 obj" + script_object(b"/J#61vaScript")), "application/pdf", "javascript",
    ),
    "active: packed": (packed_script(), "application/pdf", "javascript"),
    "active: program": (pdf(b"<</S/Launch/F(cmd.exe)>>"), "application/pdf", "launch"),
    "active: attachment": (pdf(b"<</Type/EmbeddedFile>>"), "application/pdf", "attachment"),
    "active: encrypted": (pdf(b"<</Encrypt 4 0 R>>"), "application/pdf", "unreadable"),
}  # fmt: skip
