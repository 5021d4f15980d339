"""Tells the journal who may approve a deletion."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from webapp.access.rules import GRANTS, Permission
from webapp.extensions import db
from webapp.journal.approvers import Accounts, Approver
from webapp.people.models import Account


def find_approvers(ids: Iterable[UUID]) -> Mapping[UUID, Approver]:
    """Return what the accounts say of these ids; what is no account is left out."""
    rows = select(Account.id, Account.role, Account.is_active).where(Account.id.in_(list(ids)))
    return {each.id: Approver(each.role, each.is_active) for each in db.session.execute(rows)}


ACCOUNTS = Accounts(
    find_approvers, frozenset(role.value for role in GRANTS[Permission.APPROVE_ERASURE])
)
