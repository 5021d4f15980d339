"""The S3 store's answers to servers that a real one cannot be made to play: a stubbed client."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import ANY, Stubber

from storage.protocol import BlobDamaged, BlobExists, BlobLocked, StoreUnavailable
from storage.s3 import PROBE_KEY, S3BlobStore, make_client

KEY = "sha256/aa"
PUT = {"Bucket": "bucket", "Body": ANY, "ContentLength": ANY, "ContentMD5": ANY, "Metadata": ANY}


def test_a_server_that_ignores_conditions_is_found_out(stub: Stubber, store: S3BlobStore) -> None:
    probe_answers(stub, None, None)

    assert not store.capabilities.exclusive_create


def test_a_server_without_conditions_is_found_out(stub: Stubber, store: S3BlobStore) -> None:
    stub.add_client_error("put_object", "NotImplemented", http_status_code=501)
    stub.add_client_error("get_object_lock_configuration", "NotImplemented")

    assert not store.capabilities.exclusive_create


def test_a_server_with_conditions_is_believed(stub: Stubber, store: S3BlobStore) -> None:
    probe_answers(stub, None, "PreconditionFailed")

    assert store.capabilities.exclusive_create
    assert not store.capabilities.write_once


def test_a_probe_left_by_an_earlier_start_is_no_hindrance(
    stub: Stubber, store: S3BlobStore
) -> None:
    probe_answers(stub, "PreconditionFailed", "PreconditionFailed")

    assert store.capabilities.exclusive_create


def test_a_bucket_that_retains_in_compliance_mode_is_write_once(
    stub: Stubber, store: S3BlobStore
) -> None:
    for _ in range(2):
        stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    stub.add_response(
        "get_object_lock_configuration",
        {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": rule}},
    )

    assert store.capabilities.write_once


def test_without_conditions_a_taken_key_is_looked_up_first(
    stub: Stubber, store: S3BlobStore
) -> None:
    probe_answers(stub, None, None)
    stub.add_response("head_object", {"ContentLength": 3})
    stub.add_response("get_object", {"Body": io.BytesIO(b"old")})

    with pytest.raises(BlobExists):
        store.put(KEY, io.BytesIO(b"new"))


def test_a_damaged_object_is_not_taken_for_what_its_metadata_say(
    stub: Stubber, store: S3BlobStore
) -> None:
    probe_answers(stub, None, "PreconditionFailed")
    stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    said = {"sha256": hashlib.sha256(b"new").hexdigest()}
    stub.add_response("get_object", {"Body": io.BytesIO(b"nex"), "Metadata": said})

    with pytest.raises(BlobExists):
        store.put(KEY, io.BytesIO(b"new"))


def test_without_conditions_a_free_key_is_written(stub: Stubber, store: S3BlobStore) -> None:
    probe_answers(stub, None, None)
    stub.add_client_error("head_object", "404", http_status_code=404)
    stub.add_response("put_object", {}, {**PUT, "Key": KEY})

    store.put(KEY, io.BytesIO(b"new"))


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("BadDigest", 400, BlobDamaged), ("InternalError", 500, StoreUnavailable),
     ("AccessDenied", 403, StoreUnavailable), ("QuotaExceeded", 403, StoreUnavailable)],
)  # fmt: skip
def test_what_the_server_says_is_told(
    stub: Stubber, store: S3BlobStore, code: str, status: int, error: type[Exception]
) -> None:
    probe_answers(stub, None, "PreconditionFailed")
    stub.add_client_error("put_object", code, http_status_code=status)

    with pytest.raises(error, match=code):
        store.put(KEY, io.BytesIO(b"new"))


def test_a_retained_blob_cannot_be_deleted(stub: Stubber, store: S3BlobStore) -> None:
    stub.add_client_error("delete_object", "AccessDenied", http_status_code=403)

    with pytest.raises(BlobLocked):
        store.delete(KEY)


def test_a_server_out_of_reach_is_told(store: S3BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr(store._client, "head_object", unreachable)

    with pytest.raises(StoreUnavailable, match="EndpointConnectionError"):
        store.size(KEY)


def test_the_address_names_bucket_prefix_and_region() -> None:
    store = S3BlobStore.from_url("s3://evidence/anzai?region=cn-north-1", endpoint_url=None)

    assert (store._bucket, store._prefix) == ("evidence", "anzai/")
    assert store._client.meta.region_name == "cn-north-1"


def probe_answers(stub: Stubber, *codes: str | None) -> None:
    """Let the two probing puts succeed, or fail with these codes; and no object lock."""
    for code in codes:
        if code is None:
            stub.add_response("put_object", {}, {**PUT, "Key": PROBE_KEY, "IfNoneMatch": "*"})
        else:
            stub.add_client_error("put_object", code, http_status_code=412)
    stub.add_client_error("get_object_lock_configuration", "ObjectLockConfigurationNotFoundError")


@pytest.fixture
def client() -> Iterator[Any]:
    made = make_client(endpoint_url="http://127.0.0.1:9", access_key="x", secret_key="y")
    yield made
    made.close()


@pytest.fixture
def store(client: Any) -> S3BlobStore:
    return S3BlobStore(client, "bucket")


@pytest.fixture
def stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
