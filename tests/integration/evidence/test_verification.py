"""`evidence verify-all` names what was changed afterwards (evidence §5.1 to §5.12, §5.19)."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from storage.keys import original_key
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_results import eligible
from tests.phones import enrolled
from webapp import clock, sealing
from webapp.evidence.models import (
    Capture,
    Derivation,
    Media,
    ResultBodyCopy,
    Review,
)
from webapp.evidence.review import review
from webapp.evidence.verification import verification
from webapp.evidence.verification.findings import Finding
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import blobs, db
from webapp.jobs import runner
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.visits.models import Result
from webapp.visits.results import body_sha256
from webapp.visits.rules import Outcome
from webapp.visits.schemas import ResultBody


@pytest.fixture
def archive(field: Fieldwork) -> list[str]:
    """Two visits with ticket, photo, renditions and result; the ids of their captures."""
    captures = []
    for number in (0, 1):
        visit = field.city.visits[number]
        field.visit_id, field.subject_ref = visit.id, visit.subject_ref
        ticket = field.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        captures.append(field.received(jpeg(number + 1), ticket=named))
        assert field.phone.post("/results", eligible(field, captures[-1])).status_code == 201
    db.session.rollback()
    runner.run_due()
    return captures


def codes() -> set[tuple[str, str]]:
    """Return (code, first word of the object) of every finding that is no remark."""
    db.session.rollback()
    db.session.expire_all()
    found = {(f.code, f.object.split()[0]) for f in verify_all().findings if not f.is_remark}
    db.session.rollback()
    return found


def sql(statement: str, **values: object) -> None:
    db.session.rollback()
    db.session.execute(text(statement), values)
    db.session.commit()


def id_of(value: str) -> object:
    """Return a UUID as raw SQL wants it on this database."""
    return UUID(value).hex if db.engine.dialect.name == "sqlite" else UUID(value)


def test_an_honest_archive_is_sound(archive: list[str]) -> None:
    report = verify_all()
    assert report.is_sound, report.findings
    assert report.findings == ()
    assert report.counts["capture"] == 2
    assert report.counts["derivation"] == 4


def replace_blob(key: str, change: Callable[[bytes], bytes]) -> None:
    with blobs().open(key) as stream:
        data = change(stream.read())
    path = blobs().path_of(key)  # type: ignore[attr-defined]
    path.chmod(0o600)
    path.write_bytes(data)


def flip(data: bytes) -> bytes:
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


def media_of(capture_id: str) -> Media:
    db.session.rollback()
    return db.session.get_one(Capture, UUID(capture_id)).media[0]


def test_1_one_byte_of_a_stored_picture(archive: list[str]) -> None:
    replace_blob(original_key(media_of(archive[0]).sha256), flip)
    assert codes() == {("blob_changed", "media")}


def test_2_file_and_row_hash_together(archive: list[str]) -> None:
    blobs().put(original_key("0" * 64), Path(__file__))
    sql("UPDATE media SET sha256 = :h WHERE capture_id = :c", h="0" * 64, c=id_of(archive[0]))
    assert {("media_rows_changed", "capture"), ("journal_differs", "media")} <= codes()


def test_3_media_of_two_visits_swapped(archive: list[str]) -> None:
    one, two = media_of(archive[0]).id, media_of(archive[1]).id
    sql("UPDATE media SET capture_id = CASE id WHEN :a THEN :y ELSE :x END WHERE id IN (:a, :b)",
        a=one, b=two, x=id_of(archive[0]), y=id_of(archive[1]))  # fmt: skip
    found = codes()
    assert {("media_rows_changed", "capture"), ("journal_differs", "media")} <= found


def test_4_records_swapped(archive: list[str]) -> None:
    one, two = (db.session.get_one(Capture, UUID(c)) for c in archive)
    first, second = (one.record, one.signature), (two.record, two.signature)
    for capture_id, (record, signature) in zip(archive, (second, first), strict=True):
        sql("UPDATE capture SET record = :r, signature = :s WHERE id = :c",
            r=record, s=signature, c=id_of(capture_id))  # fmt: skip
    found = codes()
    assert {("record_changed", "capture"), ("projection_changed", "capture")} <= found


def test_4_a_visit_given_to_another_person(archive: list[str]) -> None:
    sql("UPDATE visit SET subject_ref = :r", r="f" * 64)
    assert codes() == {
        ("subject_changed", "capture"), ("subject_changed", "visit"), ("state_differs", "visit")
    }  # fmt: skip


def test_5_the_received_time(archive: list[str]) -> None:
    capture = db.session.get_one(Capture, UUID(archive[0]))
    capture.committed_at -= timedelta(days=30)
    capture.media[0].received_at -= timedelta(days=30)
    db.session.commit()
    found = codes()
    assert {("time_changed", "capture"), ("time_changed", "media")} <= found


@pytest.mark.parametrize("column", ["latitude", "longitude", "accuracy_m"])
def test_6_the_position_in_a_projection(archive: list[str], column: str) -> None:
    sql(f"UPDATE capture SET {column} = 1.5 WHERE id = :c", c=id_of(archive[0]))
    assert codes() == {("projection_changed", "capture")}


@pytest.mark.parametrize(
    "change",
    ["outcome = 'deceased'", "note = 'other'", "body_sha256 = 'abc'",
     "details = '{\"date\": \"2027-01-01\"}'"],
)  # fmt: skip
def test_7_a_result_is_changed(archive: list[str], change: str) -> None:
    sql(f"UPDATE result SET {change}")
    clear = {("journal_differs", "result")} if "outcome" in change else set()
    assert codes() == {("result_changed", "result")} | clear


def test_7_a_result_is_turned_round_and_its_salt_thrown_away(archive: list[str]) -> None:
    """Outcome, sealed body and hash changed together; nothing is left to prove the old ones."""
    result = db.session.scalars(db.select(Result).order_by(Result.journal_index)).first()
    copy = db.session.get_one(ResultBodyCopy, result.id)
    body = ResultBody.model_validate_json(sealing.unseal(copy.sealed))
    forged = body.model_copy(update={"outcome": Outcome.UNREACHABLE})
    copy.sealed = sealing.seal(forged.model_dump_json())
    result.outcome, result.body_sha256 = forged.outcome.value, body_sha256(forged)
    db.session.commit()
    assert codes() == {("journal_differs", "result"), ("result_changed", "result")}
    sql('DELETE FROM journal_salt WHERE "index" = :i', i=result.journal_index)
    assert codes() == {("journal_differs", "result"), ("salt_missing", "result"),
                       ("salt_missing", "journal")}  # fmt: skip


def test_a_salt_may_be_gone_by_a_tombstone_for_that_very_fact(
    archive: list[str], field: Fieldwork
) -> None:
    decided(field)
    said = db.session.scalars(db.select(Review)).one()
    index = said.journal_index
    approvers = [str(field.city.accounts[name].id) for name in ("agency2", "agency3")]
    facts = {"why": "erasure", "legal_basis": "pipl.47", "approvers": approvers}
    sql('DELETE FROM journal_salt WHERE "index" = :i', i=index)
    missing = {("salt_missing", "review"), ("salt_missing", "journal")}
    assert codes() == missing
    for other in ({"fact": "body_sha256"}, {"entry_index": index + 1}):
        named = {"entry_index": index, "fact": "words"} | other
        journal.append(type=EntryType.TOMBSTONE, at=clock.now(), facts=facts | named)
        db.session.commit()
        assert codes() == missing
    journal.append(type=EntryType.TOMBSTONE, at=clock.now(),
                   facts=facts | {"entry_index": index, "fact": "words"})  # fmt: skip
    db.session.commit()
    assert codes() == set()


def test_a_salt_that_hides_nothing_is_named(archive: list[str]) -> None:
    sql('INSERT INTO journal_salt ("index", name, salt) VALUES (0, :n, :s)', n="x", s=bytes(32))
    assert codes() == {("salt_unknown", "journal")}


def test_7_a_result_names_another_capture(archive: list[str]) -> None:
    sql("UPDATE result_capture SET record_sha256 = :h WHERE capture_id = :c",
        h="0" * 64, c=id_of(archive[0]))  # fmt: skip
    assert {("captures_changed", "result"), ("capture_missing", "result")} <= codes()


@pytest.mark.parametrize("change", ["state = 'accepted'", "state = 'returned'"])
def test_7_a_result_accepted_by_nobody(archive: list[str], change: str) -> None:
    sql(f"UPDATE result SET {change}")
    assert codes() == {("state_unfounded", "result")}


def test_7_a_result_given_to_another_person(archive: list[str], field: Fieldwork) -> None:
    sql("UPDATE result SET person_id = :p", p=id_of(str(field.city.people[0].id)))
    assert codes() == {("result_changed", "result"), ("journal_differs", "result")}


def decided(field: Fieldwork) -> None:
    """Let the office return the newest result."""
    db.session.rollback()
    result = db.session.scalars(db.select(Result).order_by(Result.received_at)).first()
    review.decide(
        actor=field.city.actor("office1"), result_id=result.id, decision=review.Decision.RETURN,
        words="请重拍", code_seen=None,
    )  # fmt: skip
    db.session.commit()


def test_7_a_decision_is_undone_or_changed(archive: list[str], field: Fieldwork) -> None:
    decided(field)
    assert codes() == set()
    sql("UPDATE result SET state = 'submitted'")
    assert codes() == {("state_unfounded", "result")}
    sql("UPDATE result SET state = 'accepted' WHERE id IN (SELECT result_id FROM review)")
    assert codes() == {("state_unfounded", "result")}
    sql("UPDATE review SET decision = 'accept'")
    assert codes() == {("journal_differs", "review"), ("state_unfounded", "result")}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE journal_entry SET body = :b WHERE index = 3", ("entry_changed", "journal")),
        ("UPDATE result_body SET sealed = :b", ("body_unreadable", "result")),
        ("UPDATE journal_salt SET salt = :b", ("result_changed", "result")),
        ("UPDATE ticket SET body = :b", ("ticket_changed", "ticket")),
        ("UPDATE capture SET record = :b", ("record_unreadable", "capture")),
        ("UPDATE capture SET signature = :b", ("signature_wrong", "capture")),
    ],
)  # fmt: skip
def test_garbage_in_a_row_is_named_and_stops_nothing(
    archive: list[str], statement: str, code: tuple[str, str]
) -> None:
    if db.engine.dialect.name == "sqlite":
        statement = statement.replace(" index ", ' "index" ')
    sql(statement, b=b"\xff\x00")
    replace_blob(original_key(media_of(archive[1]).sha256), flip)
    found = codes()
    assert {code, ("blob_changed", "media")} <= found
    assert "check_failed" not in {name for name, _ in found}


def test_5_a_result_is_back_dated(archive: list[str]) -> None:
    sql("UPDATE result SET received_at = '2020-01-01 00:00:00.000000'")
    assert codes() == {("time_changed", "result")}


def test_a_check_that_stumbles_is_a_finding(
    archive: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble() -> list[Finding]:
        raise ValueError("such data")

    monkeypatch.setattr(verification, "CHECKS", (stumble, *verification.CHECKS))
    assert codes() == {("check_failed", "stumble")}


@pytest.mark.parametrize("change", ["words = 'other'", "code_seen = true", "words = ''"])
def test_7_a_review_is_changed(archive: list[str], field: Fieldwork, change: str) -> None:
    decided(field)
    sql(f"UPDATE review SET {change}")
    (found,) = codes()
    assert found in {("review_changed", "review"), ("journal_differs", "review")}


def test_8_a_review_is_deleted(archive: list[str], field: Fieldwork) -> None:
    decided(field)
    sql("DELETE FROM review")
    assert codes() == {("row_missing", "review")}


def test_limits_changed_later_are_no_fault(archive: list[str], app: APIFlask) -> None:
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], photo_max_bytes=10)
    assert codes() == set()


def test_8_a_row_is_deleted(archive: list[str]) -> None:
    sql("DELETE FROM media WHERE capture_id = :c AND id NOT IN (SELECT media_id FROM upload)",
        c=id_of(archive[0]))  # fmt: skip
    sql("DELETE FROM upload")
    sql("DELETE FROM media WHERE capture_id = :c", c=id_of(archive[0]))
    sql("DELETE FROM flag WHERE capture_id = :c", c=id_of(archive[0]))
    sql("DELETE FROM capture WHERE id = :c", c=id_of(archive[0]))
    found = codes()
    assert {("row_missing", "capture_id"), ("row_missing", "media")} <= found


def test_9_media_deleted_without_a_tombstone(archive: list[str]) -> None:
    blobs().delete(original_key(media_of(archive[0]).sha256))
    assert codes() == {("blob_missing", "media")}


def test_10_a_back_dated_row(archive: list[str]) -> None:
    capture = db.session.get_one(Capture, UUID(archive[0]))
    columns = {c.key: getattr(capture, c.key) for c in Capture.__table__.columns}
    forged = columns | {"id": UUID(int=7), "seq": 99, "record_sha256": "1" * 64,
                        "commit_index": 999_999}  # fmt: skip
    db.session.add(Capture(**forged))
    db.session.commit()
    assert ("not_journaled", "capture") in codes()


def test_11_12_a_rebuilt_journal_contradicts_an_older_checkpoint(
    archive: list[str], app: APIFlask, tmp_path: Path
) -> None:
    kept = tmp_path / "held.txt"
    kept.write_text(journal.checkpoint())
    db.session.rollback()
    sql("UPDATE journal_entry SET body = body WHERE 1 = 0")
    sql("DELETE FROM journal_salt")
    sql("DELETE FROM journal_node")
    sql('DELETE FROM journal_entry WHERE "index" >= 3')
    ran = app.test_cli_runner().invoke(args=["evidence", "verify-all", "--held", str(kept)])
    assert ran.exit_code == 1
    assert "truncated" in ran.output


def test_19_a_thumbnail_swapped(archive: list[str]) -> None:
    db.session.rollback()
    made = db.session.scalars(db.select(Derivation).filter_by(kind="thumbnail")).all()
    with blobs().open(made[1].blob_key) as stream:
        other = stream.read()
    replace_blob(made[0].blob_key, lambda _: other)
    assert codes() == {("blob_changed", "thumbnail")}


def test_a_device_key_exchanged(archive: list[str]) -> None:
    sql("UPDATE device SET public_jwk = :j",
        j=json.dumps({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}))  # fmt: skip
    assert {("key_changed", "device"), ("signature_wrong", "capture")} <= codes()


def test_a_phone_that_nobody_confirmed(archive: list[str], field: Fieldwork) -> None:
    """Whoever enrolled it in the worker's name says that the worker knows it (evidence §5.21)."""
    enrolled(field.client, field.city)
    assert codes() == set()
    second = "WHERE confirmed_at IS NULL"
    office = id_of(str(field.city.accounts["office1"].id))
    sql(f"UPDATE device SET confirmed_by = :by {second}", by=office)
    assert codes() == {("confirmation_unfounded", "device")}
    sql(f"UPDATE device SET confirmed_at = enrolled_at, confirmed_by = account_id {second}")
    assert codes() == {("confirmation_unfounded", "device")}


def test_a_ticket_changed(archive: list[str]) -> None:
    sql("UPDATE ticket SET issued_at = expires_at")
    assert ("time_changed", "ticket") in codes()


def test_a_quarantined_record_deleted(field: Fieldwork) -> None:
    field.committed(jpeg())
    raw = field.record(jpeg(2), seq=1, prev="0" * 64)
    assert field.phone.commit(raw).get_json()["code"] == "seq_fork"
    assert codes() == set()
    sql("DELETE FROM quarantine")
    assert codes() == {("row_missing", "record_sha256")}


def test_the_command_says_all_is_well(archive: list[str], app: APIFlask) -> None:
    ran = app.test_cli_runner().invoke(args=["evidence", "verify-all", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.output)["sound"] is True
    words = app.test_cli_runner().invoke(args=["evidence", "verify-all"])
    assert words.output.endswith("sound\n")


def test_a_file_that_never_came_is_a_remark(field: Fieldwork) -> None:
    field.committed(jpeg())
    report = verify_all()
    assert report.is_sound
    assert [f.code for f in report.findings] == ["media_awaited"]
