"""Keys: what every store can keep, and nothing that could leave its folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keys import check_key, check_prefix, derived_key, original_key
from storage.protocol import BadBlobKey

HASH = "ab" * 32

HOSTILE = [
    "", "/", "/etc/passwd", "..", "../x", "a/../b", "a/./b", "a//b", "a/", ".hidden", "a/.hidden",
    "A", "a/B", "a b", "a\\b", "a\0b", "a\nb", "a\n", "~", "-rf", "a:b", "a*", "%2e%2e/x", "ａ",
    "é", "a/\u202etxt", "a/\u2024\u2024/b", "con\u0300", "x" * 201, "/".join("abcdefghi"), "café",
]  # fmt: skip


@pytest.mark.parametrize("key", HOSTILE)
def test_hostile_keys_are_refused(key: str) -> None:
    with pytest.raises(BadBlobKey):
        check_key(key)


@pytest.mark.parametrize("key", ["a", "a/b-c/d.e", f"sha256/ab/ab/{HASH}", "derived/poster/x.webp"])
def test_plain_keys_are_kept_as_they_are(key: str) -> None:
    assert check_key(key) == key


@given(st.text())
def test_no_accepted_key_can_mean_another_place(text: str) -> None:
    try:
        key = check_key(text)
    except BadBlobKey:
        return
    assert key == key.lower()
    assert key.isascii()
    assert all(part and not part.startswith((".", "-")) for part in key.split("/"))


@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/b", "sha256/ab/"])
def test_prefixes_may_end_anywhere(prefix: str) -> None:
    assert check_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["/", "..", "a/../", "A", "a//"])
def test_hostile_prefixes_are_refused(prefix: str) -> None:
    with pytest.raises(BadBlobKey):
        check_prefix(prefix)


def test_an_original_lies_under_its_hash() -> None:
    assert original_key(HASH) == f"sha256/ab/ab/{HASH}"


@pytest.mark.parametrize("text", ["", HASH[:-1], HASH.upper(), HASH + "\n", "../" + HASH[3:]])
def test_an_original_needs_a_whole_hash(text: str) -> None:
    with pytest.raises(BadBlobKey):
        original_key(text)


def test_a_derivation_is_named_by_its_kind_and_its_source() -> None:
    assert derived_key("thumb", HASH, "webp") == f"derived/thumb/{HASH}.webp"
    with pytest.raises(BadBlobKey):
        derived_key("../thumb", HASH, "webp")
