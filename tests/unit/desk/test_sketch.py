"""The map without tiles keeps its scale and holds everything that it draws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.evidence.review.sketch import HEIGHT, WIDTH, Fix, draw

HOME = (36.805, 118.047)


def test_distances_are_to_scale() -> None:
    north = Fix(36.805 + 1000 / 111_320, 118.047, 50)
    drawn = draw(home=HOME, near_m=200, fixes=[north])
    assert drawn is not None
    assert drawn.home is not None
    up = drawn.home.y - drawn.fixes[0].y
    assert up / drawn.near_radius == pytest.approx(5, rel=0.01)
    assert drawn.bar_length / drawn.bar_metres == pytest.approx(up / 1000, rel=0.01)
    assert drawn.home.x == pytest.approx(drawn.fixes[0].x, abs=0.1)


def test_nothing_known_draws_nothing() -> None:
    assert draw(home=None, near_m=200, fixes=[]) is None


def test_a_home_alone_and_a_fix_alone_are_drawn() -> None:
    alone = draw(home=HOME, near_m=200, fixes=[])
    assert alone is not None
    assert alone.fixes == ()
    lost = draw(home=None, near_m=200, fixes=[Fix(*HOME, 10)])
    assert lost is not None
    assert lost.home is None


degrees = st.floats(-0.5, 0.5)


@given(st.lists(st.tuples(degrees, degrees, st.floats(0, 5000)), min_size=1, max_size=6))
def test_everything_lies_within_the_frame(offsets: list[tuple[float, float, float]]) -> None:
    fixes = [Fix(HOME[0] + north, HOME[1] + east, radius) for north, east, radius in offsets]
    drawn = draw(home=HOME, near_m=200, fixes=fixes)
    assert drawn is not None
    assert drawn.home is not None
    for spot in (*drawn.fixes, drawn.home):
        assert spot.x - spot.radius >= -0.2
        assert spot.x + spot.radius <= WIDTH + 0.2
        assert spot.y - spot.radius >= -0.2
        assert spot.y + spot.radius <= HEIGHT + 0.2
