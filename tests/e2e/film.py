"""Films for the browser's fake camera (YUV4MPEG2): what stands before the phone."""

import io
from pathlib import Path

from PIL import Image

from webapp.demo.pictures import portrait

WIDTH, HEIGHT, RATE = 960, 1280, 10


def write_portrait(path: Path, code: str) -> None:
    """Write a film of an invented person who holds up four digits, quite still."""
    drawn = Image.open(io.BytesIO(portrait(person_seed=7, room_seed=0, code=code)))
    light, blue, red = drawn.resize((WIDTH, HEIGHT)).convert("YCbCr").split()
    half = (WIDTH // 2, HEIGHT // 2)
    frame = light.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(RATE):
            file.write(b"FRAME\n" + frame)
