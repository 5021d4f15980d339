"""The only door to public-key signatures of phones (ES256) and of tickets (Ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNATURE_BYTES = 64


def decode_base64url(text: str) -> bytes | None:
    """Return the bytes of unpadded base64url text, or None when it is anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if encode_base64url(raw) == text else None


def encode_base64url(raw: bytes) -> str:
    """Return unpadded base64url text."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def thumbprint(jwk: dict[str, Any]) -> str:
    """Return the RFC 7638 thumbprint of a P-256 public key."""
    members = {name: jwk.get(name) for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return encode_base64url(hashlib.sha256(canonical).digest())


def public_key_of(jwk: dict[str, Any]) -> ec.EllipticCurvePublicKey | None:
    """Return the P-256 key of a JWK; None for another curve or a point that is not on it."""
    x, y = (decode_base64url(str(jwk.get(axis, ""))) for axis in ("x", "y"))
    if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256") or x is None or y is None:
        return None
    if len(x) != 32 or len(y) != 32:
        return None
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
    )
    try:
        return numbers.public_key()
    except ValueError:
        return None


def verify_es256(*, jwk: dict[str, Any], signed: bytes, signature: bytes) -> bool:
    """Say whether raw r‖s, exactly 64 bytes, is the key's signature over `signed`.

    (r, n − s) verifies as well, as the standard has it: a signature is never an id.
    """
    key = public_key_of(jwk)
    if key is None or len(signature) != SIGNATURE_BYTES:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def sign_ed25519(*, seed: bytes, message: bytes) -> bytes:
    """Return the signature of the key grown from a 32-byte seed."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verify_ed25519(*, public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a 64-byte Ed25519 signature is right."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def ed25519_public_key(seed: bytes) -> bytes:
    """Return the 32 public bytes of the key grown from a seed."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
