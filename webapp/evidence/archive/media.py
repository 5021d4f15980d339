"""The desk's way to pictures, videos and originals; each look is journaled."""

from apiflask import APIBlueprint
from flask import Response

from webapp.access import decorators as access
from webapp.access.decorators import signed_in
from webapp.access.rules import Permission
from webapp.evidence.archive import locking, sending, viewing
from webapp.evidence.archive.viewing import Kind, Showing
from webapp.extensions import begin_writing, db
from webapp.refusals import Refusal

blueprint = APIBlueprint("evidence_media", __name__, enable_openapi=False)


@blueprint.get("/media/<sha256>/<kind>")
@signed_in(Permission.SEE_MEDIA)
def show(sha256: str, kind: str) -> Response:
    """Show a file of a case in the caller's area, in one of the five forms of `Kind`."""
    showing = _found(sha256, kind)
    log_look(showing)
    return sending.send(showing)


@blueprint.get("/media/<sha256>/<kind>/locked")
@signed_in(Permission.SEE_MEDIA)
def show_locked(sha256: str, kind: str) -> Response:
    """Give a picture ahead of its being looked at, of no use before its key is asked for."""
    body = locking.lock(actor=access.actor(), showing=_found(sha256, kind))
    return sending.send_bytes(body)


@blueprint.get("/media/<sha256>/<kind>/locked/<nonce>")
@signed_in(Permission.SEE_MEDIA)
def unlock(sha256: str, kind: str, nonce: str) -> Response:
    """Give the key of a picture that was fetched ahead, now that somebody looks at it."""
    showing, read = _found(sha256, kind), locking.read_nonce(nonce)
    log_look(showing)
    return sending.send_bytes(locking.key_of(actor=access.actor(), showing=showing, nonce=read))


def _found(sha256: str, kind: str) -> Showing:
    if kind not in set(Kind):
        raise Refusal("not_found", 404)
    with viewing.asking_for(sha256):
        return viewing.find_showing(actor=access.actor(), sha256=sha256, kind=Kind(kind))


def log_look(showing: Showing) -> None:
    """Write the look down, durably, before the first byte is sent.

    The access log is the one thing that a GET writes: what is asked for stays as it was.
    """
    begin_writing()
    viewing.note_view(actor=access.actor(), showing=showing)
    db.session.commit()
