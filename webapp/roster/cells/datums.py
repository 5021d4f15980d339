"""WGS-84, GCJ-02 and BD-09: the three datums of coordinates that one meets in China.

Positions are stored in WGS-84. GCJ-02 (高德, 腾讯) shifts them by some 500 m, BD-09 (百度)
further; the way there is a formula, the way back is found by iterating it.
"""

from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt

# The ellipsoid that GCJ-02 was defined on (Krasovsky 1940): semi-axis in metres, eccentricity².
_AXIS = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BAIDU = pi * 3000 / 180


class Datum(StrEnum):
    """How a pair of coordinates is to be understood."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


Point = tuple[float, float]


def _in_china(latitude: float, longitude: float) -> bool:
    return 0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347


def _ripple(x: float) -> float:
    return (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3


def _northward(x: float, y: float) -> float:
    total = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _ripple(x)
    total += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    return total + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3


def _eastward(x: float, y: float) -> float:
    total = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _ripple(x)
    total += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    return total + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3


def wgs84_to_gcj02(latitude: float, longitude: float) -> Point:
    """Degrees to degrees, (latitude, longitude); outside China nothing is shifted."""
    if not _in_china(latitude, longitude):
        return latitude, longitude
    north = _northward(longitude - 105, latitude - 35)
    east = _eastward(longitude - 105, latitude - 35)
    radians = latitude / 180 * pi
    curve = 1 - _ECCENTRICITY_2 * sin(radians) ** 2
    per_north = _AXIS * (1 - _ECCENTRICITY_2) / (curve * sqrt(curve)) * pi
    per_east = _AXIS / sqrt(curve) * cos(radians) * pi
    return latitude + north * 180 / per_north, longitude + east * 180 / per_east


def gcj02_to_wgs84(latitude: float, longitude: float) -> Point:
    """The way back, to less than a millimetre, by repeating the way there."""
    guess = latitude, longitude
    for _ in range(8):
        shifted = wgs84_to_gcj02(*guess)
        guess = guess[0] + latitude - shifted[0], guess[1] + longitude - shifted[1]
    return guess


def gcj02_to_bd09(latitude: float, longitude: float) -> Point:
    """Baidu's own turn and shift on top of GCJ-02."""
    radius = hypot(longitude, latitude) + 0.00002 * sin(latitude * _BAIDU)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * _BAIDU)
    return radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065


def bd09_to_gcj02(latitude: float, longitude: float) -> Point:
    """The way back, by repeating the way there."""
    guess = latitude - 0.006, longitude - 0.0065
    for _ in range(8):
        shifted = gcj02_to_bd09(*guess)
        guess = guess[0] + latitude - shifted[0], guess[1] + longitude - shifted[1]
    return guess


def to_wgs84(latitude: float, longitude: float, datum: Datum) -> Point:
    """The position in WGS-84, whatever datum it came in."""
    if datum is Datum.WGS84:
        return latitude, longitude
    if datum is Datum.BD09:
        latitude, longitude = bd09_to_gcj02(latitude, longitude)
    return gcj02_to_wgs84(latitude, longitude)


def from_wgs84(latitude: float, longitude: float, datum: Datum) -> Point:
    """The position as `datum` writes it, for display and links only."""
    if datum is Datum.WGS84:
        return latitude, longitude
    shifted = wgs84_to_gcj02(latitude, longitude)
    return shifted if datum is Datum.GCJ02 else gcj02_to_bd09(*shifted)
