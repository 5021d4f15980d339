"""Verifies a whole upload by its bytes alone, without the database (evidence §1.7).

Hash, magic, container, then the exclusive write into the store. A server that dies meanwhile
leaves either a spool file or a verified blob, and the same runs again.
"""

import mmap
from dataclasses import dataclass, field
from pathlib import Path

from storage.keys import original_key
from storage.protocol import BlobError
from storage.streams import sha256_of
from webapp.evidence.intake import aside_files, keeping, spool
from webapp.evidence.intake.progress import is_in_store
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.evidence.records.formats import Content, Malformed, inspect
from webapp.refusals import Refusal


@dataclass(frozen=True)
class InspectionResult:
    """What the bytes are; `fault` is a code when they are refused and were set aside."""

    sha256: str
    fault: str | None = None
    aside_key: str | None = None
    content: Content = field(default_factory=lambda: Content("stored"))


def verify(upload: UploadSnapshot) -> InspectionResult:
    """Verify a whole spool file and move it into the store, or aside when it is refused.

    A spool file that is gone while its blob is there was moved by a run that then died.

    Raises:
        Refusal: `upload_ended` (410) when the bytes are nowhere, `store_unavailable` (503).
    """
    path = spool.path_of(upload.upload_id)
    if not path.exists():
        if is_in_store(upload):
            return InspectionResult(upload.sha256)
        raise Refusal("upload_ended", 410)
    sha256 = sha256_of(path).hex()
    if sha256 != upload.sha256:
        return _set_aside(path, sha256, "media_mismatch")
    if upload.aside_id is not None:
        # Its record lies aside, and nobody is shown it: what it contains is not asked.
        _put(upload.blob_key, sha256, path, consume=False)
        return InspectionResult(sha256)
    try:
        content = _inspect(path, upload.mime)
    except Malformed as malformed:
        return _set_aside(path, sha256, malformed.fault.value)
    _put(original_key(sha256), sha256, path, consume=True)
    return InspectionResult(sha256, content=content)


def _put(key: str, sha256: str, path: Path, *, consume: bool) -> None:
    """Keep a file; a store that cannot now leaves it in the spool for another try."""
    try:
        keeping.keep(key=key, sha256=sha256, path=path, consume=consume)
    except BlobError as error:
        raise Refusal("store_unavailable", 503) from error


def _inspect(path: Path, mime: str) -> Content:
    """Read the container through a memory map, so that 100 MB cost no memory of ours."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return inspect(data, mime)


def _set_aside(path: Path, sha256: str, fault: str) -> InspectionResult:
    key = aside_files.quarantine_key(sha256)
    _put(key, sha256, path, consume=False)
    return InspectionResult(sha256, fault=fault, aside_key=key)
