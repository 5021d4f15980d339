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
    for _ in range(9):
        canvas.rectangle(room.randrange(WIDTH), room.randrange(HEIGHT), room.randint(30, 160),
                         room.randint(20, 140), room.choice(WALLS + COATS))  # fmt: skip
    _figure(canvas, person, room, code)
    return canvas.png()


def _figure(canvas: Canvas, person: random.Random, room: random.Random, code: str | None) -> None:
    """Draw head, coat and code; where and how large depends on the room."""
    size, x = room.uniform(0.62, 1.05), 240 + room.randint(-90, 90)
    y, hair = 250 + room.randint(-40, 90), 90 + person.randint(0, 130)

    def scaled(length: float) -> int:
        return int(length * size)

    canvas.disc(x, y + scaled(268), scaled(190), person.choice(COATS))
    canvas.disc(x, y - scaled(20), scaled(92), (hair, hair, hair))
    canvas.disc(x, y, scaled(78), SKIN)
    for eye in (-28, 28):
        canvas.disc(x + scaled(eye), y - scaled(12), scaled(7), (60, 44, 36))
    mouth = y + scaled(34 + person.randint(0, 8))
    canvas.rectangle(x - scaled(26), mouth, scaled(52), 6, (160, 84, 78))
    if code is not None:
        unit = max(scaled(10), 5)
        canvas.rectangle(x - 12 * unit, y + scaled(150), 24 * unit, 11 * unit, (250, 249, 245))
        canvas.digits(x - 10 * unit, y + scaled(150) + 2 * unit, code, unit, (23, 38, 43))
