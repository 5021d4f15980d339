"""Sends a blob in an answer that no browser can take for anything but the file it is."""

import tempfile
from uuid import UUID

from flask import Response, request, send_file
from werkzeug.datastructures import ContentRange
from werkzeug.wsgi import FileWrapper

from webapp.evidence.archive.viewing import Showing
from webapp.evidence.export import packaging
from webapp.evidence.export.packaging import Prepared
from webapp.extensions import begin_snapshot, blobs, db
from webapp.refusals import Refusal

BLOCK_BYTES = 1 << 18
SANDBOX = "sandbox; default-src 'none'; style-src 'none'; script-src 'none'"


def send(showing: Showing) -> Response:
    """Return the blob, or the one range of it that the request asks for.

    The type is ours and never sniffed; opened by itself the answer is an empty, sandboxed page
    (evidence §5.57 to §5.59). Nothing of it is kept by caches.

    Raises:
        Refusal: `range_unsatisfiable` (416).
    """
    start, end, is_part = _range(showing.size_bytes)
    stream = blobs().open(showing.blob_key, start=start, end=end)
    answer = Response(
        FileWrapper(stream, BLOCK_BYTES), 206 if is_part else 200, mimetype=showing.mime,
        direct_passthrough=True,
    )  # fmt: skip
    answer.headers["Content-Length"] = str(end - start)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    if is_part:
        answer.content_range = ContentRange("bytes", start, end, showing.size_bytes)
    if showing.file_name is not None:
        answer.headers["Content-Disposition"] = f'attachment; filename="{showing.file_name}"'
    return answer


def send_bytes(body: bytes) -> Response:
    """Return bytes for a script of ours, of which caches keep nothing."""
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def prepare_package(visit_id: UUID) -> Prepared:
    """Read what a visit's package will say, all of it as it stood at one moment.

    Raises:
        Refusal: `visit_unknown` (404).
    """
    begin_snapshot()
    prepared = packaging.prepare(visit_id=visit_id)
    db.session.rollback()
    return prepared


def send_package(prepared: Prepared, index: int) -> Response:
    """Return the package that the entry `index` announced; it is written to a nameless file first.

    To pack films takes a while, in which others must be able to write: what the caller's session
    did before is committed, or gone.
    """
    # The answer closes the file, with which it is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    begin_snapshot()
    packaging.write(prepared, index=index, stream=file)
    file.seek(0)
    name = f"anzai-{prepared.visit_id}.zip"
    answer = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _range(size: int) -> tuple[int, int, bool]:
    """Return start, end (not included) and whether it is a part; several ranges are none."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return 0, size, False
    found = wanted.range_for_length(size)
    if found is None:
        raise Refusal("range_unsatisfiable", 416, size=size)
    return found[0], found[1], True
