"""Packages that were made to lie: each is WRONG, and one without its version is never SOUND."""

import base64
import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask

from tests.integration.evidence.fieldwork import Fieldwork
from tests.integration.evidence.test_packaging import (
    change_json,
    codes,
    custody,
    flip,
    only,
    packed,
    receipt_of,
    sum_anew,
    worked,
)
from webapp.evidence.export import packaging
from webapp.evidence.export.outside import verify
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.people import acts

Forger = Callable[[Path, Path], object]


@pytest.fixture
def pair(
    app: APIFlask, field: Fieldwork, other_field: Fieldwork, tmp_path: Path
) -> tuple[Path, Path]:
    """Two honest packages against one checkpoint, unpacked: one visit's, and another person's."""
    acts.record_all_once()
    db.session.commit()
    worked(field)
    worked(other_field, reviewer="office9")
    prepared = [packaging.prepare(visit_id=one.visit_id) for one in (field, other_field)]
    indexes = [packaging.announce(one) for one in prepared]
    db.session.commit()
    for number, (one, index) in enumerate(zip(prepared, indexes, strict=True)):
        with (tmp_path / f"{number}.zip").open("wb") as stream:
            packaging.write(one, index=index, stream=stream)
    first, second = (unpacked(tmp_path / f"{n}.zip", tmp_path / f"honest{n}") for n in (0, 1))
    return first, second


def unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def told(change: Callable[[Any], object]) -> Forger:
    """Change what custody.json says."""
    return lambda folder, _: custody(change)(folder)


def entries_of(folder: Path) -> dict[Path, dict[str, Any]]:
    """Return what the entry of each receipt says."""
    return {
        path: json.loads(base64.b64decode(path.read_text("utf-8").split("\n")[1][6:]))
        for path in folder.glob("receipts/*")
    }


def drop(folder: Path, kind: str) -> None:
    """Take all entries of a type out, with the lines that tell of them."""
    for path, facts in entries_of(folder).items():
        if facts["type"] == kind:
            path.unlink()
    change_json(folder / "custody.json", lambda c: c.update(
        entries=[one for one in c["entries"] if one["type"] != kind]))  # fmt: skip


def hide_states(folder: Path, *kinds: str) -> None:
    """Show nothing of the states of some kinds."""
    change_json(folder / "states.json", lambda found: [
        state.update(shown={}) for state in found if state["kind"] in kinds])  # fmt: skip


def give_to_another(folder: Path, other: Path) -> None:
    """Let the package be another person's: what says whose it is, is not shown any more."""
    hide_states(folder, "visit", "person")
    its = read(other, "custody.json")["visit"]
    change_json(folder / "custody.json", lambda c: c["visit"].update(
        visit_id=its["visit_id"], person=its["person"], status="cancelled", due_on="2031-01-01",
    ))  # fmt: skip


def copy_into(folder: Path, other: Path, *names: str) -> None:
    for name in names:
        for path in other.glob(f"{name}/*"):
            target = folder / path.relative_to(other)
            if not target.exists():
                target.write_bytes(path.read_bytes())


def take_attempts(folder: Path, other: Path) -> None:
    """Show another visit's attempts beside this one's."""
    more = [state for state in read(other, "states.json") if state["kind"] == "attempt"]
    change_json(folder / "states.json", lambda found: found.extend(more))
    copy_into(folder, other, "receipts")
    add_entries(folder, other)


def add_entries(folder: Path, other: Path) -> None:
    its = read(other, "custody.json")["entries"]
    change_json(folder / "custody.json", lambda c: c["entries"].extend(
        one for one in its if one not in c["entries"]))  # fmt: skip


def take_everything(folder: Path, other: Path) -> None:
    """Put all of another visit's evidence into this package, in place of its own."""
    its = read(other, "custody.json")
    hide_states(folder, "visit", "person")
    for path in [p for name in ("records", "results", "tickets") for p in folder.glob(f"{name}/*")]:
        path.unlink()
    copy_into(folder, other, "receipts", "records", "results", "tickets", "media")
    kinds = ("captures", "results", "reviews", "corrections", "views", "chain", "accounts")
    change_json(folder / "custody.json", lambda c: c.update({name: its[name] for name in kinds}))
    (folder / "devices.json").write_bytes((other / "devices.json").read_bytes())
    add_entries(folder, other)


def lose_the_photo(folder: Path, _: Path) -> None:
    """Say that the photo never came."""
    only(folder, "media/*").unlink()
    drop(folder, "media_received")

    def change(said: Any) -> None:
        capture = said["captures"][0]
        capture.update(state="committed")
        capture["media"][0].update(state="expected", received_at=None, file=None)

    change_json(folder / "custody.json", change)


def lose_the_review(folder: Path, _: Path) -> None:
    """Say that nobody decided yet."""
    drop(folder, "review_decided")
    change_json(folder / "custody.json", lambda c: (
        c.update(reviews=[]), c["results"][0].update(state="submitted")))  # fmt: skip


def rename(ending: str) -> Forger:
    def forge(folder: Path, _: Path) -> None:
        photo = only(folder, "media/*")
        photo.rename(photo.with_suffix(ending))

    return forge


def wrap(before: bytes, after: bytes) -> Forger:
    """Put a file in as text that holds more than its bytes."""

    def forge(folder: Path, _: Path) -> None:
        photo = only(folder, "media/*")
        text = before + base64.encodebytes(photo.read_bytes()) + after
        photo.with_name(photo.name + ".base64.txt").write_bytes(text)
        photo.unlink()
        change_json(folder / "custody.json", lambda c: c["captures"][0]["media"][0].update(
            file=photo.name + ".base64.txt"))  # fmt: skip

    return forge


def add(name: str) -> Forger:
    return lambda folder, _: (folder / name).write_text("此人健在", "utf-8")


def twice(name: str) -> Forger:
    return told(lambda c: c[name].append(dict(c[name][0])))


def account(**said: str) -> Forger:
    """Let every account be called otherwise, or hold another office."""
    return told(lambda c: [one.update(said) for one in c["accounts"].values()])


def at(name: str, key: str, suffix: str) -> Forger:
    """Let an instant lie elsewhere by what stands behind its milliseconds."""
    return told(lambda c: c[name][0].update({key: c[name][0][key][:23] + suffix}))


# The forgery, and what names it even where no entry binds the whole package.
FORGERIES: dict[str, tuple[Forger, set[str]]] = {
    "given to another person": (give_to_another, {"states_missing", "visit_changed"}),
    "states hidden": (lambda f, _: hide_states(f, "visit"), {"states_missing"}),
    "person hidden": (lambda f, _: hide_states(f, "person"), {"states_missing"}),
    "attempt hidden": (lambda f, _: hide_states(f, "attempt"), {"states_missing"}),
    "another's attempts": (take_attempts, {"attempts_changed", "visit_changed"}),
    "another's evidence": (take_everything, {"visit_changed", "states_missing"}),
    "photo lost": (lose_the_photo, set()),
    "review lost": (lose_the_review, {"decision_missing"}),
    "receipt taken out": (
        lambda f, _: receipt_of(f, "media_received").unlink(), {"receipt_missing"}),
    "another photographer": (
        told(lambda c: c["captures"][0].update(worker_id=str(UUID(int=5)))), {"custody_differs"}),
    "another kind of capture": (
        told(lambda c: c["captures"][0].update(kind="video")), {"custody_differs"}),
    "a capture without a record": (
        told(lambda c: c["captures"].append(c["captures"][0] | {"capture_id": str(uuid4())})),
        {"capture_missing"}),
    "decided on another day": (
        told(lambda c: c["results"][0].update(decided_at="2020-01-01T00:00:00.000Z")),
        {"result_changed"}),
    "another name": (account(name="李复核"), {"account_changed"}),
    "another name without its salt": (
        account(name="李复核", name_salt=""), {"account_changed"}),
    "another office": (account(role="agency_approver"), {"custody_differs"}),
    "another area": (told(lambda c: c["visit"]["person"].update(area="别处")), set()),
    "flags taken back": (told(lambda c: c["captures"][0].update(flags=["x"])), set()),
    "capture in another zone": (at("captures", "committed_at", "-23:59"), {"custody_differs"}),
    "result earlier": (at("results", "received_at", " minus 300 days"), {"custody_differs"}),
    "review in another zone": (at("reviews", "decided_at", "+14:00"), {"custody_differs"}),
    "decision in another zone": (at("results", "decided_at", "+14:00"), {"result_changed"}),
    "phone valid otherwise": (
        lambda f, _: change_json(f / "devices.json", lambda d: d[0].update(revoked_index=1)),
        {"custody_differs"}),
    "photo as a page": (rename(".html"), {"file_unknown"}),
    "photo as another picture": (rename(".png"), {"file_unknown"}),
    "text before the file": (wrap("此人 <>!\n".encode(), b""), {"media_changed"}),
    "script behind the file": (wrap(b"", b"<script>alert(1)</script>"), {"media_changed"}),
    "a word besides": (add("结论.txt"), {"file_unknown"}),
    "a result besides": (add("results/x.json"), {"file_unknown"}),
    "a photo besides": (add(f"media/{'ab' * 32}.jpg"), {"file_unknown"}),
    "a checkpoint besides": (
        lambda f, _: (f / "checkpoints/1.note").write_bytes(
            only(f, "checkpoints/*.note").read_bytes()), {"checkpoint_wrong"}),
    "a receipt under another number": (
        lambda f, _: receipt_of(f, "review_decided").rename(f / "receipts/000000000.tlog-proof"),
        {"receipt_wrong"}),
    **{f"{name} told twice": (twice(name), {"listed_twice"})
       for name in ("captures", "results", "reviews", "chain", "entries")},
}  # fmt: skip
BY_FILES_ALONE = {"receipt taken out", "photo as a page", "photo as another picture",
                  "a word besides", "a result besides", "a photo besides", "a checkpoint besides",
                  "a receipt under another number"}  # fmt: skip


def as_of_earlier(folder: Path) -> None:
    """Make a package look as earlier versions made them."""
    drop(folder, "exported")

    def change(said: Any) -> None:
        for name in ("format", "nonce", "journal_size"):
            del said[name]
        for capture in said["captures"]:
            for media in capture["media"]:
                media.pop("file", None)

    change_json(folder / "custody.json", change)


def verdict(folder: Path) -> str:
    sum_anew(folder)
    found = verify.report_of(verify.check(folder, journal.verifier_key()))
    return str(found["verdict"])


def each_forged(pair: tuple[Path, Path], tmp_path: Path) -> Any:
    for number, (name, (forge, expected)) in enumerate(FORGERIES.items()):
        folder = tmp_path / f"forged{number}"
        subprocess.run(["cp", "-r", str(pair[0]), str(folder)], check=True)
        forge(folder, pair[1])
        yield name, folder, expected


def test_the_honest_ones_are_sound(pair: tuple[Path, Path]) -> None:
    for folder in pair:
        assert codes(folder) == set()
        assert verdict(folder) == "sound"


def test_one_phone_at_two_visits_makes_two_sound_packages(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    visit = field.city.visits[1]
    later = replace(field, visit_id=visit.id, subject_ref=visit.subject_ref)
    for one in (field, later):
        worked(one)
    for one in (field, later):
        place = packed(app, one.visit_id, tmp_path / f"{one.visit_id}.zip")
        assert codes(place) == set()


def test_every_forgery_is_named(pair: tuple[Path, Path], tmp_path: Path) -> None:
    for name, folder, expected in each_forged(pair, tmp_path):
        assert verdict(folder) == "wrong", name
        bound = set() if name in BY_FILES_ALONE else {"package_changed"}
        found = codes(folder)
        assert found >= expected | bound, (name, found)


def test_without_its_version_no_forgery_is_sound(pair: tuple[Path, Path], tmp_path: Path) -> None:
    for name, folder, expected in each_forged(pair, tmp_path):
        as_of_earlier(folder)
        assert verdict(folder) == ("wrong" if expected else "unproven"), name
        found = codes(folder)
        assert found >= expected | {"completeness_not_proven"}, (name, found)


def test_a_package_of_an_earlier_version_is_what_it_is(pair: tuple[Path, Path]) -> None:
    as_of_earlier(pair[0])
    assert verdict(pair[0]) == "unproven"
    assert codes(pair[0]) == {"completeness_not_proven"}
    ran = run(pair[0])
    assert (ran.returncode, "WRONG" in ran.stdout) == (3, False)
    assert "NOT PROVEN" in ran.stdout.splitlines()[-1]


def test_the_version_alone_cannot_be_taken_away(pair: tuple[Path, Path]) -> None:
    change_json(pair[0] / "custody.json", lambda c: c.pop("format"))
    assert verdict(pair[0]) == "wrong"
    change_json(pair[1] / "custody.json", lambda c: c.update(format=1))
    drop(pair[1], "exported")
    assert verdict(pair[1]) == "wrong"


def test_two_files_of_one_name_are_wrong(pair: tuple[Path, Path], tmp_path: Path) -> None:
    names = {"custody.json": "custody.json", "CUSTODY.JSON": "custody.json"}
    for number, (more, of) in enumerate(names.items()):
        place = tmp_path / f"doubled{number}.zip"
        with zipfile.ZipFile(place, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr(more, (pair[0] / of).read_bytes())
            for path in sorted(pair[0].rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(pair[0]).as_posix())
        assert "file_twice" in codes(place), more


def run(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", verify.__file__, str(folder), "--vkey", *more]
    command.insert(command.index("--vkey") + 1, journal.verifier_key())
    return subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"})


def test_what_no_entry_proves_is_said_to_be_told(pair: tuple[Path, Path]) -> None:
    ran = run(pair[0])
    assert ran.returncode == 0, ran.stdout
    assert "told, not proven: 片区 area" in ran.stdout
    assert "No held checkpoint was given" in ran.stdout
    hide_states(pair[0], "person")
    sum_anew(pair[0])
    assert "told, not proven: 人员 person" in run(pair[0]).stdout


def test_a_held_checkpoint_is_compared(app: APIFlask, field: Fieldwork, tmp_path: Path) -> None:
    note = tmp_path / "held.note"
    note.write_text(journal.store_checkpoint(), "utf-8")
    unkept = tmp_path / "unkept.note"
    db.session.commit()
    worked(field)
    unkept.write_text(journal.checkpoint(), "utf-8")
    start = int(unkept.read_text("utf-8").split("\n")[1])
    folder = unpacked(packed(app, field.visit_id, tmp_path / "1.zip"), tmp_path / "1")
    later = packed(app, field.visit_id, tmp_path / "2.zip")

    def held(*kept: Path, proof: Path | None = None, of: Path = folder) -> set[str]:
        found = verify.check(of, journal.verifier_key(), kept, proof).findings
        return {finding.code for finding in found}

    assert held(note) == held(tmp_path / "1.zip") == set()
    assert held(receipt_of(folder, "ticket_issued")) == set()
    assert held(unkept) == held(later) == {"held_not_linked"}
    assert run(folder, "--held", str(unkept)).returncode == 3
    size = int(only(folder, "checkpoints/*.note").stem)
    answer = field.client.get(f"/api/v1/journal/consistency?from={start}&to={size}")
    proof = tmp_path / "proof.json"
    proof.write_bytes(answer.data)
    assert held(unkept, proof=proof) == set()
    assert "continues the held checkpoint" in run(
        folder, "--held", str(unkept), "--proof", str(proof)).stdout  # fmt: skip
    proof.write_text(json.dumps({"hashes": []}))
    assert held(unkept, proof=proof) == {"held_contradicted"}
    flip(note)
    assert held(note) == {"held_wrong"}
