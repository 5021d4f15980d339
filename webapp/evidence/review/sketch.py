"""A small map without tiles: the registered place, the fixes and their circles, to one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, HEIGHT, MARGIN = 320.0, 220.0, 28.0
METRES_A_DEGREE = 111_320.0
STEPS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000)
SMALLEST_METRES = 30.0


@dataclass(frozen=True)
class Fix:
    """A capture's position, WGS-84, with its accuracy in metres."""

    lat: float
    lon: float
    accuracy_m: float


@dataclass(frozen=True)
class Spot:
    """A point of the drawing in its own units; `radius` is the accuracy's circle."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Sketch:
    """The drawing: `near_radius` is the circle that counts as near, around `home`."""

    home: Spot | None
    fixes: tuple[Spot, ...]
    near_radius: float
    bar_length: float
    bar_metres: int
    width: float = WIDTH
    height: float = HEIGHT


def draw(*, home: tuple[float, float] | None, near_m: float, fixes: Sequence[Fix]) -> Sketch | None:
    """Return the drawing, north up; None when there is nothing to draw.

    Everything fits, circles included, and never closer than 30 m to the border's scale.
    """
    points = [(fix.lat, fix.lon, fix.accuracy_m) for fix in fixes]
    if home is not None:
        points.append((*home, near_m))
    if not points:
        return None
    lat0, lon0 = points[-1][:2]
    flat = [(*_metres(lat, lon, lat0, lon0), radius) for lat, lon, radius in points]
    scale, x0, y0 = _fit(flat)
    spots = [Spot(*_place(x, y, scale, x0, y0), round(r * scale, 1)) for x, y, r in flat]
    bar = max((step for step in STEPS if step * scale <= WIDTH / 3), default=STEPS[0])
    own = spots.pop() if home is not None else None
    return Sketch(own, tuple(spots), round(near_m * scale, 1), round(bar * scale, 1), bar)


def _metres(lat: float, lon: float, lat0: float, lon0: float) -> tuple[float, float]:
    """Return metres east and north of a point nearby; flat enough for a sketch."""
    east = (lon - lon0) * METRES_A_DEGREE * cos(radians(lat0))
    return east, (lat - lat0) * METRES_A_DEGREE


def _fit(flat: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return units a metre and the middle of what is drawn."""
    west, east = min(x - r for x, _, r in flat), max(x + r for x, _, r in flat)
    south, north = min(y - r for _, y, r in flat), max(y + r for _, y, r in flat)
    across, up = max(east - west, SMALLEST_METRES), max(north - south, SMALLEST_METRES)
    scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / up)
    return scale, (west + east) / 2, (south + north) / 2


def _place(x: float, y: float, scale: float, x0: float, y0: float) -> tuple[float, float]:
    return round(WIDTH / 2 + (x - x0) * scale, 1), round(HEIGHT / 2 - (y - y0) * scale, 1)
