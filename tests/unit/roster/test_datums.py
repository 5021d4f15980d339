"""The three datums: known shifts, exact ways back, and the vectors that the phone reads too."""

import json
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.roster.cells.datums import Datum, from_wgs84, to_wgs84
from webapp.roster.geography import distance_m

VECTORS = Path(__file__).parents[2] / "contracts" / "datum.json"
ZHANGDIAN, YIYUAN = (36.805, 118.047), (36.18, 118.17)
places = st.tuples(st.floats(35.9, 37.3), st.floats(117.5, 118.6))


@pytest.mark.parametrize(
    ("point", "datum", "metres"),
    [(ZHANGDIAN, Datum.GCJ02, 545), (ZHANGDIAN, Datum.BD09, 1341), (YIYUAN, Datum.GCJ02, 529),
     (YIYUAN, Datum.BD09, 1311)],
)  # fmt: skip
def test_the_shifts_are_those_that_were_measured(
    point: tuple[float, float], datum: Datum, metres: float
) -> None:
    assert isclose(distance_m(point, from_wgs84(*point, datum)), metres, rel_tol=0.01)


@given(places, st.sampled_from(list(Datum)))
def test_there_and_back_is_the_same_place(point: tuple[float, float], datum: Datum) -> None:
    back = to_wgs84(*from_wgs84(*point, datum), datum)
    assert distance_m(point, back) < 0.01


def test_outside_china_nothing_is_shifted() -> None:
    assert from_wgs84(48.85, 2.35, Datum.GCJ02) == (48.85, 2.35)


def test_the_contract_vectors_hold() -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))["vectors"]
    assert len(vectors) >= 12
    for vector in vectors:
        for datum in (Datum.GCJ02, Datum.BD09):
            found = from_wgs84(*vector["WGS84"], datum)
            assert all(
                isclose(a, b, abs_tol=1e-9) for a, b in zip(found, vector[datum], strict=True)
            )
