"""The three decorators by which every route says who may call it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, request
from flask_login import current_user

from webapp.access.rules import Actor, Permission
from webapp.refusals import Refusal

P = ParamSpec("P")
R = TypeVar("R")
OPEN = "open"


def actor_of_session() -> Actor | None:
    """Return who is signed in at the desk in this browser, or None."""
    return current_user.actor if _is_caller(is_session=True) else None


def actor_of_token() -> Actor | None:
    """Return whose token the request carries, or None."""
    return current_user.actor if _is_caller(is_session=False) else None


def _is_caller(*, is_session: bool) -> bool:
    return bool(current_user.is_authenticated and current_user.is_session is is_session)


def bearer_token() -> str:
    """Return the token of `Authorization: Bearer …`, or ""."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _mark(view: Callable[P, R], wrapped: Callable[P, R], declared: object) -> Callable[P, R]:
    wraps(view)(wrapped)
    wrapped.access = declared  # type: ignore[attr-defined]
    return wrapped


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Declare that anybody may call the route, signed in or not."""
    view.access = OPEN  # type: ignore[attr-defined]
    return view


class PasswordDueError(Refusal):
    """The caller signed in with a password that somebody else set, and has to change it first."""

    def __init__(self) -> None:
        super().__init__("password_change_due", 403)


def signed_in(
    permission: Permission, *, with_given_password: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only a desk session whose role is granted `permission` call the route."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            _admit(actor_of_session(), permission, with_given_password)
            return view(*args, **kwargs)

        return _mark(view, wrapped, ("session", permission))

    return decorate


def on_device(
    permission: Permission, *, with_given_password: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only an enrolled phone's token (`Authorization: Bearer …`) call the route.

    Work that lies on the phone is taken `with_given_password`: it must not be lost over one.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            _admit(actor_of_token(), permission, with_given_password)
            return view(*args, **kwargs)

        return _mark(view, wrapped, ("device", permission))

    return decorate


def actor() -> Actor:
    """Return who makes the present request; only in routes that are not open to all."""
    return cast(Actor, g.actor)


def maybe_actor() -> Actor | None:
    """Return who makes the present request, or None on a route open to all."""
    return cast(Actor | None, g.get("actor"))


def _admit(found: Actor | None, permission: Permission, with_given_password: bool) -> None:
    """Let `found` in or refuse.

    Raises:
        Refusal: `not_signed_in` (401) without a valid session or token,
            `password_change_due` (403), `not_allowed` (403).
    """
    if found is None:
        raise Refusal("not_signed_in", 401)
    if found.is_password_due and not with_given_password:
        raise PasswordDueError
    if not found.may(permission):
        raise Refusal("not_allowed", 403)
    g.actor = found
