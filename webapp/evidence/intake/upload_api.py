"""Resumable uploads over HTTP: tus 1.0.0 with creation, checksum, expiration, termination."""

from typing import Any
from uuid import UUID
from wsgiref.handlers import format_date_time

from apiflask import APIBlueprint
from flask import Response, request, url_for
from werkzeug.exceptions import ClientDisconnected, UnsupportedMediaType

from webapp.access import decorators as access
from webapp.access.decorators import on_device, open_to_all
from webapp.access.rules import Permission
from webapp.config import settings
from webapp.evidence.intake import finishing, receiving, tus, uploads
from webapp.evidence.intake.progress import progress_of
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.extensions import begin_writing, db, starts_read_only
from webapp.refusals import Refusal

blueprint = APIBlueprint("uploads_api", __name__, url_prefix="/api/v1", enable_openapi=False)


@blueprint.after_request
def name_protocol(answer: Response) -> Response:
    """Say with every answer which version of tus was spoken."""
    answer.headers["Tus-Resumable"] = tus.VERSION
    if answer.status_code < 300:
        # These answers have no body, of whatever type.
        answer.headers.pop("Content-Type", None)
    if answer.status_code == 412:
        answer.headers["Tus-Version"] = tus.VERSION
    return answer


@blueprint.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/uploads/<uuid:upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
@open_to_all
def describe(upload_id: UUID | None = None) -> Response:
    """Say what this server can do; tells nothing about any upload."""
    return Response(status=204, headers={
        "Tus-Version": tus.VERSION, "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(settings().video_max_bytes),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    })  # fmt: skip


@blueprint.post("/uploads")
@on_device(Permission.USE_PHONE, with_given_password=True)
def begin() -> Response:
    """Begin the upload of a promised file, or give back the one that runs; a body is taken."""
    tus.check_version(request.headers)
    capture_id, sha256 = tus.promised_file(request.headers)
    length = tus.whole_number(request.headers, "Upload-Length", "upload_length")
    upload = uploads.begin_upload(
        actor=access.actor(), capture_id=capture_id, sha256=sha256, length=length
    )
    offset = progress_of(upload).acknowledged_bytes
    db.session.commit()
    if request.mimetype == tus.CONTENT_TYPE and offset == 0:
        offset = take(upload, body_at(0))
    return Response(status=201, headers={
        **state_of(upload), "Location": address_of(upload), "Upload-Offset": str(offset),
    })  # fmt: skip


@blueprint.route("/uploads/<uuid:upload_id>", methods=["HEAD"])
@on_device(Permission.USE_PHONE, with_given_password=True)
def tell_offset(upload_id: UUID) -> Response:
    """Say how many bytes are acknowledged."""
    tus.check_version(request.headers)
    upload = uploads.find_upload(actor=access.actor(), upload_id=upload_id)
    found = progress_of(upload)
    if found.is_lost:
        raise Refusal("upload_ended", 410)
    headers = {**state_of(upload), "Upload-Offset": str(found.acknowledged_bytes)}
    return Response(status=200, headers={**headers, "Cache-Control": "no-store"})


@blueprint.patch("/uploads/<uuid:upload_id>")
@starts_read_only
@on_device(Permission.USE_PHONE, with_given_password=True)
def append(upload_id: UUID) -> Response:
    """Append a chunk at the acknowledged offset; the last one finishes the file."""
    tus.check_version(request.headers)
    if request.mimetype != tus.CONTENT_TYPE:
        raise UnsupportedMediaType
    body = body_at(tus.whole_number(request.headers, "Upload-Offset", "upload_offset"))
    upload = uploads.find_upload(actor=access.actor(), upload_id=upload_id)
    # Nobody else should wait for the database while this body comes in.
    db.session.rollback()
    offset = take(upload, body)
    return Response(status=204, headers={**state_of(upload), "Upload-Offset": str(offset)})


@blueprint.delete("/uploads/<uuid:upload_id>")
@on_device(Permission.USE_PHONE, with_given_password=True)
def terminate(upload_id: UUID) -> Response:
    """Drop an unfinished upload; the record and its promise stay."""
    tus.check_version(request.headers)
    upload = uploads.find_upload(actor=access.actor(), upload_id=upload_id)
    uploads.terminate(upload=upload)
    db.session.commit()
    return Response(status=204)


def take(upload: UploadSnapshot, body: receiving.Body) -> int:
    """Append a body and, when the file is whole, finish it; return the offset."""
    with receiving.own_turn(upload) as file:
        offset = receiving.append_body(upload, file, body)
        if offset == upload.length and not upload.is_finished:
            finish(upload)
    return offset


def finish(upload: UploadSnapshot) -> None:
    """Verify, store and journal a whole file; tell the phone when it was refused."""
    kept = finishing.finish(upload, before_writing=begin_writing)
    db.session.commit()
    if kept is not None:
        raise kept


def body_at(offset: int) -> receiving.Body:
    """Return the request's body; a cut connection reads as its end."""
    stream = request.stream

    def read(size: int) -> bytes:
        try:
            return stream.read(size)
        except ClientDisconnected:
            return b""

    return receiving.Body(offset, read, request.content_length, tus.checksum(request.headers))


def address_of(upload: UploadSnapshot) -> str:
    """Return the upload's address below this server."""
    return url_for("uploads_api.append", upload_id=upload.upload_id)


def state_of(upload: UploadSnapshot) -> dict[str, Any]:
    """Return the headers that every answer about an upload carries."""
    headers = {"Upload-Length": str(upload.length)}
    if not upload.outcome:
        headers["Upload-Expires"] = format_date_time(upload.expires_at.timestamp())
    return headers
