"""`evidence export`: a stranger checks the package alone, and notices what was forged in it."""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask

from storage.keys import original_key
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_media import sign_in
from tests.integration.evidence.test_results import eligible
from webapp import clock
from webapp.evidence.export.outside import verify
from webapp.evidence.review import review
from webapp.extensions import blobs, db
from webapp.journal import service as journal
from webapp.journal.models import JournalEntry, JournalSalt
from webapp.journal.notes import VerifierKey
from webapp.journal.rules import EntryType
from webapp.visits.models import Result


def worked(field: Fieldwork, reviewer: str = "office1") -> str:
    """Visit, capture under a ticket, report and accept; return the capture's id."""
    field.phone.get("/pack")
    ticket = field.phone.ticket()
    named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
    code, action = verify.challenge(ticket["challenge_seed"], str(field.visit_id))
    asked = {"code": code, "action": action}
    tried = {"attempt_id": str(uuid4()), "started_at": "2027-01-11T01:00:00Z",
             "met": "phone_off", "action": "rescheduled", "note": ""}  # fmt: skip
    field.phone.post("/attempts", {"visit_id": str(field.visit_id), "attempts": [tried]})
    capture_id = field.received(jpeg(), ticket=named, challenge=asked)
    assert field.phone.post("/results", eligible(field, capture_id)).status_code == 201
    db.session.rollback()
    result = db.session.scalars(db.select(Result).filter_by(visit_id=field.visit_id)).one()
    review.decide(
        actor=field.city.actor(reviewer), result_id=result.id, code_seen=True,
        decision=review.Decision.ACCEPT, words="看到口令",
    )  # fmt: skip
    db.session.commit()
    return capture_id


def packed(app: APIFlask, visit_id: UUID, target: Path) -> Path:
    db.session.rollback()
    ran = app.test_cli_runner().invoke(
        args=["evidence", "export", str(visit_id), "-o", str(target)]
    )
    assert ran.exit_code == 0, ran.output
    return target


@pytest.fixture
def package(app: APIFlask, field: Fieldwork, tmp_path: Path) -> Path:
    """An honest package of one accepted visit, in its archive."""
    worked(field)
    return packed(app, field.visit_id, tmp_path / "case.zip")


def codes(place: Path, vkey: str | None = None) -> set[str]:
    found = verify.check(place, vkey or journal.verifier_key()).findings
    return {finding.code for finding in found}


def test_an_honest_package_is_sound(package: Path) -> None:
    report = verify.report_of(verify.check(package, journal.verifier_key()))
    assert report["sound"], report["findings"]
    assert {finding["code"] for finding in report["findings"]} == set()
    (capture,) = report["captures"]
    assert capture["not_before"] <= capture["not_after"]
    assert [result["outcome"] for result in report["results"]] == ["eligible"]


def test_it_holds_what_was_captured_and_no_full_number(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        (photo,) = (name for name in names if name.startswith("media/"))
        assert archive.read(photo) == jpeg()
        assert hashlib.sha256(jpeg()).hexdigest() in photo
        custody = json.loads(archive.read("custody.json"))
    assert {"verify.py", "说明.txt", "SHA256SUMS", "devices.json", "roots/journal.vkey"} <= set(
        names
    )
    assert "*" in custody["visit"]["person"]["masked_number"]
    assert {entry["type"] for entry in custody["entries"]} >= {
        "device_enrolled", "ticket_issued", "capture_committed", "media_received",
        "result_submitted", "review_decided",
    }  # fmt: skip


def test_a_stranger_runs_it_alone(package: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    command = [sys.executable, "-I", "verify.py", "--json", "--vkey", journal.verifier_key()]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"}
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["sound"] is True
    (folder / "custody.json").write_text("{}")
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 2


def test_each_export_is_journaled_and_the_package_says_so(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    worked(field)
    for number in (1, 2):
        packed(app, field.visit_id, tmp_path / f"{number}.zip")
    entries = db.session.scalars(db.select(JournalEntry).filter_by(type="exported")).all()
    assert [entry.facts["visit_id"] for entry in entries] == [str(field.visit_id)] * 2
    with zipfile.ZipFile(tmp_path / "2.zip") as archive:
        names, documents = archive.namelist(), json.loads(archive.read("custody.json"))
    # The entry that announces a package binds its documents, which therefore cannot name it.
    assert [e["type"] for e in documents["entries"]].count("exported") == 1
    assert {f"receipts/{entry.index:09d}.tlog-proof" for entry in entries} <= set(names)
    assert entries[-1].facts["format"] == documents["format"] == 2


def test_the_desk_hands_it_out_to_whoever_may_have_originals(field: Fieldwork) -> None:
    worked(field)
    result = db.session.scalars(db.select(Result).filter_by(visit_id=field.visit_id)).one()
    path, account_id = f"/archive/{result.id}/package", str(field.city.accounts["office1"].id)
    db.session.rollback()
    office = sign_in(field, "office1")
    assert f'action="{path}"' in office.get(f"/archive/{result.id}").text

    with office.post(path) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        assert codes(kept(answer.data, field)) == set()

    entry = db.session.scalars(db.select(JournalEntry).filter_by(type="exported")).one()
    assert (entry.facts["account_id"], entry.facts["visit_id"]) == (account_id, str(field.visit_id))


def kept(data: bytes, field: Fieldwork) -> Path:
    path = field.client.application.config["SETTINGS"].data_dir / "handed-out.zip"
    path.write_bytes(data)
    return Path(path)


def test_an_unknown_visit_writes_nothing(app: APIFlask, tmp_path: Path) -> None:
    target = tmp_path / "none.zip"
    ran = app.test_cli_runner().invoke(args=["evidence", "export", str(uuid4()), "-o", str(target)])
    assert ran.exit_code == 2
    assert not list(tmp_path.glob("none*"))
    assert db.session.scalar(db.select(db.func.count()).select_from(JournalEntry)) == 0


def test_files_that_never_came_are_a_remark(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    field.committed(jpeg())
    found = codes(packed(app, field.visit_id, tmp_path / "case.zip"))
    assert found == {"media_not_received"}


def test_a_lawful_deletion_is_a_remark(app: APIFlask, field: Fieldwork, tmp_path: Path) -> None:
    worked(field)
    sha256 = hashlib.sha256(jpeg()).hexdigest()
    journal.append(type=EntryType.TOMBSTONE, at=clock.now(), facts={
        "media_sha256": sha256, "why": "erasure", "legal_basis": "pipl.47",
        "approvers": [str(field.city.accounts[name].id) for name in ("agency2", "city1")],
    })  # fmt: skip
    db.session.commit()
    blobs().delete(original_key(sha256))
    found = codes(packed(app, field.visit_id, tmp_path / "case.zip"))
    assert found == {"media_deleted"}


UNLAWFUL = {
    "one": ["agency2"], "one twice": ["agency2", "agency2"], "unknown": ["agency2", "nobody"],
    "others": ["admin", "volunteer1"], "two spellings": ["agency2", "AGENCY2"],
}  # fmt: skip


@pytest.mark.parametrize("name", UNLAWFUL)
def test_20_an_unlawful_deletion_is_named(
    app: APIFlask, field: Fieldwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    worked(field)
    sha256 = hashlib.sha256(jpeg()).hexdigest()
    ids = {each: str(account.id) for each, account in field.city.accounts.items()}
    ids["AGENCY2"] = ids["agency2"].replace("-", "").upper()
    monkeypatch.setattr(journal, "_demand_lawful", lambda _kind, _facts: None)
    journal.append(type=EntryType.TOMBSTONE, at=clock.now(), facts={
        "media_sha256": sha256, "why": "erasure", "legal_basis": "pipl.47",
        "approvers": [ids.get(each, each) for each in UNLAWFUL[name]],
    })  # fmt: skip
    db.session.commit()
    blobs().delete(original_key(sha256))
    found = codes(packed(app, field.visit_id, tmp_path / "case.zip"))
    assert found == {"media_missing", "tombstone_unlawful"}


def test_a_salt_that_was_lawfully_erased_is_a_remark(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    worked(field)
    index = db.session.scalars(db.select(Result)).one().journal_index
    journal.append(type=EntryType.TOMBSTONE, at=clock.now(), facts={
        "entry_index": index, "fact": "body_sha256", "why": "erasure", "legal_basis": "pipl.47",
        "approvers": [str(field.city.accounts[name].id) for name in ("agency3", "city1")],
    })  # fmt: skip
    db.session.execute(db.delete(JournalSalt).filter_by(index=index))
    db.session.commit()
    found = codes(packed(app, field.visit_id, tmp_path / "case.zip"))
    assert found == {"result_salt_erased"}


def test_the_key_of_another_journal_is_noticed(package: Path) -> None:
    another = str(VerifierKey("another.example", bytes(32)))
    assert codes(package, another) == {"key_is_another"}
    unpinned = {finding.code for finding in verify.check(package, None).findings}
    assert unpinned == {"key_not_compared"}


# Forgers, who also make SHA256SUMS anew.


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def change_json(path: Path, change: Callable[[Any], object]) -> None:
    value = json.loads(path.read_text("utf-8"))
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def receipt_of(folder: Path, kind: str) -> Path:
    entries = json.loads((folder / "custody.json").read_text("utf-8"))["entries"]
    (index,) = (entry["index"] for entry in entries if entry["type"] == kind)
    return folder / f"receipts/{index:09d}.tlog-proof"


def custody(change: Callable[[Any], object]) -> Callable[[Path], None]:
    return lambda folder: change_json(folder / "custody.json", change)


def turn_round(folder: Path) -> None:
    """Change the outcome in the body and beside it, and throw away what would prove the old."""
    body = only(folder, "results/*")
    body.write_bytes(body.read_bytes().replace(b'"eligible"', b'"deceased"'))
    change_json(
        folder / "custody.json", lambda c: c["results"][0].update(outcome="deceased", salt=None)
    )


FORGERIES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "photo changed": (lambda f: flip(only(f, "media/*")), {"media_changed"}),
    "photo taken out": (lambda f: only(f, "media/*").unlink(), {"media_missing"}),
    "record changed": (
        lambda f: only(f, "records/*.rec").write_bytes(
            only(f, "records/*.rec").read_bytes().replace(b"36.805123", b"36.805124")),
        {"record_not_journaled", "seq_fork", "capture_missing"},
    ),
    "signature changed": (lambda f: flip(only(f, "records/*.sig")), {"signature_wrong"}),
    "record taken out": (
        lambda f: [only(f, "records/*.rec").unlink(), only(f, "records/*.sig").unlink()],
        {"capture_missing"},
    ),
    "another key": (
        lambda f: change_json(f / "devices.json", lambda d: d[0]["public_jwk"].update(
            x=d[0]["public_jwk"]["y"])),
        {"key_changed", "signature_wrong"},
    ),
    "enrolment taken out": (
        lambda f: receipt_of(f, "device_enrolled").unlink(), {"key_not_journaled", "key_not_valid"},
    ),
    "ticket changed": (lambda f: flip(only(f, "tickets/*")), {"ticket_changed"}),
    "ticket taken out": (lambda f: only(f, "tickets/*").unlink(), {"ticket_missing"}),
    "receipt changed": (
        lambda f: receipt_of(f, "media_received").write_text(
            receipt_of(f, "media_received").read_text("utf-8").replace("index ", "index 1")),
        {"receipt_wrong", "media_not_journaled"},
    ),
    "outcome changed": (
        custody(lambda c: c["results"][0].update(outcome="deceased")), {"result_changed"}),
    "body taken out": (lambda f: only(f, "results/*").unlink(), {"result_body_missing"}),
    "body changed": (
        lambda f: only(f, "results/*").write_bytes(
            only(f, "results/*").read_bytes().replace(b'"note": ""', b'"note": "x"')),
        {"result_changed"},
    ),
    "salt thrown away": (
        custody(lambda c: c["results"][0].update(salt=None)), {"result_salt_missing"}),
    "salt of a review thrown away": (
        custody(lambda c: c["reviews"][0].update(salt=None)), {"review_salt_missing"}),
    "a salt for words that were empty": (
        custody(lambda c: c["reviews"][0].update(words="", salt=None)), {"review_salt_missing"}),
    "turned round": (lambda f: turn_round(f), {"result_changed", "result_salt_missing"}),
    "accepted by nobody": (
        custody(lambda c: c["results"][0].update(state="returned")), {"state_unfounded"}),
    "made to fall": (
        custody(lambda c: c["results"][0].update(is_standing=False)), {"state_unfounded"}),
    "result back-dated": (
        custody(lambda c: c["results"][0].update(received_at="2027-01-01T00:00:00.000Z")),
        {"custody_differs"}),
    "another reviewer": (
        custody(lambda c: c["reviews"][0].update(reviewer_id="x")), {"custody_differs"}),
    "review left out": (custody(lambda c: c.update(reviews=[])), {"custody_differs"}),
    "moved nearer": (
        custody(lambda c: c["captures"][0].update(distance_m=1.5)), {"capture_changed"}),
    "moved nearer, unprovable": (
        custody(lambda c: c["captures"][0].update(distance_m=1.5, distance_salt=None)),
        {"capture_salt_missing"}),
    "called near": (
        custody(lambda c: c["captures"][0].update(nearness="x")), {"custody_differs"}),
    "capture back-dated": (
        custody(lambda c: c["captures"][0].update(committed_at="2027-01-01T00:00:00.000Z")),
        {"custody_differs"}),
    "capture set aside": (
        custody(lambda c: c["captures"][0].update(state="quarantined")), {"state_unfounded"}),
    "file said to be missing": (
        custody(lambda c: c["captures"][0]["media"][0].update(state="expected")),
        {"state_unfounded"}),
    "another's phone": (
        lambda f: change_json(f / "devices.json", lambda d: d[0].update(worker_id="x")),
        {"custody_differs"}),
    "a phone nobody knows": (
        lambda f: change_json(f / "devices.json", lambda d: d[0].update(is_confirmed=False)),
        {"custody_differs"}),
    "captures dropped": (
        custody(lambda c: c["results"][0].update(captures=[])), {"captures_changed"}),
    "words changed": (
        custody(lambda c: c["reviews"][0].update(words="没看到")), {"review_changed"}),
    "decision changed": (
        custody(lambda c: c["reviews"][0].update(decision="return")), {"review_changed"}),
    "chain changed": (
        custody(lambda c: c["chain"][-1].update(record_sha256="0" * 64)), {"seq_fork"}),
    "checkpoint changed": (
        lambda f: only(f, "checkpoints/*.note").write_text(
            only(f, "checkpoints/*.note").read_text("utf-8").replace("\n", "\n1", 1), "utf-8"),
        {"checkpoint_wrong"},
    ),
}  # fmt: skip


def sum_anew(folder: Path) -> None:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
             for path in files]  # fmt: skip
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def test_every_forgery_is_named(package: Path, tmp_path: Path) -> None:
    """One package serves them all, each forger with a copy of his own."""
    for number, (name, (forge, expected)) in enumerate(FORGERIES.items()):
        folder = tmp_path / str(number)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        forge(folder)
        summed_before = codes(folder)
        assert summed_before & {"file_changed"}, name
        sum_anew(folder)
        found = codes(folder)
        assert found >= expected, (name, found)
        assert "file_changed" not in found


def test_a_file_that_was_slipped_in_is_noticed(package: Path, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    (folder / "media" / "more.jpg").write_bytes(b"more")
    assert codes(folder) == {"file_not_listed", "file_unknown"}
