"""Near, far or inconclusive: the server judges as the phone does, by one contract file."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evidence.samples import sample
from webapp.config import Settings
from webapp.evidence.flags.place_flags import (
    COARSE_M,
    TOWN_RADIUS_M,
    Nearness,
    Place,
    far_or_coarse,
    judge_distance,
    match_location,
)
from webapp.evidence.records.records import UNKNOWN_ACCURACY_M
from webapp.roster.geography import distance_m

FILE = Path(__file__).parents[2] / "contracts/nearness.json"
CONTRACT = json.loads(FILE.read_text("utf-8"))
LIMITS, ROWS = CONTRACT["limits"], CONTRACT["rows"]
CODES = {
    Nearness.NEAR: None, Nearness.FAR: "location_far",
    Nearness.INCONCLUSIVE: "location_inconclusive",
}  # fmt: skip


def accuracy(row: dict[str, Any]) -> float:
    said = (row["fix"] or {}).get("accuracy_m")
    return UNKNOWN_ACCURACY_M if said is None else float(said)


def metres(row: dict[str, Any]) -> float | None:
    fix, place = row["fix"], row["place"]
    if fix is None or place is None:
        return None
    return distance_m((fix["lat"], fix["lon"]), (place["lat"], place["lon"]))


def radius(row: dict[str, Any]) -> float:
    return float(LIMITS["village_m"] if row["is_rural"] else LIMITS["town_m"])


def test_the_limits_are_those_of_the_settings() -> None:
    fields = Settings.__dataclass_fields__
    chosen = [fields["near_town_metres"].default, fields["near_village_metres"].default]
    assert [LIMITS["town_m"], LIMITS["village_m"]] == chosen
    assert (LIMITS["town_m"], LIMITS["coarse_m"]) == (TOWN_RADIUS_M, COARSE_M)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_distance_is_the_geodesic_one(row: dict[str, Any]) -> None:
    assert metres(row) == (
        None if row["metres"] is None else pytest.approx(row["metres"], abs=1e-3)
    )


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_near_far_or_inconclusive(row: dict[str, Any]) -> None:
    judged = judge_distance(distance_m=metres(row), accuracy_m=accuracy(row), radius_m=radius(row))
    assert judged == row["nearness"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["fix"] and row["place"]], ids=str)
def test_the_flag_says_the_same(row: dict[str, Any]) -> None:
    fix, place = row["fix"], row["place"]
    best = sample(lat=fix["lat"], lon=fix["lon"], accuracy_m=accuracy(row))
    registered = Place(place["lat"], place["lon"], radius(row))
    flag = far_or_coarse(best, match_location(best, registered, distance_m))
    assert (flag.code if flag else None) == CODES[Nearness(row["nearness"])]
