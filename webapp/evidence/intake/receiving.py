"""Takes the body of one upload request: plain values first, so that no transaction waits for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from webapp.evidence.intake import spool
from webapp.evidence.intake.progress import Progress, is_in_store
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.refusals import Refusal


@dataclass(frozen=True)
class Body:
    """What a request brings: where it belongs, how long it says it is, and how to read it."""

    offset: int
    read: Callable[[int], bytes]
    expected: int | None
    checksum: spool.Checksum | None


@contextmanager
def own_turn(upload: UploadSnapshot) -> Iterator[BinaryIO | None]:
    """Have the upload's file alone; None when it is in the store or finished already.

    An equal request may finish the file between the look at it and the lock on it.

    Raises:
        Refusal: `upload_locked` (423), `upload_ended` (410).
    """
    if upload.is_finished or spool.length(upload.upload_id) is None:
        yield None
        return
    with ExitStack() as turn:
        file: BinaryIO | None = None
        try:
            file = turn.enter_context(spool.locked(upload.upload_id))
        except Refusal as refusal:
            if refusal.code != "upload_ended" or not is_in_store(upload):
                raise
        yield file


def append_body(upload: UploadSnapshot, file: BinaryIO | None, body: Body) -> int:
    """Append a body at its offset; return how many bytes lie there now.

    Raises:
        Refusal: `upload_offset` (409) unless the offset is the acknowledged one, and those of
            `spool.append`.
    """
    came = upload.length if file is None else file.seek(0, 2)
    progress = Progress(came, upload.length, is_finished=upload.is_finished)
    acknowledged = progress.acknowledged_bytes
    if body.offset not in (acknowledged, came):
        raise Refusal("upload_offset", 409, offset=acknowledged)
    if file is None:
        return came
    return spool.append(
        file,
        offset=body.offset,
        limit=upload.length - body.offset,
        read=body.read,
        expected=body.expected,
        checksum=body.checksum,
    )
