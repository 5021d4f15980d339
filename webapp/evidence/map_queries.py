"""Where results were found, gathered so that a city's hundred thousand points stay quick."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import case, func, select

from webapp.config import settings
from webapp.evidence.models import Capture
from webapp.extensions import db
from webapp.roster.datums import Datum, from_wgs84
from webapp.roster.models import Area
from webapp.visits.models import Result, ResultCapture
from webapp.visits.rules import ResultState

CELLS_ACROSS = 24
MOST_POINTS = 400
MOST_CELLS = 1_000


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
    """The results near one place: how many, how many accepted and how many far from home."""

    lat: float
    lon: float
    count: int
    accepted: int
    far: int
    result_id: str | None = None


def gathered(*, area_path: str, box: Box) -> dict[str, Any]:
    """Return the cells of `box` that hold results, in the datum that the tiles need."""
    rows = _cells(area_path, box)
    total = sum(row.count for row in rows)
    cells = _points(area_path, box) if 0 < total <= MOST_POINTS else rows
    return {
        "cells": [asdict(_shifted(cell)) for cell in cells],
        "total": total,
        "labels": _labels(area_path, box),
    }


def _labels(area_path: str, box: Box) -> list[dict[str, Any]]:
    """Return the names of the areas just below, each in the middle of its results."""
    query = _joined(area_path, box).add_columns(
        Result.area_path, func.avg(Capture.latitude), func.avg(Capture.longitude), func.count()
    )
    rows = db.session.execute(query.group_by(Result.area_path)).all()
    steps = area_path.count("/") + 1
    found: dict[str, list[tuple[float, float, int]]] = {}
    for path, lat, lon, count in rows:
        below = "/".join(path.split("/")[:steps]) + "/"
        if path.count("/") >= steps:
            found.setdefault(below, []).append((float(lat), float(lon), count))
    names = select(Area.path, Area.name).where(Area.path.in_(found))
    return [_label(name, found[path]) for path, name in db.session.execute(names)]


def _label(name: str, weighed: list[tuple[float, float, int]]) -> dict[str, Any]:
    total = sum(count for _, _, count in weighed)
    lat = sum(lat * count for lat, _, count in weighed) / total
    lon = sum(lon * count for _, lon, count in weighed) / total
    moved = _shifted(Cell(lat, lon, total, 0, 0))
    return {"name": name, "lat": moved.lat, "lon": moved.lon}


def _joined(area_path: str, box: Box | None) -> Any:
    query = (
        select()
        .select_from(Capture)
        .join(ResultCapture, ResultCapture.capture_id == Capture.id)
        .join(Result, Result.id == ResultCapture.result_id)
        .where(Result.area_path.startswith(area_path), Capture.latitude.is_not(None))
    )
    if box is None:
        return query
    return query.where(
        Capture.latitude.between(box.south, box.north),
        Capture.longitude.between(box.west, box.east),
    )


def _cells(area_path: str, box: Box) -> list[Cell]:
    row = func.floor((Capture.latitude - box.south) / box.step)
    column = func.floor((Capture.longitude - box.west) / box.step)
    query = _joined(area_path, box).add_columns(
        func.avg(Capture.latitude), func.avg(Capture.longitude), func.count(Result.id.distinct()),
        func.count(case((Result.state == ResultState.ACCEPTED.value, Result.id)).distinct()),
        func.count(case((Capture.nearness == "far", Result.id)).distinct()),
    )  # fmt: skip
    found = db.session.execute(query.group_by(row, column).limit(MOST_CELLS))
    return [Cell(float(lat), float(lon), *counts) for lat, lon, *counts in found]


def _points(area_path: str, box: Box) -> list[Cell]:
    """Return one point a result, by its first capture with a position."""
    query = _joined(area_path, box).add_columns(
        Result.id, Result.state, Capture.latitude, Capture.longitude, Capture.nearness
    )
    found: dict[str, Cell] = {}
    for result_id, state, lat, lon, nearness in db.session.execute(query):
        is_accepted = int(state == ResultState.ACCEPTED)
        point = Cell(lat, lon, 1, is_accepted, int(nearness == "far"), str(result_id))
        found.setdefault(str(result_id), point)
    return list(found.values())


def _shifted(cell: Cell) -> Cell:
    """Move a point to GCJ-02 for display on 高德's tiles only; nothing of it is kept."""
    if settings().tile_source != "amap":
        return cell
    lat, lon = from_wgs84(cell.lat, cell.lon, Datum.GCJ02)
    return Cell(lat, lon, cell.count, cell.accepted, cell.far, cell.result_id)


def bounds(area_path: str) -> Box | None:
    """Return the box that holds every result of the area; None when there is none."""
    query = _joined(area_path, None).add_columns(
        func.min(Capture.longitude), func.min(Capture.latitude),
        func.max(Capture.longitude), func.max(Capture.latitude),
    )  # fmt: skip
    row = db.session.execute(query).one()
    return Box(*row) if row[0] is not None else None


def by_area(area_path: str, below: Sequence[Any]) -> list[tuple[Any, int, int]]:
    """Return each area below with its results and how many of them were accepted."""
    accepted = func.count(case((Result.state == ResultState.ACCEPTED.value, 1)))
    query = select(Result.area_path, func.count(), accepted).group_by(Result.area_path)
    rows = db.session.execute(query.where(Result.area_path.startswith(area_path))).all()
    return [
        (area, sum(r[1] for r in rows if r[0].startswith(area.path)),
         sum(r[2] for r in rows if r[0].startswith(area.path)))
        for area in below
    ]  # fmt: skip
