"""Keeps full numbers out of the address bar: what is looked for by number travels sealed.

Addresses are kept in histories, links and the logs of proxies, so a search whose words hold a
number is posted, sealed, and read again from the sealed form by the list that it leads to.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag

from webapp import sealing
from webapp.refusals import Refusal
from webapp.roster.cells.cleaning import fold_width
from webapp.roster.cells.numbers import mask

LISTS = ("/roster", "/visits", "/visits/new", "/archive", "/audit/looks")
SEALED = "~"
NUMBER_DIGITS = 7
FULL_DIGITS = 11
LONGEST = 200


def address_of(form: Mapping[str, Any]) -> str:
    """Return the address of the list that a posted search leads to, its number sealed.

    Raises:
        Refusal: `not_found` (404) for a list that does not exist.
    """
    target = str(form.get("list", ""))
    if target not in LISTS:
        raise Refusal("not_found", 404)
    kept = {name: value for name, value in form.items()
            if value and name not in {"list", "csrf_token", "search", "kept"}}  # fmt: skip
    words = fold_width(str(form.get("search", ""))).replace("\0", "").strip()[:LONGEST]
    if words:
        kept["search"] = _sealed(words) if _digits(words) >= NUMBER_DIGITS else words
    elif str(form.get("kept", "")).startswith(SEALED):
        kept["search"] = str(form["kept"])
    return f"{target}?{urlencode(kept)}" if kept else target


def read_search(args: Mapping[str, Any]) -> str:
    """Return the words that an address looks for, unsealed.

    Raises:
        Refusal: `number_in_address` when a full number stands there for all to read.
    """
    words = str(args.get("search", "")).replace("\0", "").strip()[: 4 * LONGEST]
    if words.startswith(SEALED):
        return _unsealed(words[1:])
    if _digits(words) >= FULL_DIGITS:
        raise Refusal("number_in_address")
    return words


def shown(sealed: str, words: str) -> str:
    """Return searched words as a page shows them: masked if they travelled sealed.

    A link can be passed on, and to see a full number is a right of its own that is journaled.
    """
    return mask(words) if sealed.startswith(SEALED) else words


def _digits(words: str) -> int:
    return len(re.findall(r"\d", words))


def _sealed(words: str) -> str:
    return SEALED + base64.urlsafe_b64encode(sealing.seal(words)).rstrip(b"=").decode()


def _unsealed(text: str) -> str:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return sealing.unseal(raw)
    except (binascii.Error, InvalidTag, ValueError):
        return ""
