"""Pictures that are fetched ahead travel locked; the key, and with it the look, comes when shown.

So the next case is there at once, and the journal does not say that somebody saw what nobody
opened. A locked picture is of no use without its key, and no key is given without an entry.
"""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.access.rules import Actor
from webapp.config import settings
from webapp.evidence.archive.viewing import Kind, Showing
from webapp.extensions import blobs
from webapp.refusals import Refusal

NONCE_BYTES, IV_BYTES = 16, 12
# Films are not fetched ahead, and originals are downloads.
LOCKABLE = frozenset({Kind.THUMBNAIL, Kind.PREVIEW, Kind.POSTER})


def lock(*, actor: Actor, showing: Showing) -> bytes:
    """Return a picture as nonce and AES-256-GCM ciphertext, under a key that is used this once.

    Raises:
        Refusal: `not_found` (404) for what is not fetched ahead.
    """
    if showing.kind not in LOCKABLE:
        raise Refusal("not_found", 404)
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = key_of(actor=actor, showing=showing, nonce=nonce)
    with blobs().open(showing.blob_key) as stream:
        return nonce + AESGCM(key).encrypt(nonce[:IV_BYTES], stream.read(), None)


def key_of(*, actor: Actor, showing: Showing, nonce: bytes) -> bytes:
    """Return the key of one locked picture, which only the server can make."""
    said = f"anzai-locked-picture\n{actor.account_id}\n{showing.sha256}\n{showing.kind.value}\n"
    return hmac.new(settings().key("session"), said.encode() + nonce, hashlib.sha256).digest()


def read_nonce(text: str) -> bytes:
    """Read the nonce of a locked picture in hexadecimal.

    Raises:
        Refusal: `not_found` (404).
    """
    try:
        nonce = bytes.fromhex(text)
    except ValueError:
        nonce = b""
    if len(nonce) != NONCE_BYTES:
        raise Refusal("not_found", 404)
    return nonce
