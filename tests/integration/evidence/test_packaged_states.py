"""A package shows whose visit it was and what was tried, and a stranger notices a forgery of it."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import Uuid, bindparam, text

from tests.integration.evidence.fieldwork import Fieldwork
from tests.integration.evidence.test_packaging import (
    change_json,
    codes,
    custody,
    packed,
    sum_anew,
    worked,
)
from webapp.evidence.export.outside import verify
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.visits import naming
from webapp.visits.models import Visit


@pytest.fixture
def package(app: APIFlask, field: Fieldwork, tmp_path: Path) -> Path:
    """An honest package of one accepted visit, in its archive."""
    worked(field)
    return packed(app, field.visit_id, tmp_path / "case.zip")


def states(kind: str, change: Callable[[Any], object] | None) -> Callable[[Path], None]:
    """Change the first opened state of a kind; None takes all of them out."""

    def forge(found: list[dict[str, Any]]) -> None:
        if change is None:
            found[:] = [state for state in found if state["kind"] != kind]
        else:
            change(next(one for one in found if one["kind"] == kind and one["shown"]))

    return lambda folder: change_json(folder / "states.json", forge)


def reword(part: str, old: str, new: str) -> Callable[[Any], object]:
    """Put another word into the opened part of a state."""

    def change(state: dict[str, Any]) -> None:
        shown = state["shown"][part]
        assert old in shown["words"]
        shown["words"] = shown["words"].replace(old, new)

    return change


FORGERIES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "attempts taken out": (states("attempt", None), {"attempts_changed"}),
    "attempt altered": (
        states("attempt", reword("attempt", "phone_off", "person")),
        {"state_wrong", "attempts_changed"},
    ),
    "another person's name": (
        custody(lambda c: c["visit"]["person"].update(name="别人")), {"subject_changed"}),
    "another person's number": (
        states("person", reword("identity", "370399", "370388")),
        {"state_wrong", "subject_changed"},
    ),
    "another subject": (
        custody(lambda c: c["visit"].update(subject_ref="0" * 64)),
        {"subject_changed", "visit_changed"},
    ),
    "another status": (
        custody(lambda c: c["visit"].update(status="planned")), {"visit_changed"}),
    "states taken out": (
        lambda f: (f / "states.json").unlink(), {"states_missing", "attempts_changed"}),
    "visit taken out": (states("visit", None), {"states_missing"}),
}  # fmt: skip


def test_every_forgery_is_named(package: Path, tmp_path: Path) -> None:
    for number, (name, (forge, expected)) in enumerate(FORGERIES.items()):
        folder = tmp_path / str(number)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        forge(folder)
        sum_anew(folder)
        found = codes(folder)
        assert found >= expected, (name, found)


def test_a_lawful_correction_of_a_name_is_a_remark(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    worked(field)
    db.session.rollback()
    person = db.session.get_one(Visit, field.visit_id).person
    person.name = "更正后的姓名"
    db.session.commit()
    place = packed(app, field.visit_id, tmp_path / "corrected.zip")
    report = verify.report_of(verify.check(place, journal.verifier_key()))
    assert report["sound"], report["findings"]
    assert codes(place) == {"identity_corrected"}
    assert [attempt["met"] for attempt in report["attempts"]] == ["phone_off"]


@pytest.mark.parametrize(
    ("forge", "named"),
    [("UPDATE person SET name = '换了个人' WHERE id = :person", "person"),
     ("UPDATE visit SET due_on = '2031-01-01' WHERE id = :visit", "visit")],
    ids=["a person", "a visit"],
)  # fmt: skip
def test_no_honest_act_launders_what_was_changed_before_it(
    app: APIFlask, field: Fieldwork, tmp_path: Path, forge: str, named: str
) -> None:
    """Whoever holds the package alone must learn what the journal recorded of the forgery."""
    worked(field)
    db.session.rollback()
    visit = db.session.get_one(Visit, field.visit_id)
    ids = {"visit": visit.id, "person": visit.person_id}
    changed = text(forge).bindparams(bindparam(named, ids[named], Uuid()))
    db.session.execute(changed)
    db.session.commit()
    db.session.expire_all()
    # An honest act on the very object takes over what it finds.
    visit = db.session.get_one(Visit, field.visit_id)
    visit.note, visit.person.address = "敲后窗", "新住址"
    db.session.commit()
    place = packed(app, field.visit_id, tmp_path / "case.zip")
    report = verify.report_of(verify.check(place, journal.verifier_key()))
    assert report["verdict"] == "wrong"
    breached = {one["object"] for one in report["findings"] if one["code"] == "state_breached"}
    assert breached == {f"{named} {ids[named]}"}


def test_captures_that_are_named_by_one_hash_are_checked_by_it(
    app: APIFlask, field: Fieldwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "MOST_BY_NAME", 0)
    worked(field)
    archive = packed(app, field.visit_id, tmp_path / "case.zip")
    assert codes(archive) == set()
    folder = tmp_path / "forged"
    with zipfile.ZipFile(archive) as packed_files:
        packed_files.extractall(folder)
    custody(lambda told: told["results"][0]["captures"].clear())(folder)
    sum_anew(folder)
    assert "captures_changed" in codes(folder)
