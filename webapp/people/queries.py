"""What is read of accounts and phones."""

from uuid import UUID

from sqlalchemy import text

from webapp.extensions import db
from webapp.people.models import Device
from webapp.refusals import Refusal


def own_device(*, account_id: UUID, kid: str) -> Device:
    """Return a phone of the account.

    Raises:
        Refusal: `unknown_device` (404), also for another account's phone.
    """
    device = db.session.get(Device, kid)
    if device is None or device.account_id != account_id:
        raise Refusal("unknown_device", 404)
    return device


def area_name(area_id: int | None) -> str:
    """Return the name of an area of duty, or "" for none.

    The area's model lies in the roster feature, above this one, hence the plain SQL.
    """
    if area_id is None:
        return ""
    return str(db.session.scalar(text("SELECT name FROM area WHERE id = :id"), {"id": area_id}))


def area_named(name: str | None) -> tuple[int | None, str]:
    """Return the id and path of the area called `name`; (None, "/") for the whole city.

    Raises:
        Refusal: `unknown_area` (404).
    """
    if name is None:
        return None, "/"
    row = db.session.execute(text("SELECT id, path FROM area WHERE name = :n"), {"n": name}).first()
    if row is None:
        raise Refusal("unknown_area", 404, name=name)
    return int(row.id), str(row.path)
