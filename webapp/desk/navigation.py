"""The desk's left navigation: what a role may see, and how much waits behind each entry."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.access.rules import Actor, Permission

COUNT_LIMIT = 999
Counter = Callable[[Actor], int]


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: where it leads, its words and its icon."""

    name: str
    path: str
    words: LazyString
    icon: str
    permission: Permission


@dataclass(frozen=True)
class Item:
    """A place as one page shows it."""

    path: str
    words: str
    icon: str
    count: str
    is_here: bool


PLACES = (
    Place("today", "/today", _l("今天"), "today", Permission.SEE_DESK),
    Place("visits", "/visits", _l("走访"), "visits", Permission.SEE_VISITS),
    Place("review", "/review", _l("审核"), "review", Permission.REVIEW_RESULTS),
    Place("archive", "/archive", _l("档案"), "archive", Permission.SEE_ARCHIVE),
    Place("map", "/map", _l("结果地图"), "map", Permission.SEE_ARCHIVE),
    Place("roster", "/roster", _l("花名册"), "roster", Permission.SEE_ROSTER),
    Place("audit", "/audit", _l("审计监督"), "journal", Permission.AUDIT),
    Place("areas", "/areas", _l("区划和机构"), "areas", Permission.MANAGE_AREAS),
    Place("accounts", "/accounts", _l("账号"), "accounts", Permission.MANAGE_ACCOUNTS),
)

_counters: dict[str, Counter] = {}


def count_with(name: str) -> Callable[[Counter], Counter]:
    """Let a higher feature say how much waits behind the place `name`."""

    def register(counter: Counter) -> Counter:
        _counters[name] = counter
        return counter

    return register


def items_for(actor: Actor) -> list[Item]:
    """Return the entries that the actor may open, with what waits behind each."""
    return [
        Item(place.path, str(place.words), place.icon, _count(place, actor), _is_here(place.path))
        for place in PLACES
        if actor.may(place.permission)
    ]


def _is_here(path: str) -> bool:
    return request.path == path or request.path.startswith(f"{path}/")


def _count(place: Place, actor: Actor) -> str:
    counter = _counters.get(place.name)
    waiting = counter(actor) if counter else 0
    if waiting > COUNT_LIMIT:
        return f"{COUNT_LIMIT}+"
    return str(waiting) if waiting else ""
