"""What follows from an area's own facts, and which path lies in which."""

from typing import Protocol


class Named(Protocol):
    """Anything with an area's name."""

    name: str


def is_rural(area: Named | None) -> bool:
    """Say whether the area is a village (村) and so has the wider radius of evidence §2."""
    return area is not None and area.name.endswith(("村", "庄"))


def ids_on(path: str) -> list[int]:
    """Return the ids of the areas on the way to `path`, the city's first."""
    return [int(part) for part in path.split("/") if part]


def path_lies_in(path: str, area_path: str) -> bool:
    """Say whether the area of `path` is the one of `area_path` or lies below it."""
    return path.startswith(area_path)
