"""A delivery is taken apart as its header says, or not at all."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.evidence.records.delivery_parts import Part, PartKind, take_apart
from webapp.refusals import Refusal

SIGNATURE, SHA256 = bytes(range(64)), bytes(range(32))
BODIES = st.binary(min_size=1, max_size=50)
PARTS = st.one_of(
    st.builds(lambda body, ticket: Part(PartKind.RECORD, body, SIGNATURE, ticket),
              BODIES, st.none() | st.binary(max_size=20)),
    st.builds(lambda body: Part(PartKind.FILE, body, sha256=SHA256.hex()), BODIES),
    st.builds(lambda body: Part(PartKind.RESULT, body), BODIES),
)  # fmt: skip


def said(raw: bytes) -> str:
    return f":{base64.b64encode(raw).decode()}:"


def described(part: Part) -> str:
    words = f"{part.kind};bytes={len(part.body)}"
    if part.kind is PartKind.RECORD:
        words += f";signature={said(part.signature)}"
        words += "" if part.ticket is None else f";ticket={said(part.ticket)}"
    if part.kind is PartKind.FILE:
        words += f";sha256={said(bytes.fromhex(part.sha256))}"
    return words


@given(st.lists(PARTS, min_size=1, max_size=6), st.sampled_from([", ", ",", " ,\t"]))
def test_what_was_put_together_comes_apart(parts: list[Part], comma: str) -> None:
    body = b"".join(part.body for part in parts)
    assert take_apart(comma.join(map(described, parts)), body) == parts


@given(st.lists(PARTS, min_size=1, max_size=4), st.integers(-3, 3).filter(bool))
def test_a_body_of_another_length_is_refused(parts: list[Part], more: int) -> None:
    body = b"".join(part.body for part in parts) + b"x" * 3
    with pytest.raises(Refusal, match="delivery_parts"):
        take_apart(", ".join(map(described, parts)), body[: len(body) - 3 + more])


@pytest.mark.parametrize("header", [
    "", " ", "record", "record;bytes=4", f"record;bytes=4;signature={said(b'short')}",
    f"record;bytes=4;signature={said(SIGNATURE)};ticket=4", "file;bytes=4",
    f"file;bytes=4;sha256={said(SIGNATURE)}", 'file;bytes=4;sha256="ab"', "result;bytes=4.0",
    "result;bytes=-4", "result;bytes=0", "result;bytes=?1", "result;bytes=99999999999999999999",
    "(result result);bytes=4", "other;bytes=4", "result;bytes=4,", "result;bytes=4;;",
    "结果;bytes=4", ", ".join(["result;bytes=1"] * 201),
])  # fmt: skip
def test_what_a_header_may_not_say(header: str) -> None:
    with pytest.raises(Refusal, match="delivery_parts") as refused:
        take_apart(header, b"body" if len(header) < 900 else b"b" * 201)
    assert refused.value.status == 400


@given(st.text(max_size=60), st.binary(max_size=9))
def test_any_other_header_is_refused(header: str, body: bytes) -> None:
    with pytest.raises(Refusal, match="delivery_parts"):
        take_apart(header, body)
