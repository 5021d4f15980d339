"""What may be journaled and as which bytes; the tree, notes and receipts have files of their own.

`merkle` (RFC 6962, RFC 9162), `notes` and `checkpoints` and `tlog_proofs` (C2SP) are rules as well:
pure, without a database, a clock or a key.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeAlias

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_ENTRY_BYTES = 32_000
SALT_BYTES = 32
_MAX_TEXT = 256

# Ids, hashes, codes, instants and addresses inside the store; never words about a person.
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+=@-]*", re.ASCII)
# A national id number or a mobile number, standing alone as it would in a fact.
_PERSONAL = re.compile(r"\d{15}|\d{17}[0-9Xx]|(?:\+?86)?1[3-9]\d{9}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_RESERVED = frozenset({"type", "at", "salted"})


class EntryType(StrEnum):
    """Everything that is worth an entry (evidence §1.7 and §1.8)."""

    DEVICE_ENROLLED = "device_enrolled"
    DEVICE_CONFIRMED = "device_confirmed"
    DEVICE_REVOKED = "device_revoked"
    ACCOUNT_RECORDED = "account_recorded"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_SWITCHED = "account_switched"
    ACCOUNT_MOVED = "account_moved"
    PASSWORD_SET = "password_set"  # noqa: S105 - it is a type of entry.
    SIGNED_IN = "signed_in"
    AREA_ADDED = "area_added"
    AREA_RENAMED = "area_renamed"
    AREA_MOVED = "area_moved"
    AREA_REMOVED = "area_removed"
    AREA_ALIAS_ADDED = "area_alias_added"
    AREA_ALIAS_REMOVED = "area_alias_removed"
    IMPORT_RECEIVED = "import_received"
    IMPORT_COLUMNS = "import_columns"
    IMPORT_CONFIRMED = "import_confirmed"
    IMPORT_APPLIED = "import_applied"
    IMPORT_DISCARDED = "import_discarded"
    IMPORT_UNDO_BEGUN = "import_undo_begun"
    IMPORT_UNDONE = "import_undone"
    IMPORT_ROW_DECIDED = "import_row_decided"
    PEOPLE_PLACED = "people_placed"
    PERSON_RENAMED = "person_renamed"
    TICKET_ISSUED = "ticket_issued"
    CAPTURE_COMMITTED = "capture_committed"
    CAPTURE_QUARANTINED = "capture_quarantined"
    MEDIA_RECEIVED = "media_received"
    MEDIA_QUARANTINED = "media_quarantined"
    MEDIA_RESTORED = "media_restored"
    DERIVED = "derived"
    MEDIA_INSPECTED = "media_inspected"
    RESULT_SUBMITTED = "result_submitted"
    REPORT_QUARANTINED = "report_quarantined"
    ASIDE_SETTLED = "aside_settled"
    REVIEW_DECIDED = "review_decided"
    # Acts that leave the states of people, visits, attempts and corrections behind (`states`).
    STATES_BASELINE = "states_baseline"
    VISITS_DISPATCHED = "visits_dispatched"
    VISITS_ASSIGNED = "visits_assigned"
    VISITS_CANCELLED = "visits_cancelled"
    VISITS_RESCHEDULED = "visits_rescheduled"
    OCCASION_OPENED = "occasion_opened"
    OCCASION_JOINED = "occasion_joined"
    ATTEMPTS_RECORDED = "attempts_recorded"
    CONTACT_CHANGE_DECIDED = "contact_change_decided"
    STATES_CHANGED = "states_changed"
    STATES_BREACHED = "states_breached"
    BENEFIT_ACTION = "benefit_action"
    CORRECTION = "correction"
    VIEWED = "viewed"
    EXPORTED = "exported"
    HOLD_SET = "hold_set"
    HOLD_CLEARED = "hold_cleared"
    TOMBSTONE = "tombstone"
    KEY_ROTATED = "key_rotated"
    ANCHORED = "anchored"
    VERIFIED = "verified"
    CHECKPOINT_KEPT = "checkpoint_kept"
    JOB_RETRIED = "job_retried"
    JOURNAL_RESTORED = "journal_restored"


STATE_ACTS = frozenset({
    EntryType.STATES_BASELINE, EntryType.VISITS_DISPATCHED, EntryType.VISITS_ASSIGNED,
    EntryType.VISITS_CANCELLED, EntryType.VISITS_RESCHEDULED, EntryType.OCCASION_OPENED,
    EntryType.OCCASION_JOINED, EntryType.ATTEMPTS_RECORDED,
    EntryType.CONTACT_CHANGE_DECIDED, EntryType.STATES_CHANGED, EntryType.PERSON_RENAMED,
})  # fmt: skip


class UnfitFactError(ValueError):
    """A fact that must not enter the journal, from which nothing can ever be removed."""


@dataclass(frozen=True)
class Commitment:
    """A low-entropy fact, hidden: the tree holds `digest`, the salt lies beside and can be erased.

    Without the salt nobody can find the fact by trying out its few possible values.
    """

    salt: bytes
    digest: bytes

    def covers(self, value: str) -> bool:
        """Say whether this is the commitment to `value`."""
        return commit_to(value, self.salt) == self


def commit_to(value: str, salt: bytes) -> Commitment:
    """Return SHA-256(salt ‖ value) with its salt of 32 random bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return Commitment(salt, sha256(salt + value.encode()).digest())


def entry_body(
    *,
    type: EntryType,  # noqa: A002 - it is the entry's own word for it.
    at: datetime,
    facts: Mapping[str, JsonValue],
    commitments: Mapping[str, Commitment],
) -> bytes:
    """Return the entry's bytes: JSON, made once here, hashed and kept as they are for ever.

    Raises:
        UnfitFactError: a fact is not an id, a hash, a code or a number, or it looks personal.
    """
    for name, value in facts.items():
        if name in _RESERVED:
            raise UnfitFactError(f"{name} is not free")
        _check_name(name)
        _check(name, value)
    body: dict[str, Any] = {"type": type.value, "at": format_instant(at), **facts}
    if commitments:
        for name in commitments:
            _check_name(name)
        body["salted"] = {name: made.digest.hex() for name, made in commitments.items()}
    written = json.dumps(body, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    if len(written) > MAX_ENTRY_BYTES:
        raise UnfitFactError(f"an entry has at most {MAX_ENTRY_BYTES} bytes")
    return written


def read_entry(body: bytes) -> dict[str, Any]:
    """Return the facts of an entry's bytes, or nothing when they are no JSON object."""
    try:
        facts = json.loads(body)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def format_instant(at: datetime) -> str:
    """Return RFC 3339 in UTC with microseconds; raises `ValueError` for a naive instant."""
    if at.tzinfo is None:
        raise ValueError("an entry's instant is aware")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(name: str, value: JsonValue) -> None:
    """Refuse what is not an id, a hash, a code or a number, however deep it lies."""
    if isinstance(value, dict):
        for inner, item in value.items():
            _check_name(inner)
            _check(f"{name}.{inner}", item)
    elif isinstance(value, list):
        for item in value:
            _check(name, item)
    elif isinstance(value, str):
        if len(value) > _MAX_TEXT or not _PLAIN.fullmatch(value) or _PERSONAL.fullmatch(value):
            raise UnfitFactError(f"{name} is not an id, a hash or a code")
    elif not (value is None or isinstance(value, int)):
        raise UnfitFactError(f"{name} is of a type that entries do not hold")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UnfitFactError("a fact's name is a plain word")
