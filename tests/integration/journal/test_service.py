"""Appending and vouching, on both databases."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.integration.journal.conftest import START, Fill
from webapp.extensions import db
from webapp.journal import queries, service
from webapp.journal.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from webapp.journal.models import AppendOnlyError, JournalEntry, JournalNode, JournalSalt
from webapp.journal.notes import parse_verifier_key
from webapp.journal.rules import Commitment, EntryType, UnfitFactError
from webapp.journal.signing import open_checkpoint
from webapp.journal.tlog_proofs import parse_tlog_proof
from webapp.refusals import Refusal


def append(number: int = 0) -> JournalEntry:
    return service.append(type=EntryType.VIEWED, at=START, facts={"n": number})


class TestAppend:
    def test_indexes_begin_at_zero_and_have_no_gaps(self, app: APIFlask) -> None:
        assert [append(number).index for number in range(5)] == [0, 1, 2, 3, 4]

    def test_the_entry_repeats_what_its_bytes_say(self, app: APIFlask) -> None:
        entry = append(7)
        db.session.commit()

        assert entry.facts == {"type": "viewed", "at": "2027-01-12T01:00:00.000000Z", "n": 7}
        assert (entry.type, entry.at) == ("viewed", START)
        assert entry.leaf_hash == leaf_hash(entry.body)

    def test_the_tree_is_that_of_the_entries(self, fill: Fill) -> None:
        fill(21)
        bodies = [leaf.body for leaf in queries.leaves_from(0)]

        for size in range(22):
            assert queries.root(size) == root_of(bodies[:size])

    def test_every_complete_subtree_is_stored_once(self, fill: Fill) -> None:
        fill(21)

        count = db.session.scalar(select(func.count()).select_from(JournalNode))
        assert count == 21 - (21).bit_count()

    def test_a_rollback_leaves_no_gap(self, fill: Fill) -> None:
        fill(3)
        append(3)
        db.session.rollback()

        assert append(4).index == 3

    def test_a_savepoint_rolled_back_leaves_no_gap(self, fill: Fill) -> None:
        fill(3)
        savepoint = db.session.begin_nested()
        append(3)
        savepoint.rollback()
        entry = append(4)
        db.session.commit()

        assert entry.index == 3
        assert queries.root(4) == root_of(leaf.body for leaf in queries.leaves_from(0))

    def test_no_entry_fits_into_the_past(self, fill: Fill) -> None:
        fill(3)
        db.session.add(JournalEntry(index=1, type="viewed", at=START, body=b"x", leaf_hash=b"y"))

        with pytest.raises(IntegrityError):
            db.session.flush()

    def test_an_entry_is_never_changed(self, fill: Fill) -> None:
        fill(1)
        queries.entry(0).at = START + timedelta(days=1)

        with pytest.raises(AppendOnlyError):
            db.session.flush()

    def test_an_entry_is_never_deleted(self, fill: Fill) -> None:
        fill(1)
        db.session.delete(queries.entry(0))

        with pytest.raises(AppendOnlyError):
            db.session.flush()

    def test_words_about_a_person_are_refused_and_nothing_is_written(self, app: APIFlask) -> None:
        with pytest.raises(UnfitFactError):
            service.append(type=EntryType.VIEWED, at=START, facts={"name": "测试"})

        assert queries.size() == 0

    def test_a_low_entropy_fact_is_hidden_by_a_salt_that_can_be_erased(self, app: APIFlask) -> None:
        entry = service.append(
            type=EntryType.RESULT_SUBMITTED, at=START, facts={}, salted={"outcome": "deceased"}
        )
        db.session.commit()
        salt = db.session.get_one(JournalSalt, (entry.index, "outcome"))
        digest = bytes.fromhex(entry.facts["salted"]["outcome"])  # type: ignore[index,call-overload,arg-type]

        assert Commitment(salt.salt, digest).covers("deceased")
        db.session.delete(salt)
        db.session.commit()
        assert queries.entry(0).leaf_hash == leaf_hash(queries.entry(0).body)


class TestVouching:
    def test_the_checkpoint_covers_what_is_committed(self, fill: Fill) -> None:
        fill(5)
        append()

        head = open_checkpoint(service.checkpoint(), service.own_key())
        assert (head.size, head.root) == (5, queries.root(5))

        db.session.commit()
        assert open_checkpoint(service.checkpoint(), service.own_key()).size == 6

    def test_an_empty_journal_has_a_checkpoint(self, app: APIFlask) -> None:
        assert open_checkpoint(service.checkpoint(), service.own_key()).size == 0

    def test_the_key_is_named_by_the_origin_and_stays_the_same(self, app: APIFlask) -> None:
        key = parse_verifier_key(service.verifier_key())

        assert key.name == "anzai.local/journal"
        assert parse_verifier_key(service.verifier_key()) == key

    @pytest.mark.parametrize("size", [1, 8, 13])
    def test_every_receipt_verifies(self, fill: Fill, size: int) -> None:
        fill(size)

        for index in range(size):
            proof = parse_tlog_proof(service.receipt(index))
            assert proof.is_included()
            assert (proof.index, proof.entry) == (index, queries.entry(index).body)
            assert open_checkpoint(proof.note, service.own_key()).size == size

    def test_no_receipt_for_what_could_still_be_rolled_back(self, fill: Fill) -> None:
        fill(2)
        append()

        with pytest.raises(service.NotCommittedError):
            service.receipt(2)
        assert parse_tlog_proof(service.receipt(1)).is_included()
        db.session.commit()
        assert parse_tlog_proof(service.receipt(2)).is_included()

    def test_a_released_savepoint_is_no_commit(self, fill: Fill) -> None:
        fill(2)
        with db.session.begin_nested():
            append()

        with pytest.raises(service.NotCommittedError):
            service.receipt(2)

    def test_after_a_rollback_nothing_is_pending(self, fill: Fill) -> None:
        fill(2)
        append()
        db.session.rollback()

        assert queries.committed_size() == 2
        with pytest.raises(Refusal, match="journal_index_unknown"):
            service.receipt(2)

    def test_inclusion_in_every_size(self, fill: Fill) -> None:
        fill(11)

        for size in range(1, 12):
            for index in range(size):
                assert verify_inclusion(
                    index=index, size=size, leaf=queries.entry(index).leaf_hash,
                    proof=service.inclusion_proof(index=index, size=size),
                    root=queries.root(size),
                )  # fmt: skip

    def test_consistency_of_every_pair(self, fill: Fill) -> None:
        fill(11)

        for end in range(12):
            for start in range(end + 1):
                assert verify_consistency(
                    first=start, second=end, first_root=queries.root(start),
                    second_root=queries.root(end),
                    proof=service.consistency_proof(start=start, end=end),
                )  # fmt: skip

    def test_no_proof_beyond_the_tree(self, fill: Fill) -> None:
        fill(3)

        for index, size in ((0, 4), (3, 3), (-1, 3), (0, 0)):
            with pytest.raises(Refusal):
                service.inclusion_proof(index=index, size=size)
        for start, end in ((0, 4), (2, 1), (-1, 3)):
            with pytest.raises(Refusal, match="journal_size_unknown"):
                service.consistency_proof(start=start, end=end)

    def test_a_stored_checkpoint_is_kept_once_a_size(self, fill: Fill) -> None:
        fill(3)
        notes = [service.store_checkpoint(), service.store_checkpoint()]
        db.session.commit()
        fill(1)
        notes.append(service.store_checkpoint())

        assert notes[0] == notes[1]
        assert [stored.note for stored in queries.checkpoints()] == [notes[0], notes[2]]
