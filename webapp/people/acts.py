"""What is done to accounts, as the journal tells it: ids and codes, with who did it.

Names, user names and password hashes are committed to under a salt, so that a row whose name or
hash was exchanged is found without the journal telling either.
"""

from typing import Any
from uuid import UUID

from webapp import clock
from webapp.extensions import db
from webapp.jobs.models import Job
from webapp.jobs.service import on_requeue
from webapp.journal import queries as journal_queries
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, format_instant
from webapp.people.models import Account

# Entries of these kinds say all that the journal knows of an account at that moment.
WHOLE = (EntryType.ACCOUNT_RECORDED, EntryType.ACCOUNT_OPENED)


@on_requeue
def note_job(job: Job, by: UUID | None) -> None:
    """Journal that somebody let a job be tried again; what it then does leaves its own entries."""
    journal.append(
        type=EntryType.JOB_RETRIED, at=clock.now(),
        facts={"job_id": str(job.id), "by": str(by) if by else None},
    )  # fmt: skip


def record_all_once() -> int:
    """Journal each account as it is, if the journal tells of none; return how many there were.

    Data folders from before accounts were journaled begin so: at the migration, or at the latest
    before the first act. What was done earlier stays unknown, and the entries say no more.
    """
    if any(journal_queries.has_entry_of(kind) for kind in WHOLE):
        return 0
    at = clock.now()
    found = list(db.session.scalars(db.select(Account).order_by(Account.created_at, Account.id)))
    for account in found:
        journal.append(
            type=EntryType.ACCOUNT_RECORDED, at=at,
            facts=_whole(account) | {"created_at": format_instant(account.created_at)},
            salted=_named(account) | {"password_hash": account.password_hash},
        )  # fmt: skip
    return len(found)


def _whole(account: Account) -> dict[str, Any]:
    return {"account_id": str(account.id), "role": account.role, "area_id": account.area_id,
            "is_active": account.is_active}  # fmt: skip


def _named(account: Account) -> dict[str, str]:
    return {"username": account.username, "name": account.name}


def note_opened(*, account: Account, by: UUID | None) -> None:
    """Journal that an account was made; its password has an entry of its own."""
    journal.append(
        type=EntryType.ACCOUNT_OPENED, at=account.created_at,
        facts=_whole(account) | _by(by), salted=_named(account),
    )  # fmt: skip


def note_switched(*, account: Account, by: UUID | None) -> None:
    """Journal that an account was switched on or off."""
    facts: dict[str, Any] = {"account_id": str(account.id), "is_active": account.is_active}
    journal.append(type=EntryType.ACCOUNT_SWITCHED, at=clock.now(), facts=facts | _by(by))


def note_moved(*, account: Account, by: UUID | None) -> None:
    """Journal that an account's duty lies in another area now."""
    facts: dict[str, Any] = {"account_id": str(account.id), "area_id": account.area_id}
    journal.append(type=EntryType.ACCOUNT_MOVED, at=clock.now(), facts=facts | _by(by))


def note_password(*, account: Account, by: UUID | None, is_own: bool) -> None:
    """Write down and journal who set an account's password: its holder, or somebody else."""
    at = clock.now()
    if is_own:
        account.password_own_at = at
    else:
        account.password_given_at, account.password_given_by = at, by
        account.password_own_at = None
    facts: dict[str, Any] = {"account_id": str(account.id), "is_own": is_own}
    journal.append(
        type=EntryType.PASSWORD_SET, at=at, facts=facts | _by(by),
        salted={"password_hash": account.password_hash},
    )  # fmt: skip


def note_sign_in(*, account: Account, where: str) -> None:
    """Journal that somebody signed in where the account was not known yet: `desk` or `phone`."""
    facts: dict[str, Any] = {"account_id": str(account.id), "where": where}
    journal.append(type=EntryType.SIGNED_IN, at=clock.now(), facts=facts)


def _by(account_id: UUID | None) -> dict[str, str | None]:
    """Name who did it; None is whoever sat at the server."""
    return {"by": str(account_id) if account_id else None}
