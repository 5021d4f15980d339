"""Who may approve a deletion, as the accounts say now and as they stood at an entry's index.

Accounts live in a room above, which registers how they are read. As long as it did not, nobody
may approve.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.journal.rules import read_entry

# Entries about accounts, which say that a role or an office ended lawfully.
ACCOUNT_ENTRIES = "account_%"


@dataclass(frozen=True)
class Approver:
    """What the accounts say now of somebody who approved something."""

    role: str
    is_active: bool


@dataclass(frozen=True)
class Accounts:
    """How accounts are read, and which roles may approve a deletion."""

    find: Callable[[Iterable[UUID]], Mapping[UUID, Approver]]
    approving_roles: frozenset[str]


_registered: list[Accounts] = []


def register_accounts(accounts: Accounts) -> None:
    """Say how accounts are read; the room of accounts calls this."""
    _registered[:] = [accounts]


def roles_of(ids: Iterable[UUID]) -> list[str | None]:
    """Return the present role of each account, None for one that is unknown."""
    wanted = list(ids)
    found = _registered[0].find(wanted) if _registered else {}
    return [found[each].role if each in found else None for each in wanted]


def may_approve_now(account_id: UUID, _index: int, _claimed: str | None) -> bool:
    """Say whether an account is known, active and of a role that may approve a deletion."""
    accounts = _registered[0] if _registered else Accounts(lambda _: {}, frozenset())
    found = accounts.find([account_id]).get(account_id)
    return found is not None and found.is_active and found.role in accounts.approving_roles


def could_approve(account_id: UUID, index: int, claimed: str | None) -> bool:
    """Say whether an account could approve when entry `index` was made.

    The entries about the account before that index decide, and the role that the entry itself
    claims must be theirs. Of accounts that no entry told of yet, what stands there now decides,
    unless a later entry says that just this has changed since.
    """
    accounts = _registered[0] if _registered else Accounts(lambda _: {}, frozenset())
    found = accounts.find([account_id]).get(account_id)
    if found is None or (claimed or found.role) not in accounts.approving_roles:
        return False
    before, after = _told_of(account_id, index)
    role, is_active = before.get("role"), before.get("is_active")
    if role is not None:
        return is_active is True and role in accounts.approving_roles and claimed in (None, role)
    has_role = claimed in (None, found.role) or "role" in after
    return has_role and (found.is_active or "is_active" in after)


def _told_of(account_id: UUID, index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what entries before and after an index say of an account, the newest on top."""
    rows = select(JournalEntry.index, JournalEntry.body).where(
        JournalEntry.type.like(ACCOUNT_ENTRIES)
    )
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for at, body in db.session.execute(rows.order_by(JournalEntry.index)):
        facts = read_entry(body)
        if facts.get("account_id") == str(account_id):
            (before if at < index else after).update(facts)
    return before, after
