"""Signed notes, verifier keys, checkpoints and receipts in their C2SP forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.journal.trees import contract
from webapp.journal.checkpoints import Checkpoint, parse_checkpoint
from webapp.journal.merkle import EMPTY_ROOT, leaf_hash, verify_consistency
from webapp.journal.notes import (
    MalformedNoteError,
    decode_base64,
    encode_base64,
    parse_note,
    parse_verifier_key,
)
from webapp.journal.signing import NoteSigner, UntrustedNoteError, open_checkpoint, open_note
from webapp.journal.tlog_proofs import parse_tlog_proof

VECTORS = contract("tlog.json")
GO_KEY = parse_verifier_key(VECTORS["golang"]["verifier_key"])
GO_NOTE = VECTORS["golang"]["note"]
SIGNER = NoteSigner(VECTORS["origin"], bytes.fromhex(VECTORS["seed"]))
KEY = SIGNER.verifier_key
RECEIPT = VECTORS["receipt"]["text"]
TEXT = f"{VECTORS['origin']}\n0\n{encode_base64(EMPTY_ROOT)}\n"


class TestKeys:
    def test_the_vectors_read_and_write(self) -> None:
        for text in (VECTORS["golang"]["verifier_key"], VECTORS["verifier_key"]):
            assert str(parse_verifier_key(text)) == text
        assert str(KEY) == VECTORS["verifier_key"]

    @pytest.mark.parametrize(
        "bad",
        ["", "name", "name+c74f20a3", "+c74f20a3+AQ==",
         "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         "PeterNeumanN+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
         "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
    )  # fmt: skip
    def test_bad_keys_are_refused(self, bad: str) -> None:
        with pytest.raises(MalformedNoteError):
            parse_verifier_key(bad)


class TestNotes:
    def test_a_note_of_another_program_opens(self) -> None:
        assert open_note(GO_NOTE, [GO_KEY]).startswith("If you think cryptography")

    def test_a_note_reads_and_writes_the_same(self) -> None:
        assert str(parse_note(GO_NOTE)) == GO_NOTE

    def test_the_text_may_hold_empty_lines(self) -> None:
        note = SIGNER.sign("one\n\ntwo\n")

        assert open_note(note, [KEY]) == "one\n\ntwo\n"

    def test_signing_again_gives_the_same_note(self) -> None:
        assert SIGNER.sign(TEXT) == SIGNER.sign(TEXT)

    def test_unknown_signatures_are_ignored(self) -> None:
        witness = NoteSigner("witness.example", b"w" * 32).sign(TEXT).splitlines(True)[-1]

        assert open_note(SIGNER.sign(TEXT) + witness, [KEY]) == TEXT

    def test_a_key_must_be_known_by_name_and_id(self) -> None:
        impostor = NoteSigner(KEY.name, b"i" * 32)

        with pytest.raises(UntrustedNoteError, match="no known key"):
            open_note(impostor.sign(TEXT), [KEY])

    def test_a_wrong_signature_of_a_known_key_spoils_the_note(self) -> None:
        note = SIGNER.sign(TEXT)
        forged = note.replace("\n0\n", "\n1\n")

        with pytest.raises(UntrustedNoteError, match="wrong"):
            open_note(forged, [KEY])

    def test_both_keys_of_a_note_must_hold_when_both_are_known(self) -> None:
        other = NoteSigner("witness.example", b"w" * 32)
        bad_line = other.sign("another text\n").splitlines(True)[-1]

        with pytest.raises(UntrustedNoteError, match=r"witness\.example"):
            open_note(SIGNER.sign(TEXT) + bad_line, [KEY, other.verifier_key])

    @pytest.mark.parametrize(
        "bad",
        ["", "text\n", "text\n\n", "text\n\n— a\n", "text\n\n- a AAAAAAAA\n", "\n\n— a AAAAAAA=\n",
         "text\n\n— a AAAAAA==\n", "text\n\n— a AAAAAAAA", "text\n\n— a b AAAAAAAA\n",
         "te\rxt\n\n— a AAAAAAAA\n", "te\0xt\n\n— a AAAAAAAA\n", "text\n\n— a+b AAAAAAAA\n",
         "text\n\n— a AAAAAAAB\n\n", "x" * 70_000 + "\n\n— a AAAAAAAA\n", "text\n\n— a AAAAAA B\n"],
    )  # fmt: skip
    def test_bad_notes_are_refused(self, bad: str) -> None:
        with pytest.raises(MalformedNoteError):
            parse_note(bad)

    @given(st.text())
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        for parse in (parse_note, parse_verifier_key, parse_checkpoint, parse_tlog_proof):
            try:
                parsed = parse(text)
            except MalformedNoteError:
                continue
            assert str(parsed) == text

    @given(st.binary(max_size=40))
    def test_base64_has_one_spelling(self, value: bytes) -> None:
        assert decode_base64(encode_base64(value)) == value

    @pytest.mark.parametrize(
        "bad", ["A", "AA", "AAA", "AB==", "AA==\n", " AA==", "A-_=", "ＡＡ==", "=="]
    )
    def test_other_base64_is_refused(self, bad: str) -> None:
        with pytest.raises(MalformedNoteError):
            decode_base64(bad)


class TestCheckpoints:
    @pytest.mark.parametrize("vector", VECTORS["checkpoints"])
    def test_the_vectors(self, vector: dict[str, object]) -> None:
        checkpoint = open_checkpoint(str(vector["note"]), KEY)

        assert checkpoint == Checkpoint(
            VECTORS["origin"], int(str(vector["size"])), bytes.fromhex(str(vector["root"]))
        )
        assert SIGNER.sign(str(checkpoint)) == vector["note"]

    @pytest.mark.parametrize("vector", VECTORS["consistency"])
    def test_the_vectors_are_consistent(self, vector: dict[str, object]) -> None:
        roots = {head["size"]: bytes.fromhex(head["root"]) for head in VECTORS["checkpoints"]}
        first, second = int(str(vector["from"])), int(str(vector["to"]))

        assert verify_consistency(
            first=first, second=second, first_root=roots[first], second_root=roots[second],
            proof=[decode_base64(value) for value in vector["hashes"]],  # type: ignore[attr-defined]
        )  # fmt: skip

    def test_a_checkpoint_of_another_log_is_not_ours(self) -> None:
        foreign = str(Checkpoint("another.example/log", 0, EMPTY_ROOT))

        with pytest.raises(UntrustedNoteError, match="another log"):
            open_checkpoint(SIGNER.sign(foreign), KEY)

    def test_extension_lines_are_read_over(self) -> None:
        assert parse_checkpoint(TEXT + "extension\n") == parse_checkpoint(TEXT)

    @pytest.mark.parametrize(
        "bad",
        ["", "\n", "a\n0\n", TEXT[:-1], TEXT + "\n", TEXT.replace("\n0\n", "\n00\n"),
         TEXT.replace("\n0\n", "\n+0\n"), TEXT.replace("\n0\n", "\n١\n"), "\n" + TEXT,
         TEXT.replace("\n0\n", "\n-1\n"), f"a\n1\n{encode_base64(b'short')}\n",
         f"a\n0\n{encode_base64(b'x' * 32)}\n", TEXT.replace("\n0\n", "\n" + "9" * 19 + "\n")],
    )  # fmt: skip
    def test_bad_checkpoints_are_refused(self, bad: str) -> None:
        with pytest.raises(MalformedNoteError):
            parse_checkpoint(bad)

    def test_two_heads_of_one_size_and_two_roots_contradict_each_other(self) -> None:
        one, other = Checkpoint("a", 1, b"x" * 32), Checkpoint("a", 1, b"y" * 32)

        assert one.contradicts(other)
        assert not one.contradicts(one)
        assert not one.contradicts(Checkpoint("b", 1, b"y" * 32))
        assert not one.contradicts(Checkpoint("a", 2, b"y" * 32))


class TestReceipts:
    def test_the_vector_verifies_and_carries_its_entry(self) -> None:
        proof = parse_tlog_proof(RECEIPT)

        assert str(proof) == RECEIPT
        assert proof.is_included()
        assert proof.entry.decode() == VECTORS["receipt"]["entry"]
        assert proof.index == VECTORS["receipt"]["index"]
        assert open_checkpoint(proof.note, KEY).size == 8

    def test_the_leaf_is_made_of_the_bytes_carried(self) -> None:
        proof = parse_tlog_proof(RECEIPT)
        entries = [entry.encode() for entry in VECTORS["entries"]]

        assert leaf_hash(proof.entry) == leaf_hash(entries[proof.index])

    @pytest.mark.parametrize("place", range(8))
    def test_no_other_entry_and_no_other_place_verifies(self, place: int) -> None:
        parsed = parse_tlog_proof(RECEIPT)
        if place == parsed.index:
            return
        carried = encode_base64(VECTORS["entries"][place].encode())
        other_entry = RECEIPT.replace(encode_base64(parsed.entry), carried)
        other_place = RECEIPT.replace("index 5", f"index {place}")

        assert not parse_tlog_proof(other_entry).is_included()
        assert not parse_tlog_proof(other_place).is_included()

    @pytest.mark.parametrize(
        "bad",
        ["", RECEIPT.replace("@v1", "@v2"), RECEIPT.replace("index 5", "index 05"),
         RECEIPT.replace("index 5", "index -5"), RECEIPT.replace("index 5", "indez 5"),
         RECEIPT.replace("extra ", ""), RECEIPT.replace("\n\n", "\n"),
         RECEIPT.replace("\n", "\r\n"),
         RECEIPT.replace("index 5\n", "index 5\nAAAA\n"), RECEIPT[:-1], RECEIPT + "x"],
    )  # fmt: skip
    def test_bad_receipts_are_refused(self, bad: str) -> None:
        with pytest.raises(MalformedNoteError):
            parse_tlog_proof(bad)
