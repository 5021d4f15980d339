"""States, chains, tickets, challenges and signatures."""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.evidence.samples import NOW
from webapp.evidence.records import signatures
from webapp.evidence.records.challenge import ACTIONS, derive_challenge
from webapp.evidence.records.rules import (
    FIRST_PREV,
    TRANSITIONS,
    CaptureState,
    Chain,
    Event,
    MediaState,
    Neighbours,
    device_stands,
    judge_chain,
    move_capture,
    move_media,
)
from webapp.evidence.records.tickets import (
    NamedTicket,
    Ticket,
    TicketFault,
    judge_ticket,
    make_ticket,
    read_ticket,
)
from webapp.refusals import Refusal

ID = UUID("0198c0de-0000-7000-8000-000000000002")
SEED = bytes(range(32))


def test_only_the_tables_moves_are_allowed() -> None:
    moves = [*itertools.product(CaptureState, Event), *itertools.product(MediaState, Event)]
    for state, event in moves:
        move = move_capture if isinstance(state, CaptureState) else move_media
        if (state, event) in TRANSITIONS:
            assert move(state, event) == TRANSITIONS[state, event]  # type: ignore[operator]
        else:
            with pytest.raises(Refusal, match="evidence_move_forbidden"):
                move(state, event)  # type: ignore[operator]


NOTHING = Neighbours(None, None, None)


@pytest.mark.parametrize(
    ("seq", "prev", "beside", "chain"),
    [
        (1, FIRST_PREV, NOTHING, Chain.WHOLE), (0, FIRST_PREV, NOTHING, Chain.WHOLE),
        (2, "a", Neighbours(None, "a", None), Chain.WHOLE), (2, "a", NOTHING, Chain.GAP),
        (5, FIRST_PREV, NOTHING, Chain.GAP), (2, "b", Neighbours(None, "a", None), Chain.FORK),
        (1, FIRST_PREV, Neighbours("other", None, None), Chain.FORK),
        (1, FIRST_PREV, Neighbours("me", None, None), Chain.WHOLE),
        (1, FIRST_PREV, Neighbours(None, None, "other"), Chain.FORK),
        (1, FIRST_PREV, Neighbours(None, None, "me"), Chain.WHOLE),
    ],
)  # fmt: skip
def test_chains(seq: int, prev: str, beside: Neighbours, chain: Chain) -> None:
    assert judge_chain(seq=seq, prev=prev, record_sha256="me", beside=beside) is chain


@pytest.mark.parametrize(
    ("at", "revoked", "stands"), [(4, None, False), (5, None, False), (6, None, True),
                                  (6, 9, True), (9, 9, False), (10, 9, False)],
)  # fmt: skip
def test_a_key_stands_by_index_alone(at: int, revoked: int | None, stands: bool) -> None:
    assert device_stands(enrolled_index=5, revoked_index=revoked, at_index=at) is stands


def ticket() -> Ticket:
    return Ticket(ID, ID, "k" * 43, NOW, NOW + timedelta(hours=72), "note\nwith lines\n", SEED)


def test_a_ticket_is_read_as_it_was_made() -> None:
    assert read_ticket(make_ticket(ticket(), key_seed=SEED), key_seed=SEED) == ticket()


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_changed_ticket_is_none(place: int, change: int) -> None:
    raw = bytearray(make_ticket(ticket(), key_seed=SEED))
    raw[place % len(raw)] ^= change
    assert read_ticket(bytes(raw), key_seed=SEED) in (None, ticket())
    assert read_ticket(bytes(raw[:-5]), key_seed=SEED) is None


@given(st.binary(max_size=200))
def test_any_other_bytes_are_no_ticket(raw: bytes) -> None:
    assert read_ticket(raw, key_seed=SEED) is None


@pytest.mark.parametrize(
    ("hours_claimed", "hours_now", "fault"),
    [(1, 1, None), (71, 200, None), (73, 200, TicketFault.EXPIRED), (8760, 1, None),
     (-8760, 1, None), (72, 72, None)],
)  # fmt: skip
def test_expiry_is_judged_by_a_believable_claim(
    hours_claimed: int, hours_now: int, fault: TicketFault | None
) -> None:
    stored = NamedTicket("h", ID, "k", NOW + timedelta(hours=72))
    judged = judge_ticket(
        stored=stored, sha256="h", worker_id=ID, device_kid="k",
        claimed_at=NOW + timedelta(hours=hours_claimed), now=NOW + timedelta(hours=hours_now),
    )  # fmt: skip
    assert judged is fault


@given(st.binary(min_size=32, max_size=32), st.uuids())
def test_a_challenge_is_four_digits_and_an_action(seed: bytes, visit_id: UUID) -> None:
    challenge = derive_challenge(seed=seed, subject_id=visit_id)
    assert len(challenge.code) == 4
    assert challenge.code.isdigit()
    assert challenge.action in ACTIONS


def test_a_known_challenge() -> None:
    challenge = derive_challenge(seed=bytes(32), subject_id=UUID(int=1))
    assert (challenge.code, challenge.action) == ("3529", "say_number")


def jwk_and_signature(curve: ec.EllipticCurve, message: bytes) -> tuple[dict[str, str], bytes]:
    key = ec.generate_private_key(curve)
    numbers = key.public_key().public_numbers()
    size = (curve.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    x, y = (signatures.encode_base64url(n.to_bytes(size)) for n in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": f"P-{curve.key_size}", "x": x, "y": y}
    return jwk, r.to_bytes(size) + s.to_bytes(size)


def test_a_right_signature_and_its_twin_verify() -> None:
    jwk, signature = jwk_and_signature(ec.SECP256R1(), b"m")
    assert signatures.verify_es256(jwk=jwk, signed=b"m", signature=signature)
    assert not signatures.verify_es256(jwk=jwk, signed=b"n", signature=signature)


def test_31_another_curve_never_verifies() -> None:
    jwk, signature = jwk_and_signature(ec.SECP384R1(), b"m")
    for name in ("P-384", "P-256"):
        assert not signatures.verify_es256(
            jwk=jwk | {"crv": name}, signed=b"m", signature=signature
        )


@given(st.binary(max_size=80))
def test_any_other_bytes_are_no_signature(signature: bytes) -> None:
    jwk, _ = jwk_and_signature(ec.SECP256R1(), b"m")
    assert not signatures.verify_es256(jwk=jwk, signed=b"m", signature=signature)


@given(st.binary(max_size=80))
def test_base64url_has_one_form(raw: bytes) -> None:
    text = signatures.encode_base64url(raw)
    assert signatures.decode_base64url(text) == raw
    for other in (text + "=", text + "\n", text + "+", " " + text):
        assert signatures.decode_base64url(other) is None
