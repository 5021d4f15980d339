"""What every desk page's templates may call: who is signed in, where, and addresses of filters."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from webapp.access.decorators import actor_of_session, maybe_actor
from webapp.access.labels import role_words
from webapp.access.rules import Actor
from webapp.desk import navigation


def desk_actor() -> Actor | None:
    """Return who is signed in at the desk, also on open pages and pages of errors.

    A page that says that the database is away must not fail because the database is away.
    """
    admitted = maybe_actor()
    if admitted is not None:
        return admitted
    if "desk_actor" not in g:
        try:
            g.desk_actor = actor_of_session()
        except SQLAlchemyError:
            g.desk_actor = None
    found: Actor | None = g.desk_actor
    return found


def desk_navigation() -> list[navigation.Item]:
    """Return the navigation of whoever is signed in; empty when the database is away."""
    actor = desk_actor()
    try:
        return navigation.items_for(actor) if actor else []
    except SQLAlchemyError:
        return []


def stand_for(address: str) -> None:
    """Let a page that a refused form shows again lead its filters to the list at `address`."""
    parts = urlsplit(address)
    g.list_address = parts.path, MultiDict(parse_qsl(parts.query))


def list_address() -> tuple[str, MultiDict[str, str]]:
    """Return the path and the filters of the list that the page shows."""
    found: tuple[str, MultiDict[str, str]] = g.get("list_address") or (request.path, request.args)
    return found


def address_with(name: str, value: str) -> str:
    """Return the present address with one filter changed; a new filter starts at page one."""
    path, filters = list_address()
    chosen = [(key, given) for key, given in filters.items(multi=True)
              if key not in {name, "after"} and given]  # fmt: skip
    if value:
        chosen.append((name, value))
    return f"{path}?{urlencode(chosen)}" if chosen else path


def filter_of(name: str) -> str:
    """Return one filter of the list as its address has it, a number sealed."""
    return str(list_address()[1].get(name, ""))


def own_address(wanted: str | None, otherwise: str = "/today") -> str:
    """Return `wanted` if it is a path of this desk, so that no link leads users elsewhere."""
    is_own = bool(wanted) and str(wanted).startswith("/") and not str(wanted).startswith("//")
    is_plain = not any(ord(sign) < 32 or sign == "\\" for sign in str(wanted))
    return str(wanted).rstrip("?") if is_own and is_plain else otherwise


def came_from() -> str:
    """Return the page of this desk from which the request was sent; empty when unknown."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    return own_address(f"{parts.path}?{parts.query}", "")


def register(app: Flask) -> None:
    """Give all templates of the application the functions above."""
    parts = {
        "desk_actor": desk_actor, "desk_navigation": desk_navigation,
        "address_with": address_with, "filter_of": filter_of, "came_from": came_from,
        "role_words": role_words,
    }  # fmt: skip
    app.context_processor(lambda: parts)
