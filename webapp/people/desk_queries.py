"""What the desk reads of accounts, phones and areas of duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.orm import aliased, joinedload

from webapp import clock
from webapp.access.rules import Actor
from webapp.areas.duty import in_duty
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.people import queries
from webapp.people.models import Account, Device
from webapp.people.rules import DeviceKind
from webapp.refusals import Refusal

SILENT_DAYS = 3
SILENT_SHOWN = 20


@dataclass(frozen=True)
class SilentPhone:
    """A phone that has not been heard of for some days."""

    account_id: UUID
    worker: str
    phone: str
    last_seen_at: datetime
    days: int


def accounts(*, search: str, role: str, after: str) -> tuple[Sequence[Account], str | None]:
    """Return one page of accounts by user name, and the key of the next page."""
    query = db.select(Account)
    if search:
        query = query.where(or_(
            Account.username.icontains(search, autoescape=True),
            Account.name.icontains(search, autoescape=True),
        ))  # fmt: skip
    if role:
        query = query.where(Account.role == role)
    return page(query, [Account.username], after)


def account(account_id: UUID) -> Account:
    """Return an account.

    Raises:
        Refusal: `not_found` (404).
    """
    found = db.session.get(Account, account_id)
    if found is None:
        raise Refusal("not_found", 404)
    return found


def unconfirmed_phones(actor: Actor) -> list[Device]:
    """Return the area's phones whose holder nobody has asked yet, the newest first.

    All of them: a list that was cut could be filled until the one to ask about falls out.
    """
    query = (
        db.select(Device)
        .join(Account, Device.account_id == Account.id)
        .options(joinedload(Device.account))
        .where(Device.revoked_at.is_(None), Device.confirmed_at.is_(None))
        .where(in_duty(Account.area_path, actor))
        .order_by(Device.enrolled_at.desc())
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class GivenPassword:
    """A password that somebody else set; `by` is empty for one who sat at the server."""

    account_id: UUID
    holder: str
    at: datetime
    by: str
    is_due: bool


def given_passwords(actor: Actor) -> list[GivenPassword]:
    """Return whose passwords in the actor's area others set of late.

    All of them, the newest first: whoever opens accounts
    could push one off a list that was cut.
    """
    query = _given().where(in_duty(Account.area_path, actor))
    return _told(query.where(Account.id != actor.account_id))


def own_given_password(actor: Actor) -> GivenPassword | None:
    """Return when somebody else set the actor's own password, if that was of late."""
    return next(iter(_told(_given().where(Account.id == actor.account_id))), None)


def _given() -> Any:
    giver = aliased(Account)
    return (
        db.select(Account, giver.name.label("giver"))
        .outerjoin(giver, giver.id == Account.password_given_by)
        .where(Account.password_given_at > clock.now() - queries.NOTICED)
        .order_by(Account.password_given_at.desc())
    )


def _told(query: Any) -> list[GivenPassword]:
    return [
        GivenPassword(found.id, found.name, found.password_given_at, giver or "",
                      found.is_password_due)
        for found, giver in db.session.execute(query)
    ]  # fmt: skip


def phone_in_duty(*, actor: Actor, kid: str) -> Device:
    """Return a phone of somebody in the actor's area.

    Raises:
        Refusal: `unknown_device` (404).
    """
    found = db.session.get(Device, kid)
    if found is None or not actor.covers(found.account.area_path):
        raise Refusal("unknown_device", 404)
    return found


def silent_phones(actor: Actor) -> list[SilentPhone]:
    """Return the area's phones that have been silent for days, longest first, one more than shown.

    They may hold work that nobody else has: the program cannot know, so it says so.
    """
    at = clock.now()
    seen = func.coalesce(Device.last_seen_at, Device.enrolled_at)
    query: Any = (
        db.select(Account.id, Account.name, Device.name.label("phone"), seen.label("seen"))
        .join(Account, Device.account_id == Account.id)
        .where(Device.kind == DeviceKind.PHONE.value)
        .where(Device.revoked_at.is_(None), Account.is_active.is_(True))
        .where(seen < at - timedelta(days=SILENT_DAYS))
        .where(in_duty(Account.area_path, actor))
        .order_by(seen)
        .limit(SILENT_SHOWN + 1)
    )
    return [
        SilentPhone(row.id, row.name, row.phone, row.seen, (at - row.seen).days)
        for row in db.session.execute(query)
    ]
