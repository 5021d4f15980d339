"""Keeps the picture with which the next worker and reviewer compare a pensioner."""

from webapp.extensions import db
from webapp.roster.models import Person


def keep_portrait(*, person: Person, sha256: str | None) -> None:
    """Let the picture with this SHA-256 be the person's; None for no picture any more."""
    person.photo_sha256 = sha256
    db.session.flush()
