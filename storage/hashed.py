"""Keeps files whose SHA-256 is known: damaged bytes under their name give way to the right ones."""

from pathlib import Path

from storage.keys import damaged_key
from storage.protocol import BlobDamaged, BlobExists, BlobStore
from storage.streams import sha256_of


def put_hashed(
    store: BlobStore, key: str, source: Path, *, sha256_hex: str, consume: bool = False
) -> str | None:
    """Keep a file under a key that belongs to its hash; see `BlobStore.put`.

    Return where damaged bytes lie that had been under `key` and gave way; None mostly.

    Raises:
        BlobDamaged: the file itself is not the one of this hash; nothing is changed.
        BadBlobKey, BlobNotFound, UnsafeStore, StoreUnavailable: nothing was kept.
    """
    try:
        store.put(key, source, consume=consume)
    except BlobExists:
        if sha256_of(source).hex() != sha256_hex:
            raise BlobDamaged(key, "the file to be kept is not the one of this hash") from None
        aside = damaged_key(sha256_hex)
        store.replace(key, source, aside=aside)
        if consume:
            source.unlink(missing_ok=True)
        return aside
    return None
