"""Distances on the ellipsoid: geopy's only door."""

from webapp.roster.cells.datums import Point


def distance_m(one: Point, other: Point) -> float:
    """Metres between two WGS-84 points (latitude, longitude), along the ellipsoid."""
    from geopy.distance import geodesic

    return float(geodesic(one, other).meters)
