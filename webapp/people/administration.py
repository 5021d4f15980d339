"""What the administrator does with accounts besides making them: passwords, areas of duty."""

import secrets

from webapp.extensions import db
from webapp.people import desk_queries, service
from webapp.people.models import Account, Device
from webapp.people.rules import Actor, Permission, Role
from webapp.refusals import Refusal

# No letters or digits that are mistaken for one another when read out on the telephone.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
PARTS, PART_SIGNS = 4, 4


def admit_to_desk(account: Account) -> None:
    """Let only roles with work at the desk sign in there.

    Raises:
        Refusal: `phone_only` (403).
    """
    if not Actor(account.id, Role(account.role), "", "").may(Permission.SEE_DESK):
        raise Refusal("phone_only", 403)


def new_password() -> str:
    """Return a random password of 16 signs (79 bits) in four groups, to be told once."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(PART_SIGNS)) for _ in range(PARTS))


def open_account(*, username: str, name: str, role: Role, area_id: int) -> tuple[Account, str]:
    """Make an account with an area of duty; return it and its first password.

    Raises:
        Refusal: `username_taken` (409), `name_missing`, `not_found` (404) for the area.
    """
    if not username.strip() or not name.strip():
        raise Refusal("name_missing")
    password = new_password()
    made = service.create_account(
        username=username.strip(), name=name.strip(), role=role, password=password,
        area_id=area_id, area_path=desk_queries.path_of_area(area_id),
    )  # fmt: skip
    return made, password


def replace_password(account: Account) -> str:
    """Give an account a random password, ending its desk sessions; return it."""
    password = new_password()
    service.set_password(account=account, password=password)
    return password


def change_own_password(*, actor: Actor, present: str, wanted: str) -> Account:
    """Give the actor's account another password.

    Raises:
        Refusal: `wrong_password` (401), `password_too_short`.
    """
    account = desk_queries.account(actor.account_id)
    service.check_password(username=account.username, password=present)
    service.set_password(account=account, password=wanted)
    return account


def give_area(*, account: Account, area_id: int) -> None:
    """Move an account's duty to another area; from now on it sees the cases there."""
    account.area_path = desk_queries.path_of_area(area_id)
    account.area_id = area_id
    db.session.flush()


def switch(*, actor: Actor, account: Account, is_active: bool) -> None:
    """Switch an account on or off.

    Raises:
        Refusal: `own_account` for one's own, so that nobody locks themselves out.
    """
    if account.id == actor.account_id:
        raise Refusal("own_account")
    service.set_active(account=account, is_active=is_active)


def revoke_phone(*, actor: Actor, account: Account, kid: str) -> Device:
    """Revoke a phone of the account.

    Raises:
        Refusal: `unknown_device` (404).
    """
    device = db.session.get(Device, kid)
    if device is None or device.account_id != account.id:
        raise Refusal("unknown_device", 404)
    service.revoke_device(device=device, by=actor.account_id)
    return device
