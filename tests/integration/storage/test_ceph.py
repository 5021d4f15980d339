"""What only a real S3 server shows: its checks, its locks and how it refuses us."""

import hashlib
import io

import pytest

from storage.protocol import BlobExists, BlobLocked, StoreUnavailable
from storage.s3 import S3BlobStore
from tests.services import ObjectStore

KEY = "sha256/aa"


def test_it_creates_exclusively(object_store: ObjectStore) -> None:
    client = object_store.client()
    store = S3BlobStore(client, object_store.create_bucket())

    assert store.capabilities.exclusive_create
    assert not store.capabilities.write_once
    assert list(store.keys()) == []
    client.close()


def test_the_hash_lies_in_the_metadata(object_store: ObjectStore) -> None:
    client, bucket = object_store.client(), object_store.create_bucket()
    S3BlobStore(client, bucket, "p/").put(KEY, io.BytesIO(b"x"))

    head = client.head_object(Bucket=bucket, Key=f"p/{KEY}")

    assert head["Metadata"] == {"sha256": hashlib.sha256(b"x").hexdigest()}
    client.close()


def test_an_object_without_metadata_is_compared_by_its_bytes(object_store: ObjectStore) -> None:
    client, bucket = object_store.client(), object_store.create_bucket()
    client.put_object(Bucket=bucket, Key=KEY, Body=b"x")
    store = S3BlobStore(client, bucket)

    store.put(KEY, io.BytesIO(b"x"))
    with pytest.raises(BlobExists):
        store.put(KEY, io.BytesIO(b"y"))
    client.close()


def test_more_keys_than_a_page_are_all_listed(object_store: ObjectStore) -> None:
    client, bucket = object_store.client(), object_store.create_bucket()
    keys = [f"sha256/{number:04d}" for number in range(1005)]
    for key in keys:
        client.put_object(Bucket=bucket, Key=key, Body=b"")

    assert list(S3BlobStore(client, bucket).keys()) == keys
    client.close()


def test_a_wrong_secret_is_told(object_store: ObjectStore) -> None:
    client = object_store.client(secret_key="wrong")
    store = S3BlobStore(client, object_store.create_bucket())

    with pytest.raises(StoreUnavailable):
        store.put(KEY, io.BytesIO(b"x"))
    client.close()


def test_a_bucket_that_is_not_there_is_told(object_store: ObjectStore) -> None:
    client = object_store.client()
    store = S3BlobStore(client, "no-such-bucket")

    with pytest.raises(StoreUnavailable, match="NoSuchBucket"):
        store.put(KEY, io.BytesIO(b"x"))
    client.close()


def test_a_retained_version_outlives_its_deletion(object_store: ObjectStore) -> None:
    """Under a compliance rule a delete only hides a blob: the version itself stays."""
    client = object_store.client()
    bucket = object_store.create_bucket(ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    client.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
    )
    store = S3BlobStore(client, bucket)
    store.put(KEY, io.BytesIO(b"x"))
    version = client.head_object(Bucket=bucket, Key=KEY)["VersionId"]

    assert store.capabilities.write_once
    with pytest.raises(BlobLocked), store._errors(KEY, {"AccessDenied": BlobLocked}):
        client.delete_object(Bucket=bucket, Key=KEY, VersionId=version)
    assert client.get_object(Bucket=bucket, Key=KEY, VersionId=version)["Body"].read() == b"x"
    client.close()
