"""Coordinates in a roster: taken only with a datum that is named, and only inside the city."""

from webapp.roster.cells.cleaning import Cell, as_text, drop_spaces, fold_width
from webapp.roster.cells.datums import Datum, to_wgs84

# The city's box with a margin, in WGS-84 degrees (domain §3.7).
SOUTH, NORTH, WEST, EAST = 35.85, 37.36, 117.46, 118.61

_WORDS = {
    Datum.WGS84: ("WGS84", "WGS-84", "WGS", "GPS", "84", "CGCS2000", "国家2000", "大地2000"),
    Datum.GCJ02: ("GCJ02", "GCJ-02", "GCJ", "高德", "腾讯", "火星", "火星坐标", "国测局"),
    Datum.BD09: ("BD09", "BD-09", "BD09LL", "百度", "百度坐标"),
}
_DATUM = {word: datum for datum, words in _WORDS.items() for word in words}


def read_position(
    latitude: Cell, longitude: Cell, datum_words: Cell
) -> tuple[tuple[float, float, str] | None, str | None]:
    """((latitude, longitude in WGS-84, source datum) or None, a code or None)."""
    if not as_text(latitude).strip() and not as_text(longitude).strip():
        return None, None
    datum = _DATUM.get(drop_spaces(fold_width(as_text(datum_words))).upper())
    try:
        point = float(as_text(latitude)), float(as_text(longitude))
    except ValueError:
        return None, "coordinates_unclear"
    if datum is None:
        return None, "coordinates_unclear"
    north, east = to_wgs84(*point, datum)
    if not (SOUTH <= north <= NORTH and WEST <= east <= EAST):
        return None, "coordinates_outside_city"
    return (round(north, 7), round(east, 7), datum.value), None
