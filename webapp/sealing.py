"""Numbers and phones at rest: sealed with AES-256-GCM, found again by a keyed index.

The index is HMAC-SHA256 under a key of its own, so that whoever reads the database alone can
neither read a number nor test a guess.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from webapp.config import settings

VERSION = b"\x01"
NONCE_BYTES = 12
_EXTENSION = "anzai_roster_sealer"


class Sealer:
    """Seals and indexes with two 32-byte keys; made once an application, safe to share."""

    def __init__(self, seal_key: bytes, index_key: bytes) -> None:
        self._cipher = AESGCM(seal_key)
        # Keyed once and copied for each text, which saves hashing the key again.
        self._index = hmac.new(index_key, digestmod=hashlib.sha256)

    def seal_bytes(self, plain: bytes) -> bytes:
        """One version byte, a fresh nonce, then the ciphertext with its tag."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, None)

    def unseal_bytes(self, sealed: bytes) -> bytes:
        """The plain bytes again.

        Raises:
            cryptography.exceptions.InvalidTag: the bytes were changed or the key is another.
        """
        if sealed[:1] != VERSION:
            raise ValueError("sealed by a newer version of this program")
        return self._cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], None)

    def seal_many(self, plain: Sequence[str]) -> list[bytes]:
        """Many texts, with one call for all their nonces."""
        nonces, encrypt = os.urandom(NONCE_BYTES * len(plain)), self._cipher.encrypt
        sealed = []
        for at, text in enumerate(plain):
            nonce = nonces[at * NONCE_BYTES : (at + 1) * NONCE_BYTES]
            sealed.append(VERSION + nonce + encrypt(nonce, text.encode(), None))
        return sealed

    def seal(self, plain: str) -> bytes:
        """The text, sealed; the same text never gives the same bytes twice."""
        return self.seal_bytes(plain.encode())

    def unseal(self, sealed: bytes) -> str:
        """The text again; errors as `unseal_bytes`."""
        return self.unseal_bytes(sealed).decode()

    def index(self, plain: str) -> bytes:
        """32 bytes by which the same text is found again."""
        keyed = self._index.copy()
        keyed.update(plain.encode())
        return keyed.digest()


def sealer() -> Sealer:
    """This application's sealer; its keys are `roster-seal` and `roster-index`."""
    found = current_app.extensions.get(_EXTENSION)
    if found is None:
        chosen = settings()
        found = Sealer(chosen.key("roster-seal"), chosen.key("roster-index"))
        current_app.extensions[_EXTENSION] = found
    return cast(Sealer, found)


def seal(plain: str) -> bytes:
    """Seal one text."""
    return sealer().seal(plain)


def unseal(sealed: bytes) -> str:
    """Read one sealed text."""
    return sealer().unseal(sealed)


def index(plain: str) -> bytes:
    """The keyed index of one text."""
    return sealer().index(plain)
