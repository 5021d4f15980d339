"""Containers read before any decoder, decoders confined, hashes compared, tus headers read."""

import contextlib
import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.integration.evidence.fieldwork import jpeg
from tests.integration.evidence.files import png, png_bomb, video
from webapp.evidence.decoding import confinement
from webapp.evidence.flags.picture_hash import is_blank, near_matches
from webapp.evidence.intake import tus
from webapp.evidence.records.formats import FAMILY_OF, Fault, Malformed, inspect
from webapp.refusals import Refusal


@given(st.sampled_from(sorted(FAMILY_OF)), st.binary(max_size=400))
@example("application/pdf", b"%PDF-")
def test_any_bytes_are_read_or_refused(mime: str, data: bytes) -> None:
    with pytest.raises(Malformed):
        inspect(data, mime)


@given(st.data())
def test_a_cut_or_changed_picture_never_loops(draws: st.DataObject) -> None:
    whole, mime = draws.draw(st.sampled_from([(jpeg(), "image/jpeg"), (png(), "image/png")]))
    end = draws.draw(st.integers(0, len(whole)))
    if end == len(whole):
        assert inspect(whole, mime).trailing_bytes == 0
        return
    with contextlib.suppress(Malformed):
        assert inspect(whole[:end], mime).is_cut


def test_sizes_are_read_from_headers() -> None:
    assert (inspect(jpeg(), "image/jpeg").width, inspect(png(), "image/png").height) == (640, 48)


@pytest.mark.parametrize(
    ("data", "mime", "fault"),
    [
        (png_bomb(12_000), "image/png", Fault.TOO_MANY_PIXELS),
        (jpeg()[:200], "image/jpeg", Fault.TRUNCATED),
        (png()[:33], "image/png", Fault.TRUNCATED),
        (b"GIF89a" + bytes(50), "image/jpeg", Fault.TYPE),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "image/heic", Fault.TRUNCATED),
    ],
)
def test_faults(data: bytes, mime: str, fault: Fault) -> None:
    with pytest.raises(Malformed) as malformed:
        inspect(data, mime)
    assert malformed.value.fault is fault


def test_56_a_bomb_that_reaches_the_decoder_is_refused_within_its_memory(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_bomb(12_000))
    limits = confinement.Limits(memory_bytes=400_000_000)
    with pytest.raises(confinement.Undecodable, match="DecompressionBomb"):
        confinement.derive(tmp_path / "bomb.png", family="png", folder=tmp_path, limits=limits)


def test_the_child_cannot_take_more_memory_than_it_may(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(jpeg(1, (5000, 5000)))
    limits = confinement.Limits(memory_bytes=60_000_000)
    with pytest.raises(confinement.Undecodable) as refused:
        confinement.derive(tmp_path / "p.jpg", family="jpeg", folder=tmp_path, limits=limits)
    assert [file.name for file in tmp_path.iterdir()] == ["p.jpg"]
    assert refused.value.reason


def test_the_child_lowers_its_own_limits() -> None:
    probe = (
        "import resource\n"
        "from webapp.evidence.decoding import confined_child\n"
        f"confined_child._limit({asdict(confinement.DEFAULT_LIMITS)!r})\n"
        "get = resource.getrlimit\n"
        "print(get(resource.RLIMIT_AS)[1], get(resource.RLIMIT_CPU)[1])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    memory, seconds = map(int, done.stdout.split())
    assert (memory, seconds) == (900_000_000, 20)
    assert resource.getrlimit(resource.RLIMIT_AS)[1] != memory


def test_a_file_that_takes_too_long_keeps_no_other_waiting(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(jpeg())
    at_once = confinement.Limits(wall_seconds=0)
    with pytest.raises(confinement.Undecodable, match="timeout"):
        confinement.derive(tmp_path / "p.jpg", family="jpeg", folder=tmp_path, limits=at_once)
    assert confinement.derive(tmp_path / "p.jpg", family="jpeg", folder=tmp_path)["width"] == 640


def test_a_forkserver_that_was_killed_is_started_anew(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(jpeg())
    server = confinement.Forkserver()
    task = {"path": str(tmp_path / "p.jpg"), "folder": str(tmp_path), "family": "jpeg",
            **asdict(confinement.DEFAULT_LIMITS)}  # fmt: skip
    assert b'"facts"' in server.ask(task)
    first = server._process
    assert first is not None
    first.kill()
    first.wait()
    assert server.ask(task) == b""
    assert b'"facts"' in server.ask(task)
    server._end()


def test_a_child_keeps_none_of_its_parents_pipes(tmp_path: Path) -> None:
    """Hostile content that took a child over could answer for the files that come after it."""
    code = (
        "import os, sys\n"
        f"sys.path.insert(0, {str(confinement.FORKSERVER.parent)!r})\n"
        "import forkserver, confined_child\n"
        "held = lambda task: ' '.join(sorted(\n"
        "    os.readlink(f'/proc/self/fd/{n}').partition(':')[0]\n"
        "    for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')))\n"
        "confined_child.work = lambda task: held(task).encode()\n"
        "print(forkserver._answer(b'{\"wall_seconds\": 60}').decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, input=""
    )
    assert done.stdout.split() == ["/dev/null", "/dev/null", "pipe"]


def test_a_picture_of_twelve_megapixels_becomes_small_ones(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(jpeg(1, (4000, 3000)))
    facts = confinement.derive(tmp_path / "p.jpg", family="jpeg", folder=tmp_path)
    assert (facts["width"], facts["height"]) == (4000, 3000)
    assert len(facts["turns"]) == 7
    assert (tmp_path / "thumbnail.jpg").stat().st_size <= 25_000


def test_a_live_webm_without_a_duration_is_measured(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(video(tmp_path, "v.webm", seconds=2))
    facts = confinement.derive(tmp_path / "v", family="webm", folder=tmp_path)
    assert facts["duration_ms"] == pytest.approx(2000, abs=150)


@pytest.mark.parametrize("family", ["mp4", "webm", "jpeg", "png", "heic", "webp"])
def test_garbage_is_undecodable(tmp_path: Path, family: str) -> None:
    (tmp_path / "g").write_bytes(b"ffconcat version 1.0\nfile /etc/passwd\n" * 20)
    with pytest.raises(confinement.Undecodable):
        confinement.derive(tmp_path / "g", family=family, folder=tmp_path)


HASHES = st.integers(0, 2**256 - 1)


@given(HASHES, st.sets(st.integers(0, 255), max_size=80))
def test_forty_bits_are_near(upright: int, flips: set[int]) -> None:
    other = upright ^ sum(1 << bit for bit in flips)
    found = near_matches(upright=upright, turns=[], stored=[(7, other)])
    assert bool(found) is (len(flips) <= 40 and not is_blank(upright))


@given(st.text(max_size=60))
def test_no_other_text_is_metadata(text: str) -> None:
    with pytest.raises(Refusal, match="upload_metadata"):
        tus.promised_file({"Upload-Metadata": text})


@given(st.text(max_size=60))
def test_no_other_text_is_a_checksum(text: str) -> None:
    with pytest.raises(Refusal, match="checksum_algorithm"):
        tus.checksum({"Upload-Checksum": text})


def test_the_task_is_plain_json() -> None:
    assert json.loads(json.dumps(asdict(confinement.DEFAULT_LIMITS)))
