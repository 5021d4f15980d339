"""How the state of an object is committed to: parts under salts, one leaf an object, one root.

Thousands of objects may change in one act. The act's journal entry holds the root of an RFC 6962
tree over one leaf for each object; the leaves lie beside the journal (`journal_state`). A leaf
names its object openly and its parts by salted hashes, so that one part can be shown to a stranger
without the others, and nobody can try out a name or a number without the salt.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from webapp.journal.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash
from webapp.journal.rules import format_instant

# What stands in the place of the parts of an object that is no more.
GONE = b""


@dataclass(frozen=True, slots=True)
class State:
    """One object as an act left it; `parts` are the parts' digests, one after the other."""

    kind: str
    object_id: str
    salt: bytes
    parts: bytes

    @property
    def leaf(self) -> bytes:
        """The leaf's hash in the act's tree."""
        return state_leaf(self.kind, self.object_id, self.parts)


def state_leaf(kind: str, object_id: str, parts: bytes) -> bytes:
    """Return the hash of a leaf: kind and id in the clear, and the digests of the parts."""
    return leaf_hash(f"{kind}:{object_id}:".encode() + parts)


def part_salt(salt: bytes, part: str) -> bytes:
    """Return the salt of one part; it may be shown without giving the others away."""
    return sha256(salt + part.encode()).digest()


def part_digest(salt: bytes, part: str, words: str) -> bytes:
    """Return SHA-256(part's salt ‖ words)."""
    return sha256(sha256(salt + part.encode()).digest() + words.encode()).digest()


def parts_digest(salt: bytes, parts: Mapping[str, str]) -> bytes:
    """Return the digests of all parts in their order; words are those of `wording`."""
    return b"".join(part_digest(salt, name, words) for name, words in parts.items())


def changed_parts(names: Sequence[str], before: bytes, after: bytes) -> list[str]:
    """Return the names of the parts whose digests differ."""
    spans = [slice(at * HASH_BYTES, (at + 1) * HASH_BYTES) for at in range(len(names))]
    return [name for name, span in zip(names, spans, strict=True) if before[span] != after[span]]


def _plain(value: Any) -> Any:
    """Return what JSON has no word for: bytes and ids as hex, days and instants as ISO 8601."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no wording for {type(value).__name__}")


_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain
).encode


def wording(values: Mapping[str, Any]) -> str:
    """Return the one spelling of a part: JSON without spaces, names in order; leave None out."""
    return _encode(values)


def worded_columns(
    columns: Mapping[str, Sequence[Any]],
    lists: Mapping[str, Sequence[Sequence[str] | None]] | None = None,
    count: int | None = None,
) -> list[str]:
    """Return `wording` of each row of some columns; `lists` hold what is worded already."""
    worded = {name: _worded(name, values) for name, values in columns.items()}
    for name, found in (lists or {}).items():
        worded[name] = [f'"{name}":[{",".join(sorted(texts))}]' if texts else "" for texts in found]
    if not worded:
        return ["{}"] * (count or 0)
    rows = zip(*(worded[name] for name in sorted(worded)), strict=True)
    return ["{" + ",".join(filter(None, row)) + "}" for row in rows]


def _worded(name: str, values: Sequence[Any]) -> list[str]:
    """Return name and value of each row, and nothing where there is none."""
    sample = next((value for value in values if value is not None), None)
    if isinstance(sample, str):
        quote = json.encoder.encode_basestring
        return [f'"{name}":{quote(value)}' if value is not None else "" for value in values]
    if isinstance(sample, bytes):
        return [f'"{name}":"{value.hex()}"' if value is not None else "" for value in values]
    # Days, instants and numbers come again and again; 1 and 1.0 are told apart by their types.
    typed = [(type(value), value) for value in values]
    known = {key: f'"{name}":{_encode(key[1])}' for key in set(typed)} | {(type(None), None): ""}
    return [known[key] for key in typed]


def in_order(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what hangs on an object in an order that does not depend on the database."""
    kept = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return sorted(kept, key=_encode) if len(kept) > 1 else kept


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """Return MTH of the leaf hashes (RFC 6962 §2.1): pairs from the left, an odd one goes up."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def path_of(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """Return the inclusion proof of one leaf (RFC 6962 §2.1.1)."""
    level, path = list(leaves), []
    while len(level) > 1:
        sibling = position ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, position = _level_above(level), position >> 1
    return path


def _level_above(level: list[bytes]) -> list[bytes]:
    above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*above, level[-1]] if len(level) % 2 else above
