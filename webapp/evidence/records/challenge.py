"""The challenge of a capture: a code and an action that nobody knew before the ticket."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

ACTIONS = ("hold_code", "say_number", "turn_head", "raise_fingers")
SEED_BYTES = 32


@dataclass(frozen=True)
class Challenge:
    """What the pensioner is asked for: a four-digit code and one of `ACTIONS`."""

    code: str
    action: str


def derive_challenge(*, seed: bytes, subject_id: UUID) -> Challenge:
    """Return the challenge of a visit or an occasion under a ticket's seed (32 bytes).

    HMAC-SHA256 over its id as lower-case text: bytes 0–3, big-endian, modulo 10,000 are
    the code; byte 4 modulo 4 picks the action. Fixed together with the phone.
    """
    digest = hmac.new(seed, str(subject_id).encode(), hashlib.sha256).digest()
    code = int.from_bytes(digest[:4], "big") % 10_000
    return Challenge(code=f"{code:04d}", action=ACTIONS[digest[4] % len(ACTIONS)])
