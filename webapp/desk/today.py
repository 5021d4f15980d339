"""The page "today": each feature adds its cards and boards, this feature shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString

from webapp.access.rules import Actor, Permission


@dataclass(frozen=True)
class Card:
    """One figure that waits for somebody, and where it leads; tone: good, wait, bad or plain."""

    words: LazyString
    figure: int
    path: str
    tone: str
    hint: LazyString | str = ""


@dataclass(frozen=True)
class Board:
    """A table on the page, drawn by a template of the feature that adds it."""

    template: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class _Source:
    """Who adds what, and who may see it; lower `order` first."""

    order: int
    permission: Permission
    make: Callable[[Actor], Any]


_cards: list[_Source] = []
_boards: list[_Source] = []


def card(order: int, permission: Permission) -> Callable[[Callable[[Actor], Card | None]], object]:
    """Register a function that returns one card of the page; None where it has nothing to say."""
    return lambda make: _cards.append(_Source(order, permission, make))


def board(order: int, permission: Permission) -> Callable[[Callable[[Actor], Board]], object]:
    """Register a function that returns one board of the page."""
    return lambda make: _boards.append(_Source(order, permission, make))


def cards_for(actor: Actor) -> list[Card]:
    """Return the cards that the actor may see."""
    made = (source.make(actor) for source in _seen(_cards, actor))
    return [each for each in made if each is not None]


def boards_for(actor: Actor) -> list[Board]:
    """Return the boards that the actor may see."""
    return [source.make(actor) for source in _seen(_boards, actor)]


def _seen(sources: list[_Source], actor: Actor) -> list[_Source]:
    return sorted((s for s in sources if actor.may(s.permission)), key=lambda s: s.order)
