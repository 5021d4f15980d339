"""Puts verified files into the store, and asks the store whether it really has them.

What a row says of a file is what was once true. Whoever vouches for one looks at the bytes: the
disk of the originals may be older than the database, or damaged.
"""

from pathlib import Path

import structlog

from storage.hashed import put_hashed
from storage.protocol import BlobError
from webapp.extensions import blobs
from webapp.journal import queries as journal_queries
from webapp.refusals import Refusal

log = structlog.get_logger("anzai.evidence")


def keep(*, key: str, sha256: str, path: Path, consume: bool = False) -> None:
    """Keep a file under its hash; damaged bytes that lay there are kept apart, and it is logged.

    Raises:
        BlobError: it is not kept now.
    """
    aside = put_hashed(blobs(), key, path, sha256_hex=sha256, consume=consume)
    if aside is not None:
        log.error("damaged_blob_replaced", key=key, damaged_bytes=aside)


def is_held(*, key: str, sha256: str) -> bool:
    """Say whether the very bytes lie in the store; every byte is read.

    Raises:
        Refusal: `store_unavailable` (503) when it cannot be said now.
    """
    try:
        return blobs().holds(key, sha256)
    except BlobError as error:
        raise Refusal("store_unavailable", 503) from error


def is_lost(*, key: str, sha256: str) -> bool:
    """Say whether a file is missing or damaged that no lawful deletion removed.

    Raises:
        Refusal: `store_unavailable` (503) when it cannot be said now.
    """
    if is_held(key=key, sha256=sha256):
        return False
    return sha256 not in journal_queries.tombstoned_media()
