"""How the journal entry of a result names its captures: one by one, or many by one hash."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from webapp.journal.rules import JsonValue

# An entry has at most 32,000 bytes; a capture's id and hash take some 140 of them.
MOST_BY_NAME = 100


def facts_of_captures(named: Collection[tuple[str, str]]) -> dict[str, JsonValue]:
    """Return the facts that bind a result to captures, each an id and its record's SHA-256."""
    if len(named) > MOST_BY_NAME:
        return {"captures_count": len(named), "captures_sha256": digest_of_captures(named)}
    pairs: list[JsonValue] = [{"capture_id": id_, "record_sha256": sha} for id_, sha in named]
    return {"captures": pairs}


def digest_of_captures(named: Collection[tuple[str, str]]) -> str:
    """Return the SHA-256 over the sorted lines "id hash", which anybody can make again."""
    lines = sorted(f"{id_} {record_sha256}" for id_, record_sha256 in named)
    return sha256("\n".join(lines).encode()).hexdigest()


def names_them(facts: Mapping[str, Any], named: Collection[tuple[str, str]]) -> bool:
    """Say whether the entry's facts name exactly these captures."""
    if "captures_sha256" in facts:
        is_counted = facts.get("captures_count") == len(named)
        return is_counted and facts["captures_sha256"] == digest_of_captures(named)
    told = facts.get("captures") or []
    return {(str(ref.get("capture_id")), str(ref.get("record_sha256"))) for ref in told} == set(
        named
    )
