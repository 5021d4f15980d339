"""What every blob store promises, tried on a folder, on memory and on a real S3 server."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.files import as_file
from storage.hashed import put_hashed
from storage.protocol import BadBlobKey, BlobDamaged, BlobExists, BlobNotFound, BlobStore

KEY = "sha256/ab/cd/" + "ab" * 32
CONTENT = bytes(range(256)) * 5000  # 1.28 MB: more than one chunk, and than one spool.


def read(store: BlobStore, key: str = KEY, **part: int) -> bytes:
    with store.open(key, **part) as stream:
        return stream.read()


def test_it_gives_back_what_was_put(store: BlobStore) -> None:
    store.put(KEY, io.BytesIO(CONTENT))

    assert read(store) == CONTENT
    assert store.size(KEY) == len(CONTENT)
    assert store.exists(KEY)


def test_it_takes_a_path_and_leaves_the_file(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(CONTENT)

    store.put(KEY, source)

    assert read(store) == CONTENT
    assert source.read_bytes() == CONTENT


def test_it_takes_the_file_itself_when_told_to(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(CONTENT)

    store.put(KEY, source, consume=True)

    assert read(store) == CONTENT
    assert not source.exists()


def test_a_stream_is_taken_from_where_it_stands(store: BlobStore) -> None:
    stream = io.BytesIO(b"header" + CONTENT)
    stream.seek(6)

    store.put(KEY, stream)

    assert read(store) == CONTENT


def test_nothing_at_all_can_be_kept(store: BlobStore) -> None:
    store.put(KEY, io.BytesIO(b""))

    assert store.size(KEY) == 0
    assert read(store) == b""
    assert read(store, start=0, end=10) == b""


def test_the_same_bytes_again_change_nothing(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, io.BytesIO(CONTENT))
    again = tmp_path / "again"
    again.write_bytes(CONTENT)

    store.put(KEY, io.BytesIO(CONTENT))
    store.put(KEY, again, consume=True)

    assert read(store) == CONTENT
    assert not again.exists()


@pytest.mark.parametrize("other", [b"", CONTENT[:-1] + b"x", CONTENT[:-1], CONTENT + b"x"])
def test_other_bytes_are_refused_and_the_first_stay(store: BlobStore, other: bytes) -> None:
    store.put(KEY, io.BytesIO(CONTENT))

    with pytest.raises(BlobExists):
        store.put(KEY, io.BytesIO(other))

    assert read(store) == CONTENT


def test_a_refused_file_is_not_consumed(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, io.BytesIO(CONTENT))
    other = tmp_path / "other"
    other.write_bytes(b"other")

    with pytest.raises(BlobExists):
        store.put(KEY, other, consume=True)

    assert other.read_bytes() == b"other"


def test_of_many_writers_one_wins(store: BlobStore) -> None:
    assert store.capabilities.exclusive_create

    def write(number: int) -> bool:
        try:
            store.put(KEY, io.BytesIO(bytes([number]) * 100_000))
        except BlobExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))

    assert won.count(True) == 1
    assert read(store) == bytes([won.index(True)]) * 100_000


def test_equal_writers_all_succeed(store: BlobStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.put(KEY, io.BytesIO(CONTENT)), range(8)))

    assert hashlib.sha256(read(store)).digest() == hashlib.sha256(CONTENT).digest()


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 1), (5, 5), (7, 3), (255, 1_000_001), (1_279_999, None),
     (1_280_000, None), (1_280_000, 1_280_001), (9_999_999, None), (0, 9_999_999)],
)  # fmt: skip
def test_a_range_is_a_slice(store: BlobStore, start: int, end: int | None) -> None:
    store.put(KEY, io.BytesIO(CONTENT))

    with store.open(KEY, start=start, end=end) as stream:
        assert stream.read() == CONTENT[start:end]


def test_a_range_can_be_read_in_small_pieces(store: BlobStore) -> None:
    store.put(KEY, io.BytesIO(CONTENT))

    with store.open(KEY, start=1000, end=9000) as stream:
        pieces = list(iter(lambda: stream.read(777), b""))

    assert b"".join(pieces) == CONTENT[1000:9000]
    assert max(map(len, pieces)) == 777


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(content=st.binary(max_size=3000), start=st.integers(0, 3100), end=st.integers(0, 3100))
def test_any_range_of_any_bytes_is_a_slice(
    store: BlobStore, content: bytes, start: int, end: int
) -> None:
    key = original(content)
    store.put(key, io.BytesIO(content))

    assert read(store, key, start=start, end=end) == content[start:end]


def original(content: bytes) -> str:
    return f"sha256/{hashlib.sha256(content).hexdigest()}"


def test_what_is_not_there_is_named(store: BlobStore) -> None:
    assert not store.exists(KEY)
    for ask in (store.open, store.size):
        with pytest.raises(BlobNotFound) as error:
            ask(KEY)
        assert error.value.key == KEY
    with pytest.raises(BlobNotFound):
        store.open(KEY, start=5, end=9)


def test_a_folder_of_blobs_is_not_a_blob(store: BlobStore) -> None:
    store.put("a/b/c", io.BytesIO(b"x"))

    assert not store.exists("a/b")
    with pytest.raises(BlobNotFound):
        store.open("a/b")


def test_deleting_forgets_and_may_be_repeated(store: BlobStore) -> None:
    store.put(KEY, io.BytesIO(CONTENT))

    store.delete(KEY)
    store.delete(KEY)

    assert not store.exists(KEY)
    assert list(store.keys()) == []


def test_a_deleted_key_is_free_again(store: BlobStore) -> None:
    store.put(KEY, io.BytesIO(b"one"))
    store.delete(KEY)

    store.put(KEY, io.BytesIO(b"two"))

    assert read(store) == b"two"


def test_keys_come_in_order_and_by_prefix(store: BlobStore) -> None:
    for key in ("derived/thumb/b.webp", "sha256/b", "sha256/a", "derived/poster/a.jpg"):
        store.put(key, io.BytesIO(key.encode()))

    assert list(store.keys()) == [
        "derived/poster/a.jpg", "derived/thumb/b.webp", "sha256/a", "sha256/b",
    ]  # fmt: skip
    assert list(store.keys("sha256/")) == ["sha256/a", "sha256/b"]
    assert list(store.keys("derived/th")) == ["derived/thumb/b.webp"]
    assert list(store.keys("nothing/")) == []


@pytest.mark.parametrize("key", ["../x", "/x", "a/../../x", "X", "a\0", "é", ".incoming/x"])
def test_hostile_keys_never_reach_the_store(store: BlobStore, key: str) -> None:
    for ask in (store.open, store.size, store.exists, store.delete):
        with pytest.raises(BadBlobKey):
            ask(key)
    with pytest.raises(BadBlobKey):
        store.put(key, io.BytesIO(b"x"))
    assert list(store.keys()) == []


def test_a_blob_can_be_had_as_a_file(store: BlobStore) -> None:
    store.put(KEY, io.BytesIO(CONTENT))

    with as_file(store, KEY) as path:
        assert path.read_bytes() == CONTENT

    assert read(store) == CONTENT


def test_a_missing_blob_is_no_file(store: BlobStore) -> None:
    with pytest.raises(BlobNotFound), as_file(store, KEY):
        pass


class BrokenStream(io.RawIOBase):
    """A stream that fails half-way, as a cut connection does."""

    def __init__(self) -> None:
        self._left = 3

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self._left -= 1
        if not self._left:
            raise ConnectionResetError("cut")
        return b"x" * 1000


def test_a_source_that_breaks_leaves_nothing(store: BlobStore) -> None:
    with pytest.raises(ConnectionResetError):
        store.put(KEY, BrokenStream())  # type: ignore[arg-type]

    assert not store.exists(KEY)
    assert list(store.keys()) == []


NAMED = hashlib.sha256(CONTENT).hexdigest()
DAMAGES = [b"", CONTENT[:4000], CONTENT[:-1] + b"x", CONTENT + b"x"]


@pytest.mark.parametrize("damaged", DAMAGES)
@pytest.mark.parametrize("consume", [False, True])
def test_damaged_bytes_give_way_to_those_of_the_hash_and_are_kept(
    store: BlobStore, tmp_path: Path, damaged: bytes, consume: bool
) -> None:
    store.put(KEY, io.BytesIO(damaged))
    source = tmp_path / "upload"
    source.write_bytes(CONTENT)
    assert not store.holds(KEY, NAMED)

    aside = put_hashed(store, KEY, source, sha256_hex=NAMED, consume=consume)

    assert store.holds(KEY, NAMED)
    assert read(store) == CONTENT
    assert aside is not None
    assert read(store, aside) == damaged
    assert source.exists() is not consume
    assert sorted(store.keys()) == sorted([KEY, aside])


def test_sound_bytes_give_way_to_nothing(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, io.BytesIO(CONTENT))
    source = tmp_path / "upload"
    source.write_bytes(CONTENT)
    assert put_hashed(store, KEY, source, sha256_hex=NAMED) is None

    source.write_bytes(CONTENT[:-1])
    with pytest.raises(BlobDamaged):
        put_hashed(store, KEY, source, sha256_hex=NAMED)

    assert read(store) == CONTENT
    assert list(store.keys()) == [KEY]


def test_what_is_not_there_holds_nothing_and_is_not_replaced(store: BlobStore) -> None:
    assert not store.holds(KEY, NAMED)
    with pytest.raises(BlobNotFound):
        store.replace(KEY, io.BytesIO(CONTENT), aside="damaged/a")
    assert list(store.keys()) == []
