"""Blobs in an S3-compatible object store; the only place that knows boto3."""

import base64
import hashlib
import io
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from storage.keys import check_key, check_prefix
from storage.protocol import (
    BlobDamaged,
    BlobError,
    BlobExists,
    BlobLocked,
    BlobNotFound,
    Capabilities,
    StoreUnavailable,
)
from storage.streams import chunks, copy_hashed, sha256_of, window

PROBE_KEY = "probe/conditional-put"
_SPOOL_BYTES = 1 << 20
_METADATA_SHA256 = "sha256"

# Of error codes, as S3 servers spell them; the status alone is ambiguous (a HEAD has no body).
_ABSENT = {"NoSuchKey", "NotFound", "404"}
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_NO_CONDITION = {"NotImplemented", "501", "InvalidArgument"}
_DAMAGED = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"}
_LOCKED = {"AccessDenied", "ObjectLocked", "InvalidRetentionPeriod"}


@dataclass(frozen=True)
class _Body:
    """Bytes ready to be sent: a file at its beginning, its length and both of its hashes."""

    file: BinaryIO
    length: int
    sha256: bytes
    md5: bytes


class S3BlobStore:
    """A bucket of blobs; what the server can and cannot do is asked, once, and not assumed."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def from_url(cls, url: str, *, endpoint_url: str | None = None) -> "S3BlobStore":
        """Return the store of `s3://bucket[/prefix][?region=…]`.

        Credentials come from where boto3 looks for them: `AWS_ACCESS_KEY_ID` and so on.
        """
        parts = urlsplit(url)
        region = parse_qs(parts.query).get("region", [None])[0]
        prefix = parts.path.strip("/")
        client = make_client(endpoint_url=endpoint_url, region=region)
        return cls(client, parts.netloc, f"{prefix}/" if prefix else "")

    @cached_property
    def capabilities(self) -> Capabilities:
        """Try the server out: does it honour `If-None-Match`, and a retention by default?"""
        with self._errors(PROBE_KEY):
            return Capabilities(
                exclusive_create=self._honours_conditions(), write_once=self._retains_by_default()
            )

    def put(self, key: str, source: BinaryIO | Path, *, consume: bool = False) -> None:
        """Keep the bytes; see `BlobStore.put`."""
        check_key(key)
        with _spooled(source) as body, self._errors(key):
            if not self._create(key, body):
                self._demand_same(key, body)
        if consume and isinstance(source, Path):
            source.unlink(missing_ok=True)

    def replace(self, key: str, source: BinaryIO | Path, *, aside: str) -> None:
        """Copy the object aside, then overwrite it; see `BlobStore.replace`."""
        with _spooled(source) as body, self._errors(key):
            self._client.copy_object(**self._at(aside), CopySource=self._at(key))
            self._send(key, body, {})

    def holds(self, key: str, sha256_hex: str) -> bool:
        """Read the object and hash it: its metadata say only what was once sent."""
        with self._errors(key):
            try:
                with self.open(key) as stream:
                    return sha256_of(stream).hex() == sha256_hex
            except BlobNotFound:
                return False

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open a slice by a range request; see `BlobStore.open`."""
        asked = {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        whole = not start and end is None
        if not whole and (start >= self.size(key) or (end is not None and end <= start)):
            return io.BytesIO(b"")
        with self._errors(key):
            answer = self._client.get_object(**self._at(key), **({} if whole else asked))
        return window(answer["Body"])

    def size(self, key: str) -> int:
        """Return the length in bytes."""
        with self._errors(key):
            return int(self._head(key)["ContentLength"])

    def exists(self, key: str) -> bool:
        """Say whether an object lies under the key."""
        try:
            self.size(key)
        except BlobNotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        """Delete the object; raises `BlobLocked` when the store retains it."""
        with self._errors(key, dict.fromkeys(_LOCKED, BlobLocked)):
            self._client.delete_object(**self._at(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Give the keys in order, page by page."""
        wanted = self._prefix + check_prefix(prefix)
        pages = self._client.get_paginator("list_objects_v2")
        with self._errors(prefix):
            for page in pages.paginate(Bucket=self._bucket, Prefix=wanted):
                for item in page.get("Contents", ()):
                    key = item["Key"].removeprefix(self._prefix)
                    if key != PROBE_KEY:
                        yield key

    # Creating.

    def _create(self, key: str, body: _Body) -> bool:
        """Send the object unless its key is taken; say whether it was sent."""
        if not self.capabilities.exclusive_create and self.exists(key):
            # Without conditional puts two writers of one key may both get here; keys of
            # originals name their bytes, so that both then write the same.
            return False
        condition = {"IfNoneMatch": "*"} if self.capabilities.exclusive_create else {}
        return self._send(key, body, condition)

    def _send(self, key: str, body: _Body, condition: dict[str, str]) -> bool:
        """Put the object; False when the condition did not hold."""
        try:
            self._client.put_object(
                **self._at(key),
                Body=body.file,
                ContentLength=body.length,
                ContentMD5=base64.b64encode(body.md5).decode(),
                Metadata={_METADATA_SHA256: body.sha256.hex()},
                **condition,
            )
        except _exceptions().ClientError as error:
            if condition and _code(error) in _TAKEN:
                return False
            raise
        return True

    def _demand_same(self, key: str, body: _Body) -> None:
        """Raise `BlobExists` unless the object under `key` has the bytes of `body`."""
        if not self.holds(key, body.sha256.hex()):
            raise BlobExists(key)

    # Asking what the server can do.

    def _honours_conditions(self) -> bool:
        """Create the probe twice: only a server that refuses the second time can be trusted.

        Some answer 501, and some ignore the header and overwrite.
        """
        empty = _Body(io.BytesIO(), 0, hashlib.sha256().digest(), _md5().digest())
        try:
            self._send(PROBE_KEY, empty, {"IfNoneMatch": "*"})
            return not self._send(PROBE_KEY, empty, {"IfNoneMatch": "*"})
        except _exceptions().ClientError as error:
            if _code(error) in _NO_CONDITION:
                return False
            raise

    def _retains_by_default(self) -> bool:
        """Say whether the bucket locks every new object in compliance mode."""
        try:
            answer = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except _exceptions().ClientError:
            return False
        rule = answer.get("ObjectLockConfiguration", {}).get("Rule", {})
        return bool(rule.get("DefaultRetention", {}).get("Mode") == "COMPLIANCE")

    # Talking.

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + check_key(key)}

    def _head(self, key: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.head_object(**self._at(key))
        return answer

    @contextmanager
    def _errors(
        self, key: str, also: Mapping[str, type[BlobError]] | None = None
    ) -> Iterator[None]:
        """Turn what boto3 raises into the store's own words."""
        named: dict[str, type[BlobError]] = dict.fromkeys(_ABSENT, BlobNotFound)
        named |= dict.fromkeys(_DAMAGED, BlobDamaged) | dict(also or {})
        try:
            yield
        except _exceptions().ClientError as error:
            raise named.get(_code(error), StoreUnavailable)(key, _code(error)) from error
        except _exceptions().BotoCoreError as error:
            raise StoreUnavailable(key, type(error).__name__) from error


def make_client(
    *,
    endpoint_url: str | None = None,
    region: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
) -> Any:
    """Return a boto3 client that works with older servers too; it keeps connections open."""
    return import_module("boto3").client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=region or "us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=_client_config("path" if endpoint_url else "auto"),
    )


def _client_config(addressing: str) -> Any:
    # boto3's own checksums make an aws-chunked trailer, which Ceph 16 answers over TLS with 411;
    # `Content-MD5` does the same work and is checked there.
    return import_module("botocore.config").Config(
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        signature_version="s3v4",
        retries={"max_attempts": 4, "mode": "standard"},
        connect_timeout=5,
        read_timeout=60,
        s3={"addressing_style": addressing},
    )


@contextmanager
def _spooled(source: BinaryIO | Path) -> Iterator[_Body]:
    """Give the bytes as a file that can be sent again, with the hashes that go ahead of it."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield _measured(file)
        return
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
        copy_hashed(source, spool)  # type: ignore[arg-type]
        spool.seek(0)
        yield _measured(spool)  # type: ignore[arg-type]


def _measured(file: BinaryIO) -> _Body:
    """Read `file` once from its beginning, then put it back there."""
    sha256, md5 = hashlib.sha256(), _md5()
    for piece in chunks(file):
        sha256.update(piece)
        md5.update(piece)
    length = file.tell()
    file.seek(0)
    return _Body(file, length, sha256.digest(), md5.digest())


def _md5() -> Any:
    # MD5 guards the transport here and no secret: S3 knows no other check everywhere.
    return hashlib.md5(usedforsecurity=False)


def _exceptions() -> Any:
    # The SDK takes 0.65 s to import, which an application with a folder should not pay.
    return import_module("botocore.exceptions")


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
