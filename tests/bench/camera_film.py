"""Makes the film that the browser's fake camera shows: 1920 × 1080, grainy as a real picture."""

from pathlib import Path

from PIL import Image

WIDTH, HEIGHT, FRAMES, RATE = 1920, 1080, 6, 15


def write_film(path: Path) -> None:
    """Write a YUV4MPEG2 file with full-range 4:2:0 colour, each frame a little different."""
    ground = Image.radial_gradient("L").resize((WIDTH, HEIGHT))
    grain = Image.effect_noise((WIDTH, HEIGHT), 30)
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            turned = grain.rotate(90 * number).resize((WIDTH, HEIGHT))
            file.write(b"FRAME\n" + Image.blend(ground, turned, 0.3).tobytes() + grey)
