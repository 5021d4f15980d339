"""Which accounts, phones, files and objects an entry names: what the journal is searched by.

A mention repeats what the entry's bytes say and proves nothing by itself; `verify-all` compares.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from webapp.journal.rules import EntryType

REF_BYTES = 16
# Which fact says who did it, the first that is there; an entry of the server's own has none.
ACTORS = ("by", "viewer_id", "reviewer_id", "corrected_by", "account_id", "worker_id")
_OF_NOBODY = frozenset({EntryType.ACCOUNT_RECORDED.value, EntryType.STATES_BASELINE.value})
_HASHED = frozenset({"media_sha256", "file_sha256"})
_UNNAMED = frozenset({"ticket_id", "type", "at", "salted"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def ref_of(name: str) -> bytes | None:
    """Return the key of a UUID, a SHA-256 in hex or a phone's thumbprint; None for other text."""
    if _UUID.fullmatch(name):
        return UUID(name).bytes
    if _SHA256.fullmatch(name):
        return bytes.fromhex(name)[:REF_BYTES]
    if _KID.fullmatch(name):
        return sha256(name.encode()).digest()[:REF_BYTES]
    return None


def actor_of(facts: Mapping[str, Any]) -> str | None:
    """Return the id of the account that did what an entry tells, if an account did."""
    if facts.get("type") in _OF_NOBODY:
        return None
    found = next((facts[name] for name in ACTORS if name in facts), None)
    return found if isinstance(found, str) else None


def mentions_of(facts: Mapping[str, Any]) -> dict[bytes, bool]:
    """Return the keys of what an entry's facts name, and whether it is who did it."""
    actor = actor_of(facts)
    found = dict.fromkeys(filter(None, map(ref_of, _names(facts))), False)
    if actor is not None and (ref := ref_of(actor)) is not None:
        found[ref] = True
    return found


def _names(facts: Mapping[str, Any]) -> Iterator[str]:
    """Give every id among the facts, however deep it lies."""
    for name, value in facts.items():
        if name in _UNNAMED:
            continue
        for text in _texts(value):
            is_hash = _SHA256.fullmatch(text) is not None
            if (is_hash and name in _HASHED) or (name == "device_kid") or _UUID.fullmatch(text):
                yield text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        # An act's entry names its objects as `kind:id`.
        yield value.rpartition(":")[2]
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in _names(value):
            yield one
