"""Sign-in, accounts and the enrolment of phones (evidence §1.1)."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.access.rules import Actor, Holder, Permission, Role
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.people import acts, queries, sessions
from webapp.people.keys import is_p256_point
from webapp.people.models import Account, Device
from webapp.people.passwords import SHORTEST
from webapp.people.rules import DeviceKind
from webapp.refusals import Refusal

# OWASP's second choice for argon2id: 19 MiB, two passes; 32 ms here instead of 133.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A link belongs to no account: nobody enrols one with a password.
MAY_ENROL = {
    DeviceKind.PHONE: Permission.USE_PHONE,
    DeviceKind.DESK: Permission.CERTIFY_AT_DESK,
}
_NOBODY = HASHER.hash("nobody has this password")


def check_password(*, username: str, password: str) -> Account:
    """Return the account that `password` opens.

    Raises:
        Refusal: `wrong_password` (401), the same for an unknown name, so that names leak nothing.
    """
    account: Account | None = db.session.scalar(db.select(Account).filter_by(username=username))
    stored = account.password_hash if account is not None else _NOBODY
    try:
        HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        raise Refusal("wrong_password", 401) from None
    if account is None or not account.is_active:
        raise Refusal("wrong_password", 401)
    return account


def create_account(
    *, username: str, name: str, role: Role, password: str, area_id: int | None, area_path: str,
    by: UUID | None, is_given: bool = True,
) -> Account:  # fmt: skip
    """Add an account with one role and one area of duty; `by` is None at the server itself.

    A password that is given has to be changed at the first sign-in.

    Raises:
        Refusal: `password_too_short`, `username_taken` (409).
    """
    _check_length(password)
    if db.session.scalar(db.select(Account.id).filter_by(username=username)):
        raise Refusal("username_taken", 409, username=username)
    account = Account(
        username=username, name=name, role=role.value, password_hash=HASHER.hash(password),
        area_id=area_id, area_path=area_path, created_at=clock.now(),
    )  # fmt: skip
    acts.record_all_once()
    db.session.add(account)
    db.session.flush()
    acts.note_opened(account=account, by=by)
    acts.note_password(account=account, by=by, is_own=not is_given)
    return account


def set_password(*, account: Account, password: str, by: UUID | None, is_own: bool) -> None:
    """Give an account a new password and end its sessions at the desk.

    Raises:
        Refusal: `password_too_short`.
    """
    _check_length(password)
    acts.record_all_once()
    account.password_hash = HASHER.hash(password)
    sessions.end_sessions_of(account.id)
    acts.note_password(account=account, by=by, is_own=is_own)


def _check_length(password: str) -> None:
    if len(password) < SHORTEST:
        raise Refusal("password_too_short", minimum=SHORTEST)


def set_active(*, account: Account, is_active: bool, by: UUID | None) -> None:
    """Switch an account on or off; its phones keep their unsent work either way."""
    acts.record_all_once()
    account.is_active = is_active
    if not is_active:
        sessions.end_sessions_of(account.id)
    acts.note_switched(account=account, by=by)


def thumbprint(jwk: dict[str, Any]) -> str:
    """Return the RFC 7638 thumbprint of an EC key: base64url SHA-256 over crv, kty, x, y."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    body = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def clean_jwk(jwk: dict[str, Any]) -> dict[str, str]:
    """Return the public half of a P-256 key, checked to be a point of the curve.

    Raises:
        Refusal: `bad_public_key` for another curve, a private key or a malformed one.
    """
    public = {name: jwk.get(name) for name in ("kty", "crv", "x", "y")}
    if public["kty"] != "EC" or public["crv"] != "P-256" or "d" in jwk:
        raise Refusal("bad_public_key")
    if not is_p256_point(public["x"], public["y"]):
        raise Refusal("bad_public_key")
    return {name: str(value) for name, value in public.items()}


def enrol_device(
    *, account: Account, name: str, jwk: dict[str, Any], kind: DeviceKind = DeviceKind.PHONE
) -> tuple[Device, str]:
    """Enrol a device's key for `account`; return the device and its token.

    The same key again (a repeated request, a lost answer) gets the same token: nothing changes.

    Raises:
        Refusal: `bad_public_key`, `foreign_device` (409) for another's key or another kind's,
            `revoked_device` for a key that was revoked, `not_allowed` (403).
    """
    if not Actor(Holder.account(account.id), Role(account.role), "", "").may(MAY_ENROL[kind]):
        raise Refusal("not_allowed", 403)
    public = clean_jwk(jwk)
    kid = thumbprint(public)
    device = db.session.get(Device, kid)
    if device is None:
        device = _add_device(account, kind, name, public)
    _check_reenrolment(device, account.id, kind)
    token = sessions.device_token(kid, device.enrolled_index)
    device.token_hash = sessions.token_hash(token)
    db.session.flush()
    return device, token


def _add_device(account: Account, kind: DeviceKind, name: str, public: dict[str, str]) -> Device:
    """Write a new device with its journal entry, or return what an equal request wrote."""
    kid, at = thumbprint(public), clock.now()
    try:
        with db.session.begin_nested():
            is_first = _is_first_phone(account)
            entry = journal.append(
                type=EntryType.DEVICE_ENROLLED, at=at,
                facts={"device_kid": kid, "worker_id": str(account.id), "is_first": is_first,
                       "kind": kind.value},
            )  # fmt: skip
            device = Device(kid=kid, kind=kind.value, account_id=account.id, name=name[:100],
                            public_jwk=public, enrolled_at=at,
                            enrolled_index=entry.index)  # fmt: skip
            device.token_hash = sessions.token_hash(sessions.device_token(kid, entry.index))
            if is_first:
                device.confirmed_at, device.confirmed_by = at, account.id
            db.session.add(device)
            db.session.flush()
    except IntegrityError:
        return db.session.get_one(Device, kid)
    return device


def _is_first_phone(account: Account) -> bool:
    return not db.session.scalar(db.select(Device.kid).filter_by(account_id=account.id).limit(1))


def confirm_device(*, device: Device, by: UUID) -> None:
    """Note that the phone's holder says it is his or hers; asked once, it stays so."""
    if device.confirmed_at is not None:
        return
    device.confirmed_at, device.confirmed_by = clock.now(), by
    db.session.flush()
    journal.append(
        type=EntryType.DEVICE_CONFIRMED, at=device.confirmed_at,
        facts={"device_kid": device.kid, "worker_id": str(device.account_id), "by": str(by)},
    )  # fmt: skip


def confirm_own_device(*, device: Device, asking_kid: str | None) -> None:
    """Note that a worker knows a new phone as his or her own, said on a phone known to be so.

    Raises:
        Refusal: `phone_unconfirmed` (403) when nobody knows whose the asking phone is.
    """
    if not queries.is_known_phone(asking_kid):
        raise Refusal("phone_unconfirmed", 403)
    confirm_device(device=device, by=device.account_id)


def revoke_own_device(*, device: Device, actor: Actor) -> None:
    """Revoke a phone of the actor's own, said on a phone that may speak for him or her.

    Whoever enrolled a phone in the holder's name may turn away that phone and no other.

    Raises:
        Refusal: `phone_unproven` (403).
    """
    may_speak = queries.is_known_phone(actor.device_kid) and not actor.is_password_due
    if device.kid != actor.device_kid and not may_speak:
        raise Refusal("phone_unproven", 403)
    revoke_device(device=device, by=actor.account_id)


def _check_reenrolment(device: Device, account_id: UUID, kind: DeviceKind) -> None:
    if (device.account_id, device.kind) != (account_id, kind.value):
        raise Refusal("foreign_device", 409)
    if device.revoked_at is not None:
        raise Refusal("revoked_device")


def revoke_device(*, device: Device, by: UUID) -> None:
    """Revoke a phone's key by journal index; records committed before stay valid.

    The phone is locked first: a record that it is sending comes wholly before or wholly after.
    """
    db.session.refresh(device, with_for_update={"key_share": True})
    if device.revoked_at is not None:
        return
    at = clock.now()
    entry = journal.append(
        type=EntryType.DEVICE_REVOKED, at=at,
        facts={"device_kid": device.kid, "worker_id": str(device.account_id), "by": str(by)},
    )  # fmt: skip
    device.revoked_at, device.revoked_index = at, entry.index
