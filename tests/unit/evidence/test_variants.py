"""Pictures and films of the kinds that phones make are received, decoded, and shown upright."""

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pillow_heif
import pytest
from PIL import Image

from tests.unit.evidence import exif as tiff
from tests.unit.evidence.exif import short
from webapp.evidence.decoding import confinement
from webapp.evidence.records.formats import FAMILY_OF, inspect

GRADIENT = Image.linear_gradient("L").resize((640, 480))
PICTURE = Image.merge("RGB", [GRADIENT, GRADIENT.transpose(Image.Transpose.ROTATE_180), GRADIENT])
TURNED = tiff.exif([short(0x0112, 6)])
FRAGMENTS = "frag_keyframe+empty_moov+default_base_moof"


def saved(form: str, picture: Image.Image = PICTURE, **options: object) -> bytes:
    out = io.BytesIO()
    if form == "HEIF":
        pillow_heif.register_heif_opener()
    picture.save(out, form, **options)
    return out.getvalue()


def several(form: str) -> bytes:
    return saved(form, save_all=True, append_images=[PICTURE.rotate(5)])


def huge(width: int, height: int, **options: object) -> bytes:
    return saved("JPEG", PICTURE.resize((width, height)), quality=50, **options)


PICTURES: dict[str, tuple[Callable[[], bytes], str, tuple[int, int]]] = {
    "progressive": (lambda: saved("JPEG", progressive=True), "jpeg", (640, 480)),
    "cmyk": (lambda: saved("JPEG", PICTURE.convert("CMYK")), "jpeg", (640, 480)),
    "gray": (lambda: saved("JPEG", GRADIENT), "jpeg", (640, 480)),
    "restart markers": (lambda: saved("JPEG", restart_marker_blocks=4), "jpeg", (640, 480)),
    "all colours": (lambda: saved("JPEG", subsampling=0), "jpeg", (640, 480)),
    "several in one": (lambda: several("MPO"), "jpeg", (640, 480)),
    "one pixel": (lambda: saved("JPEG", PICTURE.resize((1, 1))), "jpeg", (1, 1)),
    "padded": (lambda: saved("JPEG") + bytes(4096), "jpeg", (640, 480)),
    "50 MP": (lambda: huge(8192, 6144), "jpeg", (1280, 960)),
    "200 MP": (lambda: huge(16384, 12288), "jpeg", (1280, 960)),
    "200 MP progressive": (lambda: huge(16384, 12288, progressive=True), "jpeg", (1280, 960)),
    "heic": (lambda: saved("HEIF"), "heic", (640, 480)),
    "heic turned": (lambda: saved("HEIF", exif=TURNED), "heic", (480, 640)),
    "heic 50 MP": (
        lambda: saved("HEIF", PICTURE.resize((8192, 6144)), quality=20), "heic", (1280, 960),
    ),
    "webp": (lambda: saved("WEBP"), "webp", (640, 480)),
    "webp lossless": (lambda: saved("WEBP", lossless=True), "webp", (640, 480)),
    "webp moving": (lambda: several("WEBP"), "webp", (640, 480)),
    "png with holes": (lambda: saved("PNG", PICTURE.convert("RGBA")), "png", (640, 480)),
    "png of a palette": (lambda: saved("PNG", PICTURE.convert("P")), "png", (640, 480)),
    "png of one bit": (lambda: saved("PNG", PICTURE.convert("1")), "png", (640, 480)),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_received_and_shown(tmp_path: Path, name: str) -> None:
    make, kind, size = PICTURES[name]
    data = make()
    assert inspect(data, f"image/{kind}").is_plain
    (tmp_path / "p").write_bytes(data)
    confinement.derive(tmp_path / "p", family=kind, folder=tmp_path)
    with Image.open(tmp_path / "preview.jpg") as preview:
        assert preview.size == size


def film(
    folder: Path, name: str, codec: str, *, flags: str = "", live: bool = False, vfr: bool = False
) -> bytes:
    """Return three seconds or so of film in a container of that name."""
    path, at = folder / name, 0
    options = ({"movflags": flags} if flags else {}) | ({"live": "1"} if live else {})
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(30):
            frame = av.VideoFrame.from_image(PICTURE.resize((320, 240)).rotate(number))
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            at += 100 if not vfr else (20 if number % 3 else 260)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


FILMS: dict[str, tuple[str, dict[str, object]]] = {
    "index at the end": ("libx264", {}),
    "index first": ("libx264", {"flags": "faststart"}),
    "fragments": ("libx264", {"flags": FRAGMENTS}),
    "uneven frames": ("libx264", {"vfr": True}),
    "hevc": ("libx265", {}),
    "mpeg-4 part 2": ("mpeg4", {}),
    "recorder without length": ("libvpx", {"live": True}),
    "vp9": ("libvpx-vp9", {}),
}


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_received_and_shown(tmp_path: Path, name: str) -> None:
    codec, options = FILMS[name]
    mime = "video/webm" if "vp" in codec else "video/mp4"
    data = film(tmp_path, f"v.{mime[6:]}", codec, **options)  # type: ignore[arg-type]
    assert inspect(data, mime).is_plain
    (tmp_path / "p").write_bytes(data)
    facts = confinement.derive(tmp_path / "p", family=FAMILY_OF[mime], folder=tmp_path)
    assert 2500 <= facts["duration_ms"] <= 3500
    assert facts["hidden_ms"] <= 300
    assert (tmp_path / "preview.jpg").exists()


@pytest.mark.parametrize(
    ("matrix", "size"),
    [((1, 0, 0, 1), (320, 240)), ((0, 1, -1, 0), (240, 320)), ((-1, 0, 0, -1), (320, 240)),
     ((0, -1, 1, 0), (240, 320)), ((-1, 0, 0, 1), (320, 240)), ((0, 1, 1, 0), (240, 320))],
)  # fmt: skip
def test_a_poster_is_upright(
    tmp_path: Path, matrix: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    """The picture grows brighter downwards; the matrix says where its corners are shown."""
    data = bytearray(film(tmp_path, "v.mp4", "libx264"))
    place = data.index(b"tkhd") + 44
    a, b, c, d = (part * 0x10000 for part in matrix)
    for offset, value in ((0, a), (4, b), (12, c), (16, d)):
        data[place + offset : place + offset + 4] = value.to_bytes(4, "big", signed=True)
    (tmp_path / "p").write_bytes(data)
    confinement.derive(tmp_path / "p", family="mp4", folder=tmp_path)
    with Image.open(tmp_path / "preview.jpg") as poster:
        assert poster.size == size
        red = poster.getchannel("R")
    # Down in the frame is (c, d) on the screen.
    across, down = c // 0x10000, d // 0x10000
    wide, high = poster.size
    darker = red.getpixel((wide // 2 - across * wide // 4, high // 2 - down * high // 4))
    lighter = red.getpixel((wide // 2 + across * wide // 4, high // 2 + down * high // 4))
    assert lighter > darker + 40
