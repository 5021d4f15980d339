"""Flags about where: near, inconclusive or far, and fixes that look made rather than measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.evidence.flags.flags import Flag, flag_when, raised
from webapp.evidence.records.records import PositionReading, Sample

TOWN_RADIUS_M = 200
COARSE_M = 200
STALE_MS = 60_000
POSITION_TIME_S = 120
FASTEST_KMH = 120
SAME_DECIMALS = 6

Point = tuple[float, float]
Distance = Callable[[Point, Point], float]


class Nearness(StrEnum):
    """What a fix says about the registered place."""

    NEAR = "near"
    INCONCLUSIVE = "inconclusive"
    FAR = "far"


@dataclass(frozen=True)
class Place:
    """The registered place, WGS-84, and the radius in metres that counts as near."""

    lat: float
    lon: float
    radius_m: float = TOWN_RADIUS_M


@dataclass(frozen=True)
class Sighting:
    """Another capture of the same worker: where, how exactly (m), when, and of whom."""

    lat: float
    lon: float
    accuracy_m: float
    at: datetime
    same_place: bool


@dataclass(frozen=True)
class LocationMatch:
    """How a capture's best fix lies to the registered place; metres, None when unknown."""

    distance_m: float | None
    nearness: Nearness

    @property
    def stored_distance_m(self) -> float | None:
        """Return the distance as it is kept, to a decimetre: no fix knows more."""
        return None if self.distance_m is None else round(self.distance_m, 1)


def match_location(best: Sample | None, place: Place | None, distance: Distance) -> LocationMatch:
    """Measure the best fix against the registered place, and say what that tells."""
    if place is None or best is None:
        return LocationMatch(None, Nearness.INCONCLUSIVE)
    metres = distance((best.lat, best.lon), (place.lat, place.lon))
    nearness = judge_distance(
        distance_m=metres, accuracy_m=best.accuracy_m, radius_m=place.radius_m
    )
    return LocationMatch(metres, nearness)


def judge_distance(*, distance_m: float | None, accuracy_m: float, radius_m: float) -> Nearness:
    """Say near, inconclusive or far; without a fix or a registered place it is inconclusive."""
    if distance_m is None or accuracy_m > COARSE_M:
        return Nearness.INCONCLUSIVE
    return Nearness.NEAR if distance_m - accuracy_m <= radius_m else Nearness.FAR


def place_flags(
    position: PositionReading,
    *,
    wall: datetime,
    place: Place | None,
    match: LocationMatch,
    others: Sequence[Sighting],
    distance: Distance,
) -> list[Flag]:
    """Return every flag about the position.

    `match` is how its best fix lies to `place`; `others` are the worker's neighbouring captures.
    """
    best = position.best
    if best is None:
        return [Flag("location_missing", {"reason": position.error})]
    return raised(
        [
            far_or_coarse(best, match),
            stale(position),
            *look_of_fix(position),
            exactly_registered(best, place),
            repeated(best, others),
            too_fast(best, wall, others, distance),
            time_apart(position, wall),
        ]
    )


def far_or_coarse(best: Sample, match: LocationMatch) -> Flag | None:
    """Flag a fix that is far from the registered place, or that cannot tell."""
    if match.distance_m is None:
        coarse = best.accuracy_m > COARSE_M
        return flag_when(coarse, "location_inconclusive", accuracy_m=round(best.accuracy_m))
    if match.nearness is Nearness.NEAR:
        return None
    code = "location_far" if match.nearness is Nearness.FAR else "location_inconclusive"
    facts = {"distance_m": round(match.distance_m), "accuracy_m": round(best.accuracy_m)}
    return Flag(code, facts)


def stale(position: PositionReading) -> Flag | None:
    """Flag a fix that was older than a minute when it was used."""
    age_ms = position.age_ms or 0
    return flag_when(age_ms > STALE_MS, "location_stale", seconds=round(age_ms / 1000))


def look_of_fix(position: PositionReading) -> list[Flag | None]:
    """Flag fixes that do not look as receivers make them."""
    samples, best = position.samples, position.best
    if best is None:
        return []
    accuracies = {sample.accuracy_m for sample in samples}
    several = len(samples) >= 3
    frozen = several and len({(s.lat, s.lon) for s in samples}) == 1
    equal = several and len(accuracies) == 1 and best.accuracy_m.is_integer()
    nothing_else = best.altitude_m is None and best.speed is None and best.heading is None
    rounded = max(decimals(best.lat), decimals(best.lon)) <= 4
    return [
        flag_when(frozen, "position_frozen", samples=len(samples)),
        flag_when(equal, "accuracies_equal", accuracy_m=round(best.accuracy_m)),
        flag_when(nothing_else and best.accuracy_m < 10, "fix_bare"),
        flag_when(rounded, "coordinates_rounded"),
    ]


def decimals(degrees: float) -> int:
    """Return how many decimals a coordinate carries."""
    return len(f"{degrees:.10f}".rstrip("0").partition(".")[2])


def exactly_registered(best: Sample, place: Place | None) -> Flag | None:
    """Flag a fix that equals the registered point to six decimals."""
    same = place is not None and _same(best.lat, best.lon, place.lat, place.lon)
    return flag_when(same, "exactly_registered")


def repeated(best: Sample, others: Sequence[Sighting]) -> Flag | None:
    """Flag coordinates that equal, to six decimals, those of a visit at another address."""
    count = sum(
        not other.same_place and _same(best.lat, best.lon, other.lat, other.lon) for other in others
    )
    return flag_when(count > 0, "coordinates_repeated", times=count)


def _same(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> bool:
    pairs = ((a_lat, b_lat), (a_lon, b_lon))
    return all(round(a, SAME_DECIMALS) == round(b, SAME_DECIMALS) for a, b in pairs)


def too_fast(
    best: Sample, wall: datetime, others: Sequence[Sighting], distance: Distance
) -> Flag | None:
    """Flag a journey above 120 km/h between two captures, accuracies taken off first."""
    speeds = [_speed(best, wall, other, distance) for other in others]
    fastest = max(speeds, default=0.0)
    return flag_when(fastest > FASTEST_KMH, "too_fast", kmh=round(min(fastest, 99_999)))


def _speed(best: Sample, wall: datetime, other: Sighting, distance: Distance) -> float:
    metres = distance((best.lat, best.lon), (other.lat, other.lon))
    metres -= best.accuracy_m + other.accuracy_m
    seconds = max(abs((wall - other.at).total_seconds()), 1.0)
    return max(metres, 0.0) / seconds * 3.6


def time_apart(position: PositionReading, wall: datetime) -> Flag | None:
    """Flag fixes whose own time differs from the phone's clock by more than two minutes.

    The age that the phone itself states is taken off first: that is `stale`'s to tell.
    """
    measured_at = position.samples[-1].at if position.samples else None
    if measured_at is None:
        return None
    stated = timedelta(milliseconds=position.age_ms or 0)
    seconds = abs((measured_at + stated - wall).total_seconds())
    return flag_when(seconds > POSITION_TIME_S, "position_time_off", seconds=round(seconds))
