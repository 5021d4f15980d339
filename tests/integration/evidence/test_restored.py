"""A database that was put back to a backup: recorded in the journal, and provable to a phone."""

from pathlib import Path

import pytest
from flask import Flask

from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from webapp.evidence.recovery.restoring import record_restore
from webapp.extensions import db
from webapp.journal import queries
from webapp.journal import service as journal
from webapp.journal.checkpoints import Checkpoint
from webapp.journal.models import JournalEntry
from webapp.journal.service import _signer
from webapp.journal.tlog_proofs import parse_tlog_proof
from webapp.packs import changes
from webapp.refusals import Refusal


def checkpoint_of_lost_end(ahead: int) -> str:
    """Return what a phone holds that saw `ahead` entries which the backup did not have."""
    signer = _signer()
    head = Checkpoint(signer.verifier_key.name, queries.size() + ahead, b"\7" * 32)
    return signer.sign(str(head))


def test_a_restore_is_journaled_with_the_checkpoint_that_was_lost(
    field: Fieldwork, app: Flask, tmp_path: Path
) -> None:
    field.committed(jpeg())
    size, before = queries.size(), changes.reached().history
    held = tmp_path / "held.txt"
    held.write_text(checkpoint_of_lost_end(4), "utf-8")
    done = app.test_cli_runner().invoke(args=["evidence", "restored", "--held", str(held)])
    assert (done.exit_code, done.output) == (0, f"journal: entry {size} journal_restored\n")
    entry = db.session.get_one(JournalEntry, size)
    assert (entry.type, entry.facts["kept_size"]) == ("journal_restored", size)
    assert entry.facts["lost_size"] == size + 4
    assert changes.reached().history not in (before, 0)

    [receipt] = field.client.get("/api/v1/journal/restores").get_json()["receipts"]
    assert parse_tlog_proof(receipt).index == size
    assert f'"kept_size":{size}'.encode() in entry.body


def test_a_restore_without_a_filed_checkpoint_is_recorded_as_that(field: Fieldwork) -> None:
    assert field.client.get("/api/v1/journal/restores").get_json() == {"receipts": []}
    entry = record_restore(held=None)
    db.session.commit()
    assert "lost_size" not in entry.facts
    assert len(field.client.get("/api/v1/journal/restores").get_json()["receipts"]) == 1


def test_nothing_is_recorded_for_a_checkpoint_that_the_journal_contains_or_that_is_not_its_own(
    field: Fieldwork,
) -> None:
    field.committed(jpeg())
    size, own = queries.size(), journal.checkpoint()
    for held, code in ((own, "journal_continues"), ("no note", "checkpoint_not_ours")):
        with pytest.raises(Refusal, match=code):
            record_restore(held=held)
    assert queries.size() == size
