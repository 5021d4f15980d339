"""How often a password may be tried: by account and address together, a known device for itself.

The scheme is OWASP's "Slow Down Online Guessing Attacks with Device Cookies": whoever signed in
on a device once has a budget there that no stranger can use up, and a stranger's wrong guesses
count against the stranger's address, so that neither locks the account's holder out.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, g, request
from flask_limiter.util import get_remote_address

from webapp.config import settings
from webapp.extensions import limiter

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
UsernameOfRequest = Callable[[], str]

# Beyond these a stranger waits; they are high, because strangers share an address with an office.
ACCOUNT_FROM_ADDRESS = "20 per day"
ACCOUNT_FROM_ANYWHERE = "100 per day"
ADDRESS_FOR_ALL = "300 per hour"
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
    them. The day's count keeps one address from using up what everybody has.
    """
    wrong = partial(limiter.shared_limit, scope="guesses", deduct_when=_was_a_wrong_guess)
    counts = (
        wrong(_sign_in_limit, key_func=lambda: _own_count(username())),
        wrong(ACCOUNT_FROM_ADDRESS, key_func=lambda: f"day:{_own_count(username())}",
              exempt_when=lambda: is_known_device(username())),
        wrong(ACCOUNT_FROM_ANYWHERE, key_func=lambda: f"account:{username()}",
              exempt_when=lambda: is_known_device(username())),
        wrong(ADDRESS_FOR_ALL, key_func=lambda: f"address:{network_of_caller()}",
              exempt_when=lambda: is_known_device(username())),
    )  # fmt: skip

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        for count in counts:
            view = count(view)
        return view

    return decorate


def limit_tries(key: Callable[[], str]) -> Decorator:
    """Limit every request by `key`, whatever comes of it."""
    return limiter.shared_limit(_sign_in_limit, scope="tries", key_func=key)


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
    said = f"anzai-known-device\n{username}\n{nonce}".encode()
    return hmac.new(settings().key("session"), said, hashlib.sha256).hexdigest()


def _cookie_name(username: str) -> str:
    """Return a name of its own for each account, since an office shares its computers."""
    return f"anzai_known_{hashlib.sha256(username.encode()).hexdigest()[:12]}"


def keep_known_device(answer: Response) -> Response:
    """Send the cookie that `remember_device` decided on."""
    if (known := g.get("known_device")) is not None:
        username, nonce = known
        answer.set_cookie(_cookie_name(username), f"{nonce}.{_seal(username, nonce)}",
                          max_age=YEAR_SECONDS, httponly=True, samesite="Lax",
                          secure=settings().secure_cookies)  # fmt: skip
    return answer
