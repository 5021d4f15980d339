"""Every text and background of the design tokens stays readable, in light and in dark."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "webapp" / "static" / "tokens.css"

GROUNDS = ("paper", "surface", "sunken")
TEXTS = ("ink", "quiet", "pine", "pine-ink", "amber-ink", "seal-ink", "blue-ink")
ON_GROUNDS = list(itertools.product(TEXTS, GROUNDS))
ON_WASHES = [
    (text, f"{hue}-wash")
    for hue in ("pine", "amber", "seal", "blue")
    for text in ("ink", f"{hue}-ink")
]
ON_FILLS = [(f"on-{hue}", hue) for hue in ("pine", "amber", "seal", "blue")]
ON_FILLS.append(("on-pine", "pine-strong"))
NON_TEXT = [("edge", ground) for ground in GROUNDS] + [("focus", ground) for ground in GROUNDS]

Palette = dict[str, str]


def palettes() -> dict[str, Palette]:
    """The colours of each theme; dark is written twice, once for the system and once by choice."""
    css = TOKENS.read_text("utf-8")
    bodies = re.findall(r"(:root[^{]*)\{([^}]*)\}", css)
    found: dict[str, Palette] = {}
    for selector, body in bodies:
        colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", body))
        if colours:
            found[selector.strip()] = colours
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


THEMES = palettes()


def test_there_is_one_light_and_twice_the_same_dark() -> None:
    light, chosen, system = THEMES.values()

    assert chosen == system
    assert set(light) == set(chosen)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), ON_GROUNDS + ON_WASHES + ON_FILLS)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    palette = THEMES[theme]

    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), NON_TEXT)
def test_edges_and_focus_can_be_seen(theme: str, shape: str, ground: str) -> None:
    palette = THEMES[theme]

    assert contrast(palette[shape], palette[ground]) >= 3.0
