"""Draws the demo city's photos: a figure at a door, holding the code; nobody real is shown."""

import random
import struct
import zlib
from dataclasses import dataclass, field

WIDTH, HEIGHT = 480, 640
Colour = tuple[int, int, int]

# The seven segments of a digit: x, y, width, height on a field of 4 × 7.
SEGMENTS = {
    "a": (0, 0, 4, 1), "b": (3, 0, 1, 4), "c": (3, 3, 1, 4), "d": (0, 6, 4, 1),
    "e": (0, 3, 1, 4), "f": (0, 0, 1, 4), "g": (0, 3, 4, 1),
}  # fmt: skip
DIGITS = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")
WALLS: tuple[Colour, ...] = ((196, 188, 170), (172, 186, 190), (190, 176, 160), (180, 190, 172))
COATS: tuple[Colour, ...] = ((62, 84, 120), (120, 66, 60), (66, 96, 74), (92, 78, 110))
SKIN: Colour = (224, 186, 152)


@dataclass
class Canvas:
    """Rows of RGB bytes to paint rectangles and discs on."""

    rows: list[bytearray] = field(
        default_factory=lambda: [bytearray(3 * WIDTH) for _ in range(HEIGHT)]
    )

    def rectangle(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """Paint a rectangle, cut at the edges."""
        left, right = max(x, 0), min(x + width, WIDTH)
        for row in self.rows[max(y, 0) : max(y + height, 0)]:
            row[3 * left : 3 * right] = bytes(colour) * max(right - left, 0)

    def disc(self, x: int, y: int, radius: int, colour: Colour) -> None:
        """Paint a filled circle."""
        for step in range(-radius, radius + 1):
            half = int((radius**2 - step**2) ** 0.5)
            self.rectangle(x - half, y + step, 2 * half, 1, colour)

    def digits(self, x: int, y: int, text: str, unit: int, colour: Colour) -> None:
        """Write digits in seven segments, each `unit` pixels thick."""
        for place, digit in enumerate(text):
            for name in DIGITS[int(digit)]:
                dx, dy, width, height = SEGMENTS[name]
                self.rectangle(x + (place * 5 + dx) * unit, y + dy * unit, width * unit,
                               height * unit, colour)  # fmt: skip

    def png(self) -> bytes:
        """Return the picture as PNG (ISO/IEC 15948), truecolour, no filter."""
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        body = zlib.compress(b"".join(b"\0" + row for row in self.rows), 6)
        return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body)
                + _chunk(b"IEND", b""))  # fmt: skip


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def portrait(*, person_seed: int, room_seed: int, code: str | None) -> bytes:
    """Return a PNG of an invented person; the same `person_seed` draws the same person again."""
    person, room = random.Random(person_seed), random.Random(room_seed)  # noqa: S311 - a drawing.
    canvas = Canvas()
    canvas.rectangle(0, 0, WIDTH, HEIGHT, room.choice(WALLS))
    canvas.rectangle(room.randint(20, 300), 60, 150, 500, (122, 92, 66))
    for _ in range(60):
        canvas.rectangle(room.randrange(WIDTH), room.randrange(HEIGHT), room.randint(4, 40), 3,
                         room.choice(WALLS))  # fmt: skip
    x, hair = 240 + room.randint(-40, 40), 90 + person.randint(0, 130)
    canvas.disc(x, 520, 190, person.choice(COATS))
    canvas.disc(x, 232, 92, (hair, hair, hair))
    canvas.disc(x, 252, 78, SKIN)
    for eye in (-28, 28):
        canvas.disc(x + eye, 240, 7, (60, 44, 36))
    canvas.rectangle(x - 26, 286 + person.randint(0, 8), 52, 6, (160, 84, 78))
    if code is not None:
        canvas.rectangle(x - 120, 410, 250, 110, (250, 249, 245))
        canvas.digits(x - 105, 430, code, 10, (23, 38, 43))
    return canvas.png()
