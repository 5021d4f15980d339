"""Hostile and honest files, made on the spot."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import av
from PIL import Image

from tests.integration.evidence.fieldwork import jpeg


def png(size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", size, bytes(range(256)) * (size[0] * size[1] * 3 // 256 + 1)).save(
        out, "PNG"
    )
    return out.getvalue()


def png_bomb(side: int) -> bytes:
    """Return a small PNG that claims `side` × `side` black pixels; 12,000 rows are there."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (struct.pack(">I", len(body)) + name + body
                + struct.pack(">I", zlib.crc32(name + body)))  # fmt: skip

    packer = zlib.compressobj(1)
    row = bytes(1 + side // 8)
    pixels = b"".join(packer.compress(row) for _ in range(min(side, 12_000))) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)
            + chunk(b"IEND", b""))  # fmt: skip


def jpeg_without_tables() -> bytes:
    """Return a whole JPEG container that no decoder can read, for want of its tables."""
    frame = b"\xff\xc0\x00\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34" * 50
    return b"\xff\xd8" + frame + scan + b"\xff\xd9"


def zipped_behind_jpeg() -> bytes:
    out = io.BytesIO(jpeg())
    out.seek(0, 2)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("run.html", "<script>alert(1)</script>")
    return out.getvalue()


def trimmed(film: bytes, *, start_s: float, shown_ms: int) -> bytes:
    """Return an MP4 whose edit list shows only a part of it, as gallery apps trim."""
    place = film.index(b"elst") + 12
    clock = struct.unpack(">I", film[(at := film.index(b"mdhd") + 16) : at + 4])[0]
    edit = struct.pack(">IiI", shown_ms, int(start_s * clock), 0x10000)
    return film[:place] + edit + film[place + 12 :]


def video(
    folder: Path,
    name: str = "v.mp4",
    *,
    seconds: int = 2,
    tracks: int = 1,
    index_first: bool = False,
) -> bytes:
    """Return a small clip; the picture changes with every frame."""
    options = {"movflags": "frag_keyframe+empty_moov"} if index_first else {}
    path = folder / name
    codec = "libx264" if name.endswith("mp4") else "libvpx"
    with av.open(str(path), "w", options=options) as container:
        streams = [container.add_stream(codec, rate=10) for _ in range(tracks)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(seconds * 10):
            with Image.open(io.BytesIO(jpeg(number // 10 + 1, (320, 240)))) as picture:
                frame = av.VideoFrame.from_image(picture)
            for stream in streams:
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode())
    return path.read_bytes()
