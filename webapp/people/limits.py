"""How often a password may be tried, by account and by address."""

from collections.abc import Callable
from typing import Any

from flask import Response
from flask_limiter.util import get_remote_address

from webapp.config import settings
from webapp.extensions import limiter

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _sign_in_limit() -> str:
    return settings().sign_in_limit


def _was_a_wrong_guess(answer: Response) -> bool:
    return answer.status_code == 401


def limit_guesses(key: Callable[[], str] = get_remote_address) -> Decorator:
    """Limit wrong passwords by `key`.

    Only these count: an office whose phones share one address signs them all in on one morning,
    and a correct password is no guess.
    """
    return limiter.limit(_sign_in_limit, key_func=key, deduct_when=_was_a_wrong_guess)


def limit_tries(key: Callable[[], str]) -> Decorator:
    """Limit every request by `key`, whatever comes of it."""
    return limiter.limit(_sign_in_limit, key_func=key)
