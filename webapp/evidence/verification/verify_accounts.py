"""Compares accounts with what the journal tells of them, and reviews with who could make them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from webapp.access.rules import GRANTS, Permission
from webapp.areas.models import Area
from webapp.evidence.verification.findings import Entry, Finding, entries_in_order
from webapp.extensions import db
from webapp.journal.models import JournalSalt
from webapp.journal.rules import EntryType, commit_to, format_instant
from webapp.people.models import Account

KINDS = (
    EntryType.ACCOUNT_RECORDED, EntryType.ACCOUNT_OPENED, EntryType.ACCOUNT_SWITCHED,
    EntryType.ACCOUNT_MOVED, EntryType.PASSWORD_SET, EntryType.REVIEW_DECIDED,
)  # fmt: skip
# So long may a request that began before an account was changed still run.
UNDER_WAY = timedelta(minutes=1)
# What is committed to under a salt, as columns of the account.
HIDDEN = ("username", "name", "password_hash")


@dataclass
class Told:
    """An account as its entries so far tell it; `hidden` names the entry of each commitment."""

    values: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, tuple[int, str]] = field(default_factory=dict)
    changed_at: datetime | None = None

    @property
    def may_review(self) -> bool:
        """Whether a review by the account was possible at this point of the journal."""
        is_due = self.values["password_given_at"] and not self.values["password_own_at"]
        reviewers = {role.value for role in GRANTS[Permission.REVIEW_RESULTS]}
        return bool(self.values["is_active"] and self.values["role"] in reviewers and not is_due)


def verify_accounts() -> Iterator[Finding]:
    """Give what is wrong with any account, once the journal tells of accounts at all.

    In a data folder of an earlier version it begins to tell at the migration.
    """
    told: dict[str, Told] = {}
    findings: list[Finding] = []
    for index, entry in entries_in_order(KINDS):
        if entry.type == EntryType.REVIEW_DECIDED:
            findings += _verify_reviewer(told, entry)
        else:
            _follow(told, index, entry.type, entry.at, entry.facts)
    yield from findings
    if told:
        yield from _compare_all(told)


def _verify_reviewer(told: Mapping[str, Told], entry: Entry) -> Iterator[Finding]:
    """Demand that a reviewer's role, account and password allowed a review when it was made.

    A review that was under way while the account was changed deserves a look, no more.
    """
    account = told.get(str(entry.facts.get("reviewer_id")))
    if account is None or account.may_review or account.changed_at is None:
        return
    words = "its reviewer's account could not review then: its role, state or password"
    is_close = entry.at - account.changed_at < UNDER_WAY
    name = f"review of result {entry.facts.get('result_id')}"
    yield Finding("reviewer_unfit", name, words, is_remark=is_close)


def _follow(told: dict[str, Told], index: int, kind: str, at: datetime, facts: Any) -> None:
    """Let `told` follow one entry about an account."""
    account = told.setdefault(str(facts.get("account_id")), Told())
    values, account.changed_at = account.values, at
    for name, digest in (facts.get("salted") or {}).items():
        account.hidden[name] = (index, digest)
    if kind in {EntryType.ACCOUNT_RECORDED, EntryType.ACCOUNT_OPENED}:
        values["created_at"] = facts.get("created_at") or format_instant(at)
        values |= {"password_given_at": None, "password_given_by": None, "password_own_at": None}
    if kind == EntryType.PASSWORD_SET and facts.get("is_own"):
        values["password_own_at"] = format_instant(at)
    elif kind == EntryType.PASSWORD_SET:
        values |= {"password_given_at": format_instant(at), "password_own_at": None,
                   "password_given_by": facts.get("by")}  # fmt: skip
    values |= {name: facts[name] for name in ("role", "area_id", "is_active") if name in facts}


def _compare_all(told: Mapping[str, Told]) -> Iterator[Finding]:
    paths = {area.id: area.path for area in db.session.execute(select(Area.id, Area.path))}
    left = dict(told)
    for account in db.session.scalars(select(Account)):
        known = left.pop(str(account.id), None)
        name = f"account {account.id}"
        if known is None or "role" not in known.values:
            yield Finding("account_unjournaled", name, "no entry says that it was made")
            continue
        yield from _compare(account, known, name)
        if account.area_path != ("/" if account.area_id is None else paths.get(account.area_id)):
            yield Finding("account_changed", name, "its area_path is not that of its area")
    for account_id in left:
        yield Finding("row_missing", f"account {account_id}", "entries tell of it, it is gone")


def _compare(account: Account, known: Told, name: str) -> Iterator[Finding]:
    for column, value in known.values.items():
        if _plain(getattr(account, column)) != value:
            yield Finding("account_changed", name, f"its {column} is not what was journaled")
    for column in HIDDEN:
        if not _is_covered(getattr(account, column), known.hidden.get(column), column):
            yield Finding("account_changed", name, f"its {column} is not what was journaled")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _is_covered(value: str, committed: tuple[int, str] | None, column: str) -> bool:
    """Say whether the last commitment covers the value; nothing erases an account's salts."""
    if committed is None:
        return False
    salt = db.session.get(JournalSalt, (committed[0], column))
    if salt is None:
        return False
    try:
        return commit_to(value, salt.salt).digest.hex() == committed[1]
    except ValueError:
        return False
