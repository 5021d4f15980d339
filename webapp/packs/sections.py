"""The sections of a pack: rooms register what they tell phones, and say it nowhere else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.access.rules import Actor
from webapp.packs.changes import Numbered
from webapp.packs.projections import Projection

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """Who asks for a pack, and after which change number; 0 asks for everything."""

    actor: Actor
    after: int


@dataclass(frozen=True)
class ChangingSection:
    """What is told by changes, page by page.

    `changed` gives the first page of what changed after `asked.after` (`paging.first_page`), in the
    order of the change numbers; `removed` what a phone is to drop, up to a change number, if one is
    named; `show` the members of the pack for the part of both that the page holds.
    """

    changed: Callable[[Asked], Sequence[Numbered]]
    removed: Callable[[Asked, int | None], Sequence[Numbered]]
    show: Callable[[Asked, Sequence[Any], Sequence[Any]], dict[str, Any]]
    projections: tuple[Projection, ...] = ()


StandingSection = Callable[[Asked], dict[str, Any]]
"""What each page says whole, for it is small and has no number."""

Reference = Callable[[], dict[str, Any]]
"""What is the same for everybody, and is sent when it differs from what the phone holds."""

changing: dict[str, ChangingSection] = {}
standing: dict[str, StandingSection] = {}
references: dict[str, Reference] = {}


def add_changing(name: str, section: ChangingSection) -> None:
    """Add a section whose rows are numbered by their changes."""
    _add(changing, name, section)


def add_standing(name: str, section: StandingSection) -> None:
    """Add a section that each page says whole."""
    _add(standing, name, section)


def add_reference(name: str, section: Reference) -> None:
    """Add what goes into the member `name` while the phone holds another."""
    _add(references, name, section)


def _add(known: dict[str, T], name: str, section: T) -> None:
    if known.setdefault(name, section) is not section:
        raise ValueError(f"two sections of the pack are called {name}")


def projections() -> list[Projection]:
    """Return every projection of every section."""
    return [each for section in changing.values() for each in section.projections]
