"""How far an upload is, worked out of its row, its spool file and the store in one place."""

from dataclasses import dataclass

from webapp.evidence.intake import keeping, spool
from webapp.evidence.intake.snapshots import UploadSnapshot


@dataclass(frozen=True)
class Progress:
    """How much of a file is here; bytes, None when those that had come are nowhere any more."""

    received_bytes: int | None
    length: int
    is_finished: bool

    @property
    def is_whole(self) -> bool:
        """Say whether every byte is here."""
        return self.received_bytes == self.length

    @property
    def is_lost(self) -> bool:
        """Say whether the bytes that had come are nowhere any more."""
        return self.received_bytes is None

    @property
    def acknowledged_bytes(self) -> int:
        """Return the offset that the sender is told.

        The last byte counts only when the file is verified, stored and journaled. A server that
        died in between thus asks for that one byte again, and the work is finished then.
        """
        if self.is_finished:
            return self.length
        return min(self.received_bytes or 0, self.length - 1)


def progress_of(upload: UploadSnapshot, *, asks_store: bool = False) -> Progress:
    """Return how far an upload is.

    Of a finished one the row is believed, unless `asks_store`: then every byte in the store is
    read. One that is gone from the spool while its blob is there was moved by a run that died.

    Raises:
        Refusal: `store_unavailable` (503) when it cannot be said now.
    """
    if upload.is_finished:
        is_lost = asks_store and keeping.is_lost(key=upload.blob_key, sha256=upload.sha256)
        return Progress(None if is_lost else upload.length, upload.length, is_finished=True)
    received = spool.length(upload.upload_id)
    if received is None and is_in_store(upload):
        received = upload.length
    return Progress(received, upload.length, is_finished=False)


def is_in_store(upload: UploadSnapshot) -> bool:
    """Say whether the verified bytes lie in the store already."""
    return keeping.is_held(key=upload.blob_key, sha256=upload.sha256)
