"""Finds out who is asking, for Flask-Login: a desk session's cookie or a phone's token."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from flask import Request, g, session
from flask_login import current_user, login_user, logout_user
from sqlalchemy import and_, bindparam, or_, select, update

from webapp import clock
from webapp.access.callers import Caller
from webapp.access.decorators import bearer_token
from webapp.access.rules import Actor, Holder, Role, duty_path
from webapp.areas.models import Area
from webapp.config import settings
from webapp.extensions import db, execute_core
from webapp.people.models import Account, DeskSession, Device

SESSION_HOURS = 12
# A password that was set for somebody else is due on phones enrolled with it, not on earlier ones,
# which are at work in the field and whose holder may not know it yet. `queries.is_due_on` says the
# same of a row: an unconfirmed phone does not become an earlier one by one more setting.
# Every chunk of every upload asks this: one statement, made once, and no objects to load.
_BY_TOKEN = (
    select(
        Device.kid,
        Device.last_seen_at,
        Account.id,
        Account.role,
        Account.name,
        Account.area_id,
        Account.area_path,
        Area.path,
        and_(
            Account.password_own_at.is_(None),
            Account.password_given_at.is_not(None),
            or_(Account.password_given_at < Device.enrolled_at, Device.confirmed_at.is_(None)),
        ).label("is_due"),
    )
    .join(Device.account)
    .outerjoin(Area, Area.id == Account.area_id)
    .where(Device.token_hash == bindparam("token_hash"), Device.revoked_at.is_(None))
    .where(Account.is_active)
)
# The office is told of phones that were not seen for days; a minute more or less tells it nothing.
LAST_SEEN_INTERVAL = timedelta(minutes=1)
_SET_LAST_SEEN = update(Device).where(Device.kid == bindparam("seen_kid"))


def token_hash(token: str) -> bytes:
    """Return what is stored of a token, so that a stolen database signs nobody in."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """Return 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def device_token(kid: str, enrolled_index: int) -> str:
    """Return the token of an enrolment, the same at each repetition of the request.

    It is derived, not drawn, so that a replayed sign-in does not put the phone out of service;
    only the server's key makes it, and revoking the device ends it.
    """
    said = f"anzai-device-token\n{kid}\n{enrolled_index}".encode()
    made = hmac.new(settings().key("session"), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def begin_desk_session(account: Account) -> None:
    """Record a session for `account` and put its token into the signed cookie."""
    token = new_token()
    at = clock.now()
    db.session.add(DeskSession(
        token_hash=token_hash(token), account_id=account.id, created_at=at,
        expires_at=at + timedelta(hours=SESSION_HOURS),
    ))  # fmt: skip
    session.clear()
    found = actor_of(account)
    if found is not None:
        login_user(Caller(actor=found, token=token, is_session=True))


def end_desk_session() -> None:
    """End the present session at the desk, here and in the browser."""
    found = db.session.get(DeskSession, token_hash(current_user.get_id() or ""))
    if found is not None and found.ended_at is None:
        found.ended_at = clock.now()
    logout_user()
    session.clear()


def end_sessions_of(account_id: UUID) -> None:
    """End every desk session of an account, as after a new password."""
    at = clock.now()
    for found in db.session.scalars(
        db.select(DeskSession).filter_by(account_id=account_id, ended_at=None)
    ):
        found.ended_at = at


def caller_of_session(token: str) -> Caller | None:
    """Return the caller of the desk's cookie; None when its session is absent, over or ended.

    A request with a phone's token is a phone's, whoever is signed in at the desk beside it.
    """
    if bearer_token():
        return None
    found = db.session.get(DeskSession, token_hash(token))
    if found is None or found.ended_at is not None or found.expires_at <= clock.now():
        return None
    actor = actor_of(found.account)
    return Caller(actor=actor, token=token, is_session=True) if actor is not None else None


def caller_of_request(_request: Request) -> Caller | None:
    """Return the caller whose phone's token the request carries."""
    token = bearer_token()
    actor = actor_of_token(token)
    return Caller(actor=actor, token=token, is_session=False) if actor is not None else None


def forget_caller(_error: BaseException | None) -> None:
    """Let no request find the caller of the one before it.

    Flask-Login keeps the caller in the application's context, which requests share when a command
    or a test makes them inside its own.
    """
    g.pop("_login_user", None)


def actor_of_token(token: str) -> Actor | None:
    """Return the actor of a phone's token, or None when unknown, revoked or switched off."""
    if not token:
        return None
    found = execute_core(_BY_TOKEN, token_hash=token_hash(token)).first()
    if found is None:
        return None
    g.last_seen_at = found.last_seen_at
    path = duty_path(found.area_id, found.area_path, found.path)
    return Actor(Holder.account(found.id), Role(found.role), found.name, path, found.kid,
                 bool(found.is_due))  # fmt: skip


def should_record_last_seen() -> bool:
    """Say whether the asking phone was last seen a minute ago or more."""
    asking = g.get("actor")
    if asking is None or asking.device_kid is None:
        return False
    return g.last_seen_at is None or clock.now() - g.last_seen_at >= LAST_SEEN_INTERVAL


def record_last_seen() -> None:
    """Record that the asking phone was seen now."""
    execute_core(_SET_LAST_SEEN.values(last_seen_at=clock.now()), seen_kid=g.actor.device_kid)


def actor_of(account: Account, device_kid: str | None = None) -> Actor | None:
    """Return the account as an actor; None when it has been switched off."""
    return holder_of(account, device_kid) if account.is_active else None


def holder_of(account: Account, device_kid: str | None = None) -> Actor:
    """Return who an account belongs to, also when it has been switched off since."""
    query = select(Area.path).where(Area.id == account.area_id)
    there = db.session.scalar(query) if account.area_id is not None else None
    path = duty_path(account.area_id, account.area_path, there)
    return Actor(Holder.account(account.id), Role(account.role), account.name, path, device_kid,
                 account.is_password_due)  # fmt: skip
