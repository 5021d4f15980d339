"""What an administrator with the database could do to the journal (evidence §5), and is named.

Only a checkpoint from outside reveals a history that was rebuilt and signed anew, which is why
every phone, witness and printed page holds one.
"""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from tests.integration.journal.conftest import START, Fill, Intruder
from webapp.extensions import db
from webapp.journal import merkle, queries, service
from webapp.journal.checkpoints import Checkpoint
from webapp.journal.models import JournalCheckpoint, JournalNode
from webapp.journal.rules import EntryType, entry_body
from webapp.journal.signing import NoteSigner, open_checkpoint
from webapp.journal.verification import JournalReport, verify_journal
from webapp.refusals import Refusal

FORGED = entry_body(type=EntryType.VIEWED, at=START, facts={"n": 99}, commitments={})


def codes(report: JournalReport) -> set[tuple[int | None, str]]:
    return {(fault.index, fault.code) for fault in report.faults}


def held_checkpoint() -> str:
    """Return what a phone would hold from its last synchronisation."""
    return service.checkpoint()


def test_an_honest_journal_is_sound(fill: Fill) -> None:
    fill(13)
    held = held_checkpoint()
    service.store_checkpoint()
    db.session.commit()
    fill(1100)

    report = verify_journal(held=[held, held_checkpoint()])

    assert report.is_sound
    assert report.faults == ()
    assert report.first_fault is None
    assert (report.size, report.root) == (1113, queries.root(1113))


def test_an_empty_journal_is_sound(app: APIFlask) -> None:
    assert verify_journal(held=[held_checkpoint()]).faults == ()


class TestOneRow:
    def test_05_received_time_changed(self, fill: Fill, intruder: Intruder) -> None:
        fill(8)
        intruder.change(5, at=START)

        assert codes(verify_journal()) >= {(5, "time_changed")}

    def test_type_changed(self, fill: Fill, intruder: Intruder) -> None:
        fill(8)
        intruder.change(5, type="exported")

        assert codes(verify_journal()) == {(5, "type_changed")}

    @pytest.mark.parametrize("index", [0, 5, 8])
    def test_bytes_changed(self, fill: Fill, intruder: Intruder, index: int) -> None:
        fill(9)
        intruder.change(index, body=queries.entry(index).body.replace(b'"n":', b'"m":'))

        assert codes(verify_journal()) == {(index, "entry_changed")}

    @pytest.mark.parametrize("index", [0, 5])
    def test_bytes_and_hash_changed_together(
        self, fill: Fill, intruder: Intruder, index: int
    ) -> None:
        fill(9)
        body = queries.entry(index).body.replace(b'"n":', b'"m":')
        intruder.change(index, body=body, leaf_hash=merkle.leaf_hash(body))

        found = verify_journal().first_fault
        assert found is not None
        assert (found.index, found.code) == (index & ~1, "node_wrong")

    def test_a_subtree_changed(self, fill: Fill) -> None:
        fill(9)
        where = (JournalNode.level == 2) & (JournalNode.position == 1)
        db.session.execute(update(JournalNode).where(where).values(hash=b"x" * 32))
        db.session.commit()

        assert codes(verify_journal()) == {(4, "node_wrong")}

    def test_08_row_deleted(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        intruder.delete_entry(4)

        assert codes(verify_journal()) == {(4, "entry_missing")}

    def test_a_changed_row_behind_a_gap_is_still_named(
        self, fill: Fill, intruder: Intruder
    ) -> None:
        fill(9)
        intruder.delete_entry(4)
        intruder.change(7, body=b"{}")

        assert {(4, "entry_missing"), (7, "entry_changed")} <= codes(verify_journal())


class TestRebuilt:
    """The intruder makes the tree fit again and signs it; `held` was taken before."""

    def test_10_a_row_inserted_into_the_past(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        held = held_checkpoint()
        intruder.renumber(4, by=1)
        intruder.insert(4, FORGED, START)

        assert verify_journal().first_fault is not None
        intruder.rebuild_nodes()
        assert codes(verify_journal(held=[held])) >= {(8, "checkpoint_contradicted")}

    def test_10_a_back_dated_row_at_the_end(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        intruder.insert(9, FORGED, START)
        intruder.rebuild_nodes()

        report = verify_journal()
        assert codes(report) == {(9, "back_dated")}
        assert report.is_sound, "a clock put right looks the same; a person judges"

    def test_a_clock_corrected_by_a_little_is_no_remark(self, app: APIFlask) -> None:
        for minutes in (10, 6, 11):
            at = START + timedelta(minutes=minutes)
            service.append(type=EntryType.VIEWED, at=at, facts={})
        db.session.commit()

        assert verify_journal().faults == ()

    @pytest.mark.parametrize("index", [0, 8])
    def test_11_an_entry_rewritten(self, fill: Fill, intruder: Intruder, index: int) -> None:
        fill(9)
        held = held_checkpoint()
        intruder.change(index, body=FORGED, leaf_hash=merkle.leaf_hash(FORGED), at=START)
        intruder.rebuild_nodes()

        assert verify_journal().is_sound
        report = verify_journal(held=[held])
        assert codes(report) >= {(8, "checkpoint_contradicted")}
        assert not report.is_sound

    def test_11_our_own_stored_checkpoint_is_enough(self, fill: Fill, intruder: Intruder) -> None:
        fill(5)
        service.store_checkpoint()
        db.session.commit()
        fill(4)
        intruder.change(2, body=FORGED, leaf_hash=merkle.leaf_hash(FORGED), at=START)
        intruder.rebuild_nodes()

        assert codes(verify_journal()) >= {(4, "checkpoint_contradicted")}
        with pytest.raises(Refusal, match="journal_contradiction"):
            service.store_checkpoint()

    def test_12_an_entry_deleted(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        held = held_checkpoint()
        intruder.delete_entry(4)
        intruder.renumber(5, by=-1)
        intruder.rebuild_nodes()

        assert verify_journal().is_sound
        assert codes(verify_journal(held=[held])) == {(8, "truncated")}
        fill(1)
        assert codes(verify_journal(held=[held])) == {(8, "checkpoint_contradicted")}

    def test_13_the_end_cut_off(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        held = held_checkpoint()
        intruder.truncate(6)

        assert codes(verify_journal(held=[held])) == {(6, "truncated")}
        with pytest.raises(Refusal, match="journal_size_unknown"):
            service.consistency_proof(start=open_checkpoint(held, service.own_key()).size, end=6)

    def test_13_the_end_cut_off_but_for_the_tree(self, fill: Fill, intruder: Intruder) -> None:
        fill(8)
        for index in (7, 6):
            intruder.delete_entry(index)

        assert codes(verify_journal()) == {(None, "node_surplus")}

    def test_14_two_histories_meet(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        told_to_one = open_checkpoint(held_checkpoint(), service.own_key())
        intruder.truncate(8)
        intruder.insert(8, FORGED, START)
        intruder.rebuild_nodes()
        told_to_other = open_checkpoint(held_checkpoint(), service.own_key())

        assert told_to_one.contradicts(told_to_other)

    def test_14_two_histories_of_different_length_meet(
        self, fill: Fill, intruder: Intruder
    ) -> None:
        fill(5)
        told = open_checkpoint(held_checkpoint(), service.own_key())
        intruder.change(2, body=FORGED, leaf_hash=merkle.leaf_hash(FORGED), at=START)
        intruder.rebuild_nodes()
        fill(4)
        now = open_checkpoint(held_checkpoint(), service.own_key())

        assert not merkle.verify_consistency(
            first=told.size, second=now.size, first_root=told.root, second_root=now.root,
            proof=service.consistency_proof(start=told.size, end=now.size),
        )  # fmt: skip

    def test_15_a_tail_newer_than_every_checkpoint_is_the_honest_limit(
        self, fill: Fill, intruder: Intruder
    ) -> None:
        fill(5)
        held = held_checkpoint()
        fill(4)
        intruder.truncate(5)

        report = verify_journal(held=[held])
        assert report.is_sound
        assert report.size == 5

    def test_18_an_old_backup_restored(self, fill: Fill, intruder: Intruder) -> None:
        fill(9)
        held = held_checkpoint()
        intruder.truncate(6)
        for number in range(20, 25):
            service.append(type=EntryType.VIEWED, at=START + timedelta(days=1), facts={"n": number})
        db.session.commit()

        assert verify_journal().is_sound
        assert codes(verify_journal(held=[held])) == {(8, "checkpoint_contradicted")}


class TestCheckpoints:
    def test_a_stored_checkpoint_whose_root_was_changed(self, fill: Fill) -> None:
        fill(3)
        service.store_checkpoint()
        db.session.commit()
        db.session.execute(update(JournalCheckpoint).values(root=b"x" * 32))
        db.session.commit()

        assert codes(verify_journal()) == {(None, "checkpoint_changed")}

    def test_a_checkpoint_by_another_key_is_not_ours(self, fill: Fill) -> None:
        fill(3)
        head = Checkpoint("anzai.local/journal", 3, queries.root(3))
        forged = NoteSigner("anzai.local/journal", b"i" * 32).sign(str(head))

        assert codes(verify_journal(held=[forged, "nonsense"])) == {(None, "checkpoint_not_ours")}

    def test_every_checkpoint_of_a_lost_end_is_named_at_the_first_lost_entry(
        self, fill: Fill, intruder: Intruder
    ) -> None:
        fill(3)
        notes = [held_checkpoint()]
        fill(3)
        notes.append(held_checkpoint())
        intruder.truncate(2)

        faults = verify_journal(held=notes).faults
        assert [(fault.index, fault.code) for fault in faults] == [(2, "truncated")] * 2
