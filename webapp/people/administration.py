"""What the administrator does with accounts besides making them: passwords, areas of duty."""

import secrets

from webapp.access.rules import Actor, Holder, Permission, Role
from webapp.areas import queries as areas
from webapp.extensions import db
from webapp.people import acts, service
from webapp.people.models import Account, Device
from webapp.people.passwords import LONGEST, SHORTEST, weakness_of
from webapp.refusals import Refusal

# No letters or digits that are mistaken for one another when read out on the telephone.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
PARTS, PART_SIGNS = 4, 4
# As long as the columns are, and as what a phone may send as its user name.
LONGEST_USERNAME, LONGEST_NAME = 64, 100


def admit_to_desk(account: Account) -> None:
    """Let only roles with work at the desk sign in there.

    Raises:
        Refusal: `phone_only` (403).
    """
    if not Actor(Holder.account(account.id), Role(account.role), "", "").may(Permission.SEE_DESK):
        raise Refusal("phone_only", 403)


def new_password() -> str:
    """Return a random password of 16 signs (79 bits) in four groups, to be told once."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(PART_SIGNS)) for _ in range(PARTS))


def open_account(
    *, actor: Actor, username: str, name: str, role: Role, area_id: int
) -> tuple[Account, str]:
    """Make an account with an area of duty; return it and its first password.

    Raises:
        Refusal: `username_taken` (409), `name_missing`, `name_long`, `not_found` (404) for the
            area.
    """
    if not username.strip() or not name.strip():
        raise Refusal("name_missing")
    if len(username.strip()) > LONGEST_USERNAME or len(name.strip()) > LONGEST_NAME:
        raise Refusal("name_long", username=LONGEST_USERNAME, name=LONGEST_NAME)
    password = new_password()
    made = service.create_account(
        username=username.strip(), name=name.strip(), role=role, password=password,
        area_id=area_id, area_path=areas.find_area(area_id).path,
        by=actor.account_id,
    )  # fmt: skip
    return made, password


def replace_password(*, actor: Actor, account: Account) -> str:
    """Give somebody else's account a random password, ending its desk sessions; return it.

    Raises:
        Refusal: `own_password` for one's own, which is changed by who knows the present one.
    """
    if account.id == actor.account_id:
        raise Refusal("own_password")
    password = new_password()
    service.set_password(account=account, password=password, by=actor.account_id, is_own=False)
    return password


def change_own_password(*, account: Account, present: str, wanted: str) -> None:
    """Give an account the password that its holder wants.

    Raises:
        Refusal: `present_password_wrong`, `password_too_short`, `password_too_long`,
            `password_guessable`, `password_same`.
    """
    try:
        service.check_password(username=account.username, password=present)
    except Refusal:
        raise Refusal("present_password_wrong") from None
    if wanted == present:
        raise Refusal("password_same")
    demand_fit(wanted, known=words_of(account))
    service.set_password(account=account, password=wanted, by=account.id, is_own=True)


def words_of(account: Account) -> list[str]:
    """Return the words that an account's password must not be made of."""
    return [account.username, account.name, *areas.trail_names(account.area_path)]


def demand_fit(password: str, *, known: list[str]) -> None:
    """Refuse a password that is short or easy to guess.

    Raises:
        Refusal: `password_too_short`, `password_too_long`, `password_guessable`.
    """
    code = weakness_of(password, known=known)
    if code is not None:
        raise Refusal(code, minimum=SHORTEST, maximum=LONGEST)


def give_area(*, actor: Actor, account: Account, area_id: int) -> None:
    """Move an account's duty to another area; from now on it sees the cases there."""
    path = areas.find_area(area_id).path
    acts.record_all_once()
    account.area_path, account.area_id = path, area_id
    acts.note_moved(account=account, by=actor.account_id)


def switch(*, actor: Actor, account: Account, is_active: bool) -> None:
    """Switch an account on or off.

    Raises:
        Refusal: `own_account` for one's own, so that nobody locks themselves out.
    """
    if account.id == actor.account_id:
        raise Refusal("own_account")
    service.set_active(account=account, is_active=is_active, by=actor.account_id)


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
