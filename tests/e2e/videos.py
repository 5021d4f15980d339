"""Makes a WebM of a wanted size, such as a phone's own camera app would hand over."""

import random
from pathlib import Path

import av


def noisy_video(path: Path, size: int) -> bytes:
    """Write a VP8 video of at least `size` bytes to `path`; return its bytes."""
    width, height, rate = 640, 360, 2
    dice = random.Random(5)
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = 40_000_000
        stream.options = {"deadline": "realtime", "cpu-used": "8", "qmin": "0", "qmax": "6"}
        written = 0
        while written < size:
            for packet in stream.encode(_noise(dice, width, height)):
                written += packet.size
                container.mux(packet)
        container.mux(stream.encode())
    return path.read_bytes()


def _noise(dice: random.Random, width: int, height: int) -> av.VideoFrame:
    """Return a frame of noise, which no codec can make small."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane in frame.planes:
        plane.update(dice.randbytes(plane.buffer_size))
    return frame
