"""The only door to PyAV: probing and posters of videos and sound, in a confined child process.

Imports nothing of the application, like `imaging`, and for the same reason.
"""

import struct
from pathlib import Path
from typing import Any

import av
from av.sidedata.sidedata import Type

MAX_FRAMES_TRIED = 300
DEMUXERS = {"mp4": "mp4", "webm": "webm"}
# The container is named, never guessed: a playlist called .mp4 opens nothing and fetches nothing.
OPTIONS = {"protocol_whitelist": "file", "probesize": "5000000", "analyzeduration": "5000000"}


def _opened(path: Path, family: str) -> Any:
    return av.open(str(path), format=DEMUXERS[family], options=OPTIONS)


def probe(path: Path, family: str) -> dict[str, Any]:
    """Return duration (ms, by demuxing when the header has none), tracks and pixels.

    Raises:
        av.FFmpegError, ValueError: the file cannot be read as its family.
    """
    with _opened(path, family) as container:
        video = [stream for stream in container.streams if stream.type == "video"]
        sound = [stream for stream in container.streams if stream.type == "audio"]
        facts: dict[str, Any] = {
            "video_tracks": len(video),
            "audio_tracks": len(sound),
            "other_tracks": len(container.streams) - len(video) - len(sound),
            "width": video[0].codec_context.width if video else None,
            "height": video[0].codec_context.height if video else None,
        }
        facts["duration_ms"] = _demuxed_ms(container)
    if not facts["duration_ms"]:
        raise ValueError("no media in the container")
    facts["hidden_ms"] = _hidden_ms(path, family, facts["duration_ms"])
    return facts


def _hidden_ms(path: Path, family: str, shown_ms: int) -> int:
    """Return how much lies in the file that its edit list never shows (ISO/IEC 14496-12 §8.6.6)."""
    if family != "mp4":
        return 0
    unedited = OPTIONS | {"ignore_editlist": "1"}
    with av.open(str(path), format=DEMUXERS[family], options=unedited) as container:
        return max(0, _demuxed_ms(container) - shown_ms)


def _demuxed_ms(container: Any) -> int:
    """Return the length that the packets shown cover, whatever the header says."""
    start: float | None = None
    end = 0.0
    for packet in container.demux():
        if packet.pts is None or packet.time_base is None or packet.is_discard:
            continue
        at = float(packet.pts * packet.time_base)
        start = at if start is None else min(start, at)
        end = max(end, at + float((packet.duration or 0) * packet.time_base))
    return round((end - (start or 0.0)) * 1000)


def poster(path: Path, family: str) -> tuple[Any, tuple[int, ...]] | None:
    """Return the first frame that is not nearly uniform, as a Pillow image, and how it is shown.

    The second is the signs of the display matrix, a b c d (ISO/IEC 14496-12 §8.2.2); None
    without a frame.
    """
    best: Any = None
    with _opened(path, family) as container:
        if not container.streams.video:
            return None
        container.streams.video[0].thread_count = 1
        for number, frame in enumerate(container.decode(video=0)):
            if best is None or number % 15 == 0:
                best = frame.to_image(), _shown(frame)
                low, high = best[0].convert("L").getextrema()
                if high - low > 40:
                    break
            if number >= MAX_FRAMES_TRIED:
                break
    return best  # type: ignore[no-any-return]


def _shown(frame: Any) -> tuple[int, ...]:
    """Return the signs of a frame's display matrix, its smaller diagonal taken for nothing."""
    matrix = next((bytes(data) for data in frame.side_data if data.type == Type.DISPLAYMATRIX), b"")
    if len(matrix) < 36:
        return (1, 0, 0, 1)
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        b = c = 0
    else:
        a = d = 0
    return tuple((part > 0) - (part < 0) for part in (a, b, c, d))
