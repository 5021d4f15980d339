"""How often a password may be tried: by account and address together, a known device for itself.

The scheme is OWASP's "Slow Down Online Guessing Attacks with Device Cookies": whoever signed in
on a device once has a budget there that no stranger can use up, and a stranger's wrong guesses
count against the stranger's address, so that neither locks the account's holder out.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from threading import Lock
from typing import Any

from flask import Response, g, request
from flask_limiter.util import get_remote_address
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from webapp.config import settings
from webapp.extensions import db, limiter
from webapp.people.models import Account
from webapp.refusals import Refusal

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
UsernameOfRequest = Callable[[], str]

# Beyond these a stranger waits; they are high, because strangers share an address with an office.
ACCOUNT_FROM_ADDRESS = "20 per day"
ACCOUNT_FROM_ANYWHERE = "100 per day"
ADDRESS_FOR_ALL = "300 per hour"
# A holder's own device gets as many as the account gets from everywhere: more are no slips.
DEVICE_PER_DAY = "100 per day"
# Whoever holds a signed-in phone or page, and guesses the present password there to change it.
OWN_PER_DAY = "20 per day"
# Guesses are counted when they are answered: so many may be under way before one is counted.
MOST_AT_ONCE = 3
YEAR_SECONDS = 365 * 24 * 3600
_NONCE_BYTES = 16
_IPV6_PREFIX = 64


def _sign_in_limit() -> str:
    return settings().sign_in_limit


def _was_a_wrong_guess(answer: Response) -> bool:
    return answer.status_code == 401


def limit_guesses(username: UsernameOfRequest) -> Decorator:
    """Limit wrong passwords; a correct one is no guess and never counts.

    On a device where the account signed in before, only that device's own wrong passwords count.
    Elsewhere four counts run: the account from this address, by the minute and by the day, the
    account from everywhere, and the address for all accounts. The desk and the phone app share
    them. The day's count keeps one address from using up what everybody has. Many at once cannot
    run past a count that is made when they are answered: few are let in side by side.
    """
    wrong = partial(limiter.shared_limit, scope="guesses", deduct_when=_was_a_wrong_guess)
    counts = (
        wrong(_sign_in_limit, key_func=lambda: _own_count(username())),
        wrong(ACCOUNT_FROM_ADDRESS, key_func=lambda: f"day:{_own_count(username())}",
              exempt_when=lambda: is_known_device(username())),
        wrong(DEVICE_PER_DAY, key_func=lambda: f"day:{_own_count(username())}",
              exempt_when=lambda: not is_known_device(username())),
        wrong(ACCOUNT_FROM_ANYWHERE, key_func=lambda: f"account:{username()}",
              exempt_when=lambda: is_known_device(username())),
        wrong(ADDRESS_FOR_ALL, key_func=lambda: f"address:{network_of_caller()}",
              exempt_when=lambda: is_known_device(username())),
    )  # fmt: skip

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view = _few_at_once(view, username)
        for count in counts:
            view = count(view)
        return view

    return decorate


_under_way: Counter[str] = Counter()
_counting = Lock()


def _few_at_once(view: Callable[..., Any], username: UsernameOfRequest) -> Callable[..., Any]:
    """Answer 429 to a guess beside others from the same place for the same account."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key = _own_count(username())
        with _counting:
            is_free = _under_way[key] < MOST_AT_ONCE
            _under_way[key] += is_free
        if not is_free:
            raise TooManyRequests(retry_after=1)
        try:
            return view(*args, **kwargs)
        finally:
            with _counting:
                _under_way[key] -= 1
                if not _under_way[key]:
                    del _under_way[key]

    return guarded


def limit_tries(account_id: Callable[[], object]) -> Decorator:
    """Limit tries at one's own password: all of them by the minute, wrong ones by the day."""
    by_minute = limiter.shared_limit(
        _sign_in_limit, scope="tries", key_func=lambda: f"own-password:{account_id()}"
    )
    by_day = limiter.shared_limit(
        OWN_PER_DAY, scope="own-guesses", key_func=lambda: f"own-password:{account_id()}",
        deduct_when=lambda _answer: bool(g.get("was_wrong_guess")),
    )  # fmt: skip
    return lambda view: by_day(by_minute(view))


@contextmanager
def counting_guesses() -> Iterator[None]:
    """Have a wrong present password count as a guess, whichever answer the route makes of it."""
    try:
        yield
    except Refusal as refusal:
        g.was_wrong_guess = refusal.code == "present_password_wrong"
        raise


def _own_count(username: str) -> str:
    nonce = _known_nonce(username)
    place = f"device:{nonce}" if nonce else f"at:{network_of_caller()}"
    return f"{place}:account:{username}"


def network_of_caller() -> str:
    """Return the caller's address; of IPv6 the /64, all of which one subscriber can use."""
    address = get_remote_address()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))


def is_known_device(username: str) -> bool:
    """Say whether the account signed in before on the device that asks."""
    return _known_nonce(username) is not None


def remember_device(*, username: str) -> bool:
    """Have the answer make the device a known one of the account; False when it was one before."""
    if is_known_device(username):
        return False
    g.known_device = (username, secrets.token_hex(_NONCE_BYTES))
    return True


def _known_nonce(username: str) -> str | None:
    nonce, _, seal = request.cookies.get(_cookie_name(username), "").partition(".")
    if nonce and hmac.compare_digest(seal, _seal(username, nonce)):
        return nonce
    return None


def _seal(username: str, nonce: str) -> str:
    """Return what only this server writes, and only while the account's password stays the same.

    Whoever signed in here with a password that was changed since is a stranger again.
    """
    query = db.select(Account.password_hash).filter_by(username=username)
    said = f"anzai-known-device\n{username}\n{nonce}\n{db.session.scalar(query)}".encode()
    return hmac.new(settings().key("session"), said, hashlib.sha256).hexdigest()


def _cookie_name(username: str) -> str:
    """Return a name of its own for each account, since an office shares its computers."""
    return f"anzai_known_{hashlib.sha256(username.encode()).hexdigest()[:12]}"


def keep_known_device(answer: Response) -> Response:
    """Send the cookie that `remember_device` decided on; without a database, send none."""
    if (known := g.pop("known_device", None)) is not None:
        username, nonce = known
        with suppress(SQLAlchemyError):
            answer.set_cookie(_cookie_name(username), f"{nonce}.{_seal(username, nonce)}",
                              max_age=YEAR_SECONDS, httponly=True, samesite="Lax",
                              secure=settings().secure_cookies)  # fmt: skip
    return answer
