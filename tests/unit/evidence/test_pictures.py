"""Honest pictures with odd metadata are shown upright; what they claim is kept or absent."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from tests.integration.evidence.fieldwork import jpeg
from tests.unit.evidence import exif as tiff
from tests.unit.evidence.exif import position, rationals, short, text, with_exif
from webapp.evidence.decoding.imaging import derive_picture

# The reader warns of what it cannot read; the child that it runs in has nobody to warn.
pytestmark = pytest.mark.filterwarnings("ignore")
ODD = [(0, 0), (-1, 0), (1, 0), (2**31 - 1, 0), (-(2**31), -1)]
TURNS = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip
UPRIGHT = Image.merge("RGB", [
    Image.linear_gradient("L").resize((90, 60)),
    Image.linear_gradient("L").rotate(90).resize((90, 60)), Image.new("L", (90, 60), 40),
])  # fmt: skip


def stored(orientation: int) -> bytes:
    """Return what a phone stores that was held so that `orientation` makes it upright."""
    turn, out = TURNS[orientation], io.BytesIO()
    (UPRIGHT if turn is None else UPRIGHT.transpose(turn)).save(out, "JPEG", quality=95)
    return out.getvalue()


def derived(folder: Path, data: bytes) -> tuple[dict[str, Any], Image.Image]:
    (folder / "p").write_bytes(data)
    facts = derive_picture(folder / "p", "jpeg", folder)
    json.dumps(facts, allow_nan=False)
    with Image.open(folder / "preview.jpg") as picture:
        return facts, picture.convert("RGB")


def is_upright(picture: Image.Image) -> bool:
    if picture.size != UPRIGHT.size:
        return False
    spots = [(5, 5), (85, 5), (5, 55), (85, 55)]
    pairs = [(picture.getpixel(spot), UPRIGHT.getpixel(spot)) for spot in spots]
    return all(abs(a - b) < 40 for one, other in pairs for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_odd_rationals_and_every_orientation(
    tmp_path: Path, orientation: int, odd: tuple[int, int]
) -> None:
    fields = [short(0x0112, orientation), rationals(0x011A, odd, signed=True)]
    _, picture = derived(tmp_path, with_exif(stored(orientation), tiff.exif(fields)))
    assert is_upright(picture)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_turns_nothing(tmp_path: Path, orientation: int) -> None:
    data = with_exif(stored(1), tiff.exif([short(0x0112, orientation)]))
    assert is_upright(derived(tmp_path, data)[1])


def test_only_the_tag_turns_a_picture(tmp_path: Path) -> None:
    """Browsers and galleries do not read the orientation in XMP, so neither do we."""
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta tiff:Orientation="6"/>'
    assert is_upright(derived(tmp_path, with_exif(stored(1), xmp))[1])


@pytest.mark.parametrize(
    ("lat", "lon"),
    [((0, 0), (0, 0)), ((0, 1), (0, 1)), ((0, 0), (118, 1)), ((36, 1), (0, 0)), ((91, 1), (118, 1)),
     ((36, 1), (181, 1)), ((1, 0), (118, 1)), ((4_294_967_295, 1), (118, 1))],
)  # fmt: skip
def test_what_names_no_place_is_absent(
    tmp_path: Path, lat: tuple[int, int], lon: tuple[int, int]
) -> None:
    facts, _ = derived(tmp_path, with_exif(jpeg(), tiff.exif([], gps=position(lat, lon))))
    assert (facts["lat"], facts["lon"]) == (None, None)


@pytest.mark.parametrize(("north", "sign"), [(b"N", 1), (b"S", -1), (b"s", -1), (b"\0", 1)])
def test_a_place_is_read(tmp_path: Path, north: bytes, sign: int) -> None:
    fields = position((36, 1), (118, 1), north=north)
    facts, _ = derived(tmp_path, with_exif(jpeg(), tiff.exif([], gps=fields)))
    assert (facts["lat"], facts["lon"]) == (sign * 36, 118)


@pytest.mark.parametrize(
    ("said", "read"),
    [(b"2027:01:12 09:30:00\0", "2027:01:12 09:30:00"), (b"2027:01:12\x0009:30:00\0", None),
     (b"    :  :     :  :  \0", None), (b"0000:00:00 00:00:00\0", "0000:00:00 00:00:00"),
     (b"\xff" * 20, None), (b"", None)],
)  # fmt: skip
def test_a_time_is_read_or_absent(tmp_path: Path, said: bytes, read: str | None) -> None:
    """A NUL within would be text that PostgreSQL keeps in no JSON."""
    facts, _ = derived(tmp_path, with_exif(jpeg(), tiff.exif([], sub=[text(36867, said)])))
    assert facts["taken"] == read


FIELDS = st.builds(
    tiff.Field, st.integers(0, 65535) | st.sampled_from([0x0112, 36867, 1, 2, 3, 4, 0x8769]),
    st.integers(0, 13), st.sampled_from([0, 1, 3, 4, 2**31, 2**32 - 1]) | st.integers(0, 64),
    st.binary(max_size=32),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FIELDS, max_size=6), st.lists(FIELDS, max_size=6), st.lists(FIELDS, max_size=4),
       st.integers(0, 400))  # fmt: skip
def test_no_exif_costs_the_picture(
    tmp_path: Path, main: list[Any], gps: list[Any], sub: list[Any], cut: int
) -> None:
    data = with_exif(jpeg(1, (64, 48)), tiff.exif(main, gps, sub)[: 6 + cut])
    facts, picture = derived(tmp_path, data)
    assert sorted(picture.size) == [48, 64]
    assert facts["lat"] is None or abs(facts["lat"]) <= 90


def test_the_orientation_is_that_of_a_reference(tmp_path: Path) -> None:
    """Pillow's own reading agrees where the rest of the EXIF is sound."""
    for orientation in range(1, 9):
        data = with_exif(stored(orientation), tiff.exif([short(0x0112, orientation)]))
        with Image.open(io.BytesIO(data)) as picture:
            assert is_upright(ImageOps.exif_transpose(picture).convert("RGB"))


@pytest.mark.parametrize("keep", [-1, -2, -40, 0.5])
def test_a_picture_without_its_end_is_shown_as_far_as_it_goes(tmp_path: Path, keep: float) -> None:
    whole = stored(1)
    facts, picture = derived(tmp_path, whole[: int(keep if keep < 0 else len(whole) * keep)])
    assert picture.size == UPRIGHT.size
    assert facts["is_cut"] is True
    assert "is_cut" not in derived(tmp_path, whole)[0]
