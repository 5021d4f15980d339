"""What rooms below this one have to tell phones: the journal, accounts, the limits set."""

from typing import Any

from webapp.config import settings
from webapp.http.instants import rfc3339
from webapp.journal import service as journal
from webapp.packs.sections import Asked
from webapp.people import queries


def tell_checkpoint(_asked: Asked) -> dict[str, Any]:
    """Tell the newest checkpoint, against which a phone holds what it was told before."""
    return {"checkpoint": journal.checkpoint()}


def tell_account(asked: Asked) -> dict[str, Any]:
    """Tell what somebody else did with the holder's account: new phones, a new password."""
    actor = asked.actor
    phones = queries.phones_to_confirm(account_id=actor.account_id, asking_kid=actor.device_kid)
    return {
        "new_phones": [
            {"device_kid": phone.kid, "name": phone.name, "enrolled_at": rfc3339(phone.enrolled_at)}
            for phone in phones
        ],
        "password_notice": queries.password_notice(account_id=actor.account_id),
    }


def limits() -> dict[str, Any]:
    """Return the limits that the phone keeps to: bytes, seconds, metres."""
    chosen = settings()
    return {
        "photo_max_bytes": chosen.photo_max_bytes,
        "video_max_bytes": chosen.video_max_bytes,
        "record_max_bytes": chosen.record_max_bytes,
        "video_max_s": chosen.video_max_seconds,
        "near_town_m": chosen.near_town_metres,
        "near_village_m": chosen.near_village_metres,
        "ticket_count": chosen.ticket_count,
        "delivery_max_bytes": chosen.delivery_max_bytes,
        "time_zone": chosen.time_zone,
    }
