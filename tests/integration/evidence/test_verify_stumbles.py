"""What a verification must survive, and what it must neither excuse nor raise an alarm about."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from storage.keys import original_key
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_verification import archive as archive
from tests.integration.evidence.test_verification import codes, flip, replace_blob, sql
from webapp import clock
from webapp.evidence.models import Derivation, Media, Quarantine
from webapp.evidence.verification import verification
from webapp.evidence.verification.findings import Finding, each
from webapp.evidence.verification.verify_records import read_keys
from webapp.extensions import blobs, db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.people.models import Device


def test_a_check_whose_statement_fails_does_not_end_those_after_it(
    archive: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses every statement after a failed one until something is rolled back."""

    def ask_nothing(_row: object) -> Iterator[Finding]:
        db.session.execute(text("SELECT nothing FROM nowhere"))
        yield from ()

    def each_fails() -> Iterator[Finding]:
        yield from each(db.select(Media), lambda media: f"file {media.id}", ask_nothing)

    def fails() -> Iterator[Finding]:
        yield from ask_nothing(None)

    sql("UPDATE result SET note = 'other'")
    monkeypatch.setattr(verification, "CHECKS", (fails, each_fails, *verification.CHECKS))
    assert codes() == {("check_failed", "fails"), ("check_failed", "file"),
                       ("result_changed", "result")}  # fmt: skip


def test_9_a_tombstone_excuses_that_bytes_are_gone_not_that_they_are_others(
    archive: list[str], field: Fieldwork
) -> None:
    db.session.rollback()
    made = db.session.scalars(db.select(Derivation).filter_by(kind="preview")).first()
    sha256 = made.source_sha256
    approvers = [str(field.city.accounts[name].id) for name in ("agency2", "agency3")]
    journal.append(
        type=EntryType.TOMBSTONE, at=clock.now(),
        facts={"media_sha256": sha256, "why": "erasure", "legal_basis": "pipl.47",
               "approvers": approvers},
    )  # fmt: skip
    db.session.commit()
    assert codes() == set()
    for key in (original_key(sha256), made.blob_key):
        replace_blob(key, flip)
    assert codes() == {("blob_changed", "media"), ("blob_changed", "preview")}
    for key in (original_key(sha256), made.blob_key):
        blobs().delete(key)
    assert codes() == set()


def test_one_of_two_rows_about_the_same_refused_bytes_is_deleted(field: Fieldwork) -> None:
    """The same wrong bytes came for two records: each refusal has its own entry and its row."""
    length = max(len(jpeg(1)), len(jpeg(2)))
    for seed in (1, 2):
        promised = jpeg(seed).ljust(length, b"\0")
        begun = field.begin(field.committed(promised), promised)
        answer = field.patch(begun.headers["Location"], 0, bytes(length))
        assert answer.status_code == 460, answer.text
    db.session.rollback()
    rows = db.session.scalars(db.select(Quarantine)).all()
    assert len({row.sha256 for row in rows}) == 1
    assert len(rows) == 2
    assert codes() == set()
    sql("DELETE FROM quarantine WHERE id = :i", i=rows[0].id)
    assert codes() == {("row_missing", "media_sha256")}


def test_refused_bytes_may_be_gone_by_a_tombstone_as_well(field: Fieldwork) -> None:
    promised = jpeg(1)
    begun = field.begin(field.committed(promised), promised)
    field.patch(begun.headers["Location"], 0, bytes(len(promised)))
    row = db.session.scalars(db.select(Quarantine)).one()
    approvers = [str(field.city.accounts[name].id) for name in ("agency2", "agency3")]
    journal.append(
        type=EntryType.TOMBSTONE, at=clock.now(),
        facts={"media_sha256": row.sha256, "why": "erasure", "legal_basis": "pipl.47",
               "approvers": approvers},
    )  # fmt: skip
    db.session.commit()
    blobs().delete(str(row.blob_key))
    assert codes() == set()


def test_a_second_revocation_gives_no_key_a_longer_life(
    archive: list[str],
) -> None:
    kid = db.session.scalar(db.select(Device.kid))
    first, _second = (
        journal.append(type=EntryType.DEVICE_REVOKED, at=clock.now(), facts={"device_kid": kid})
        for _ in range(2)
    )
    assert read_keys().revoked == {kid: first.index}
