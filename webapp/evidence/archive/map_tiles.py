"""Which pictures lie under the map of results, and where the map's own files are."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIST = Path(__file__).parents[2] / "static" / "pwa" / "dist"


@dataclass(frozen=True)
class Tiles:
    """A source of tiles: an address with {x} {y} {z}, whom to name, and the deepest zoom."""

    address: str
    credit: str
    max_zoom: int = 18


def tiles(source: str, key: str) -> tuple[Tiles, ...]:
    """Return the layers of the source that the operator chose; none by default.

    高德 draws in GCJ-02, so the points are shifted for display; the others take WGS-84.
    """
    if source == "osm":
        address = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
        return (Tiles(address, "© OpenStreetMap", 19),)
    if source == "amap":
        address = "https://webrd01.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8"
        return (Tiles(address + "&x={x}&y={y}&z={z}", "© 高德地图"),)
    if source == "tianditu":
        address = "https://t0.tianditu.gov.cn/DataServer?x={x}&y={y}&l={z}&tk=" + key
        return tuple(Tiles(f"{address}&T={layer}", "© 天地图") for layer in ("vec_w", "cva_w"))
    return ()


def leaflet_files() -> dict[str, str] | None:
    """Return the addresses of Leaflet's script and style in the phone build; None before it."""
    path = DIST / "build.json"
    if not path.exists():
        return None
    built: dict[str, Any] = json.loads(path.read_text("utf-8"))
    found = built.get("leaflet")
    return dict(found) if isinstance(found, dict) else None
