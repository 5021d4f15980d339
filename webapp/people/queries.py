"""What is read of accounts and phones."""

from datetime import timedelta
from uuid import UUID

from webapp import clock
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.people.models import Account, Device
from webapp.refusals import Refusal

# So long is a password that somebody else set told of, to its holder and to the office.
NOTICED = timedelta(days=30)


def own_device(*, account_id: UUID, kid: str) -> Device:
    """Return a phone of the account.

    Raises:
        Refusal: `unknown_device` (404), also for another account's phone.
    """
    device = db.session.get(Device, kid)
    if device is None or device.account_id != account_id:
        raise Refusal("unknown_device", 404)
    return device


def is_known_phone(kid: str | None) -> bool:
    """Say whether a phone is known to be its holder's own, so that it may speak for him or her."""
    device = db.session.get(Device, kid) if kid else None
    return device is not None and device.confirmed_at is not None


def is_due_on(device: Device) -> bool:
    """Say whether a phone was enrolled with a password that its holder did not choose since.

    A phone that nobody has confirmed cannot shake that off by one more setting of the password.
    """
    account = device.account
    if account.password_own_at is not None or account.password_given_at is None:
        return False
    return account.password_given_at < device.enrolled_at or device.confirmed_at is None


def phones_to_confirm(*, account_id: UUID, asking_kid: str | None) -> list[Device]:
    """Return the account's phones whose holder has not been asked yet, oldest first.

    Only a phone that is known to be the holder's own may ask (evidence §5.21).
    """
    if not is_known_phone(asking_kid):
        return []
    query = db.select(Device).filter_by(account_id=account_id, confirmed_at=None, revoked_at=None)
    return list(db.session.scalars(query.order_by(Device.enrolled_at, Device.kid)))


def password_notice(*, account_id: UUID) -> dict[str, str | None] | None:
    """Say when and by whom an account's password was set last, if by somebody else of late."""
    found = db.session.get_one(Account, account_id)
    if found.password_given_at is None or found.password_given_at < clock.now() - NOTICED:
        return None
    giver = db.session.get(Account, found.password_given_by) if found.password_given_by else None
    return {"at": rfc3339(found.password_given_at), "by": giver.name if giver else None}
