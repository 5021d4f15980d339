"""What phones announce behind a picture is no flag; all else is, and a second file always."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.evidence.fieldwork import jpeg
from tests.integration.evidence.files import png
from tests.integration.evidence.polyglots import PAGE, archive, mp4
from tests.unit.evidence.test_variants import saved, several
from tests.unit.evidence.trailers import (
    FILM,
    GAIN_MAP,
    MOTION,
    NOTES,
    container,
    micro_video,
    multi_picture,
    samsung,
    segment,
)
from webapp.evidence.records.formats import inspect
from webapp.evidence.records.trailers import unaccounted

HONEST = {
    "multi-picture": multi_picture(jpeg(), [GAIN_MAP]),
    "multi-picture, little-endian": multi_picture(jpeg(), [GAIN_MAP, jpeg(3)], "<"),
    "multi-picture of another hand": several("MPO"),
    "ultra hdr": container(jpeg(), [("image/jpeg", GAIN_MAP)]),
    "ultra hdr by both": multi_picture(container(jpeg(), []), [GAIN_MAP]),
    "motion photo": container(jpeg(), [("video/mp4", FILM)]),
    "ultra hdr that moves": container(jpeg(), [("image/jpeg", GAIN_MAP), ("video/mp4", FILM)]),
    "items as elements": container(jpeg(), [("video/mp4", FILM)], as_elements=True),
    "motion photo of 2018": micro_video(jpeg(), FILM),
    "samsung's notes": jpeg() + NOTES,
    "samsung's motion photo": jpeg() + MOTION,
    "samsung's ultra hdr": container(jpeg(), [("image/jpeg", GAIN_MAP)]) + NOTES,
    "padding before the film": container(jpeg(), []) + bytes(512) + MOTION,
    "filled up with zeros": jpeg() + bytes(4096),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_what_a_phone_announces_is_no_flag(name: str) -> None:
    content = inspect(HONEST[name], "image/jpeg")
    assert (content.trailing_bytes, content.is_plain, content.is_cut) == (0, True, False)


@pytest.mark.parametrize(
    ("data", "mime"),
    [(png() + NOTES, "image/png"), (mp4() + NOTES, "video/mp4"), (mp4() + bytes(4), "video/mp4"),
     (saved("HEIF") + MOTION, "image/heic"), (saved("WEBP") + NOTES, "image/webp")],
)  # fmt: skip
def test_other_files_have_such_trailers_too(data: bytes, mime: str) -> None:
    content = inspect(data, mime)
    assert (content.trailing_bytes, content.is_plain, content.is_cut) == (0, True, False)


@pytest.mark.parametrize("name", HONEST)
def test_what_nobody_announces_is_counted_all_the_same(name: str) -> None:
    """In front of a trailer that is found from the file's end, behind any other."""
    hidden = b"nobody told of me"
    whole = HONEST[name]
    is_last = whole.endswith(b"SEFT") or b"MicroVideoOffset" in whole
    place = len(whole) - len(MOTION if MOTION in whole else NOTES if NOTES in whole else FILM)
    changed = whole[:place] + hidden + whole[place:] if is_last else whole + hidden
    assert inspect(changed, "image/jpeg").trailing_bytes >= len(hidden)


LIES = {
    "an index that names no picture": multi_picture(jpeg(), [b"\x01secret" * 20]),
    "an item of an unknown kind": container(jpeg(), [("application/x", b"secret" * 20)]),
    "an item that is no film": container(jpeg(), [("video/mp4", b"secret" * 20)]),
    "a film from nowhere": micro_video(jpeg(), b"secret" * 20),
    "a directory without blocks": jpeg() + b"secret" * 20 + samsung([]),
}


@pytest.mark.parametrize("name", LIES)
def test_a_part_that_is_not_what_is_announced_is_counted(name: str) -> None:
    assert inspect(LIES[name], "image/jpeg").trailing_bytes >= 120


@pytest.mark.parametrize(
    ("second", "kind"), [(archive(), "zip"), (PAGE, "html"), (b"%PDF-1.7\n", "")]
)
def test_57_a_second_file_in_an_announced_part_is_named(second: bytes, kind: str) -> None:
    hiding = GAIN_MAP[:-2] + second + GAIN_MAP[-2:]
    for data in (
        multi_picture(jpeg(), [hiding]), container(jpeg(), [("image/jpeg", hiding)]),
        container(jpeg(), [("video/mp4", mp4(second))]), jpeg() + samsung([(1, b"x", second)]),
    ):  # fmt: skip
        content = inspect(data, "image/jpeg")
        assert content.trailing_bytes == 0
        # A PDF's header is read in the first kilobyte only, where none of these parts lies.
        assert (kind in content.second) == bool(kind)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_index_and_any_trailer_are_read(index: bytes, trailer: bytes) -> None:
    ends = [b"", b"SEFT", len(trailer).to_bytes(4, "little") + b"SEFT"]
    for start in (b"MPF\0", b"MPF\0II*\0\x08\0\0\0", b"http://ns.adobe.com/xap/1.0/\0<Item "):
        for end in ends:
            picture = segment(jpeg(), 0xE2 if start.startswith(b"MPF") else 0xE1, start + index)
            data = picture + b"SEFH" + trailer + end
            assert 0 <= unaccounted(data, len(picture), "jpeg") <= len(data) - len(picture)
