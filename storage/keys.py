"""The form of a blob's key: what a folder, an object store and a shell all read the same way."""

import re
import secrets

from storage.protocol import BadBlobKey

MAX_KEY_LENGTH = 200
MAX_SEGMENTS = 8

# Lower case only, since some file systems fold case; ASCII only, since some normalise Unicode;
# and no leading dot, which rules out `.`, `..` and hidden files.
_SEGMENT = r"[a-z0-9_][a-z0-9._-]*"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,{MAX_SEGMENTS - 1}}}", re.ASCII)
_PREFIX = re.compile(rf"(?:{_SEGMENT}/){{0,{MAX_SEGMENTS - 1}}}(?:{_SEGMENT})?", re.ASCII)


def check_key(key: str) -> str:
    """Return `key`; raises `BadBlobKey` unless it is one to eight plain segments."""
    if len(key) > MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise BadBlobKey(ascii(key)[:MAX_KEY_LENGTH], "not a key of plain lower-case segments")
    return key


def check_prefix(prefix: str) -> str:
    """Return `prefix`, the beginning of a key or empty; raises `BadBlobKey`."""
    if len(prefix) > MAX_KEY_LENGTH or not _PREFIX.fullmatch(prefix):
        raise BadBlobKey(ascii(prefix)[:MAX_KEY_LENGTH], "not the beginning of a key")
    return prefix


def original_key(sha256_hex: str) -> str:
    """Return where an original lies, by its SHA-256 in lower-case hex."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256_hex, re.ASCII):
        raise BadBlobKey(ascii(sha256_hex)[:MAX_KEY_LENGTH], "not a SHA-256 in hex")
    return f"sha256/{sha256_hex[:2]}/{sha256_hex[2:4]}/{sha256_hex}"


def damaged_key(sha256_hex: str) -> str:
    """Return a new place for damaged bytes that lay where those of this SHA-256 should."""
    return check_key(f"damaged/{sha256_hex}/{secrets.token_hex(8)}")


def derived_key(kind: str, source_sha256_hex: str, extension: str) -> str:
    """Return where the derivation `kind` of an original lies."""
    return check_key(f"derived/{kind}/{source_sha256_hex}.{extension}")
