"""Distances on the ellipsoid, and whether a fix says that somebody was near: geopy's only door."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.roster.cells.datums import Datum, Point, from_wgs84, to_wgs84

__all__ = ["Datum", "Nearness", "Point", "distance_m", "from_wgs84", "judge_nearness", "to_wgs84"]

# A fix whose radius is larger cannot speak about a distance of some hundred metres (domain A4).
COARSE_M = 300.0


class Nearness(StrEnum):
    """What a distance and an accuracy together allow to say."""

    NEAR = "near"
    INCONCLUSIVE = "inconclusive"
    FAR = "far"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NearnessJudgement:
    """The verdict with what it rests on, in metres."""

    nearness: Nearness
    distance_m: float | None
    accuracy_m: float | None


def distance_m(one: Point, other: Point) -> float:
    """Metres between two WGS-84 points (latitude, longitude), along the ellipsoid."""
    from geopy.distance import geodesic

    return float(geodesic(one, other).meters)


def judge_nearness(
    *, home: Point | None, fix: Point | None, accuracy_m: float | None, within_m: float
) -> NearnessJudgement:
    """NEAR when even the unlucky edge of the fix may lie within; FAR when it surely does not.

    Near: distance - accuracy ≤ within_m (domain §5.5). A coarse fix (> 300 m) or one without
    accuracy is INCONCLUSIVE unless it is far beyond doubt; without a point it is UNKNOWN.
    """
    if home is None or fix is None:
        return NearnessJudgement(Nearness.UNKNOWN, None, accuracy_m)
    apart = distance_m(home, fix)
    if accuracy_m is None or accuracy_m > COARSE_M:
        far = apart - (accuracy_m or 0) > max(within_m, 10 * COARSE_M)
        verdict = Nearness.FAR if far else Nearness.INCONCLUSIVE
    else:
        verdict = Nearness.NEAR if apart - accuracy_m <= within_m else Nearness.FAR
    return NearnessJudgement(verdict, apart, accuracy_m)
