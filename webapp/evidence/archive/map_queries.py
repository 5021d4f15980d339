"""Where evidence was taken, gathered so that a city's hundred thousand points stay quick.

What is counted are captures with a position. For the whole city they are read from one index
alone, for a part of it from another.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from webapp.access.rules import is_whole_city
from webapp.areas.duty import lies_in_indexed
from webapp.areas.models import Area
from webapp.config import settings
from webapp.evidence.models import Capture
from webapp.extensions import db
from webapp.roster.cells.datums import Datum, from_wgs84
from webapp.visits.models import Result, ResultCapture
from webapp.visits.rules import ResultState

CELLS_ACROSS = 24
MOST_POINTS = 300
MOST_CELLS = 1_000
# An area's name stands in the middle of so many of its captures, taken where it has most.
SAMPLES, SAMPLED_PLACES = 20, 4


@dataclass(frozen=True)
class Box:
    """What the map shows, degrees WGS-84."""

    west: float
    south: float
    east: float
    north: float

    @property
    def step(self) -> float:
        """The side of a cell in degrees, so that some twenty fit across."""
        return max((self.east - self.west) / CELLS_ACROSS, 1e-5)


@dataclass(frozen=True)
class Cell:
    """The captures near one place: how many, and how many far from the registered place."""

    lat: float
    lon: float
    count: int
    far: int
    result_id: str | None = None


@dataclass(frozen=True)
class AreaCount:
    """An area with its results, how many of them were accepted, and where it lies."""

    area: Area
    count: int
    accepted: int
    place: tuple[float, float] | None


def gathered(*, area_path: str, box: Box, outcome: str = "") -> dict[str, Any]:
    """Return the cells of `box` that hold captures, in the datum that the tiles need."""
    cells = _cells(area_path, box, outcome)
    total = sum(cell.count for cell in cells)
    if total <= MOST_POINTS:
        cells = _points(area_path, box, outcome)
    return {"cells": [asdict(_shifted(cell)) for cell in cells], "total": total}


def _narrowed(query: Any, area_path: str, box: Box | None, outcome: str = "") -> Any:
    query = query.where(Capture.latitude.is_not(None))
    if outcome:
        named = select(ResultCapture.capture_id).join(Result, Result.id == ResultCapture.result_id)
        query = query.where(Capture.id.in_(named.where(Result.outcome == outcome)))
    if not is_whole_city(area_path):
        query = query.where(lies_in_indexed(Capture.area_path, area_path))
    if box is None:
        return query
    return query.where(
        Capture.latitude.between(box.south, box.north),
        Capture.longitude.between(box.west, box.east),
    )


def _cells(area_path: str, box: Box, outcome: str) -> list[Cell]:
    row = func.floor((Capture.latitude - box.south) / box.step)
    column = func.floor((Capture.longitude - box.west) / box.step)
    far = func.count(case((Capture.nearness == "far", 1)))
    query = select(func.avg(Capture.latitude), func.avg(Capture.longitude), func.count(), far)
    query = _narrowed(query.select_from(Capture), area_path, box, outcome).group_by(row, column)
    found = db.session.execute(query.limit(MOST_CELLS))
    return [Cell(float(lat), float(lon), count, far) for lat, lon, count, far in found]


def _points(area_path: str, box: Box, outcome: str) -> list[Cell]:
    """Return one point a capture, with the result that rests on it."""
    query = select(
        Capture.id, Capture.latitude, Capture.longitude, Capture.nearness, ResultCapture.result_id
    ).outerjoin(ResultCapture, ResultCapture.capture_id == Capture.id)
    found: dict[UUID, Cell] = {}
    for row in db.session.execute(_narrowed(query, area_path, box, outcome)):
        result_id = str(row.result_id) if row.result_id else None
        is_far = int(row.nearness == "far")
        found[row.id] = Cell(row.latitude, row.longitude, 1, is_far, result_id)
    return list(found.values())


def _shifted(cell: Cell) -> Cell:
    """Move a point to GCJ-02 for display on 高德's tiles only; nothing of it is kept."""
    lat, lon = shown_at(cell.lat, cell.lon)
    return Cell(lat, lon, cell.count, cell.far, cell.result_id)


def shown_at(lat: float, lon: float) -> tuple[float, float]:
    """Return where a WGS-84 point is drawn on the chosen tiles."""
    return from_wgs84(lat, lon, Datum.GCJ02) if settings().tile_source == "amap" else (lat, lon)


def bounds(area_path: str) -> Box | None:
    """Return the box that holds every capture of the area; None when there is none."""
    query = select(
        func.min(Capture.longitude), func.min(Capture.latitude),
        func.max(Capture.longitude), func.max(Capture.latitude),
    )  # fmt: skip
    row = db.session.execute(_narrowed(query, area_path, None)).one()
    return Box(*row) if row[0] is not None else None


def by_area(area_path: str, below: Sequence[Area], outcome: str = "") -> list[AreaCount]:
    """Return each area below with its results and the middle of some of its captures."""
    accepted = func.count(case((Result.state == ResultState.ACCEPTED.value, 1)))
    query = select(Result.area_path, func.count(), accepted).group_by(Result.area_path)
    query = query.where(lies_in_indexed(Result.area_path, area_path))
    if outcome:
        query = query.where(Result.outcome == outcome)
    rows = db.session.execute(query).all()
    found = []
    for area in below:
        own = [row for row in rows if row[0].startswith(area.path)]
        counts = sum(row[1] for row in own), sum(row[2] for row in own)
        fullest = sorted(own, key=lambda row: -row[1])[:SAMPLED_PLACES]
        found.append(AreaCount(area, *counts, _middle([row[0] for row in fullest])))
    return found


def _middle(paths: Sequence[str]) -> tuple[float, float] | None:
    """Return the middle of a few captures at these very places."""
    query = (
        select(func.coalesce(Capture.latitude, 0.0), func.coalesce(Capture.longitude, 0.0))
        .where(Capture.area_path.in_(paths), Capture.latitude.is_not(None))
        .limit(SAMPLES)
    )
    found = db.session.execute(query).all() if paths else []
    if not found:
        return None
    return shown_at(mean(float(lat) for lat, _ in found), mean(float(lon) for _, lon in found))
