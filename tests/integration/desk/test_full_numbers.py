"""Walks every page of the desk: a full number leaves an entry, or is masked."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from tests.builders import PASSWORD, City
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.desk.pages import Desk, forget_request
from tests.integration.roster.desk_road import applied, newest
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.integration.test_permissions import guarded_routes
from tests.unit.roster.town import number_of
from webapp import sealing
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.models import Contact
from webapp.roster.notes import mask_numbers
from webapp.visits.models import ContactChange, Result

PROPOSED = "13900001234"
DESKS = ("office1", "agency1", "agency2", "agency3", "city1", "auditor1", "admin")
# These end the walk itself, or only make work; none of them answers with a page about a person.
LEFT_OUT = ("/sign-out", "/roster/imports/<uuid:import_id>/withdrawal")


@pytest.fixture
def held(app: APIFlask, city: City, tmp_path: Path) -> RosterImport:
    """An import of the whole city with held rows."""
    damaged = person(50, number=number_of(order=99)[:17], sex="男", name="孙德明")
    browser = Desk(app.test_client())
    browser.sign_in("city1", PASSWORD)
    applied(browser, xlsx(tmp_path / "名单.xlsx", {"名单": [*standard(3), damaged]}))
    return newest()


@pytest.fixture
def result(city: City) -> Result:
    """A result that proposes a telephone number, and a relative with one in the name."""
    visit = city.visits[0]
    made = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    for field in ("phone", "contact"):
        value = PROPOSED if field == "phone" else f"王芳 {PROPOSED}"
        db.session.add(ContactChange(result_id=made.id, person_id=made.person_id, field=field,
                                     value_sealed=sealing.seal(value)))  # fmt: skip
    made.person.contacts.append(Contact(name=f"王芳 {PROPOSED}", relation="女"))
    db.session.commit()
    return made


def secrets(city: City, held: RosterImport) -> set[str]:
    """Return every full number that the city or the import's workbook holds."""
    found = {PROPOSED, number_of(order=99)[:17]}
    for one in city.people:
        found.add(sealing.unseal(one.number_sealed))
        found |= {sealing.unseal(phone.number_sealed) for phone in one.phones}
    found |= {str(person(n)[at]) for n in range(1, 5) for at in (2, 10)}
    return {one for one in found if len(one) > 8}


def told(answer: Any) -> str:
    """Return what an answer says, a workbook's or package's parts unpacked."""
    data: bytes = answer.data
    if data[:2] != b"PK":
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def address(rule: str, ids: dict[str, str]) -> str:
    """Fill a rule's places with what exists; what nobody made is named by chance."""
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: ids.get(found[1], str(uuid4())), rule)


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def walked(app: APIFlask, method: str) -> list[str]:
    """Return the desk's rules for this method, first those of rows, which later ones take away."""
    rules = [rule.rule for rule, one, _ in guarded_routes(app, "session") if one == method]
    return sorted((r for r in rules if r not in LEFT_OUT), key=lambda r: ("/rows" not in r, r))


def ids_of(city: City, held: RosterImport, result: Result) -> dict[str, str]:
    """Return what the places in the desk's addresses may name."""
    row = db.session.scalars(select(RosterImportRow).filter_by(import_id=held.id)
                             .where(RosterImportRow.treatment == "HOLD")
                             .order_by(RosterImportRow.position.desc())).first()  # fmt: skip
    assert row is not None
    return {
        "import_id": str(held.id), "position": str(row.position), "result_id": str(result.id),
        "person_id": str(result.person_id), "visit_id": str(result.visit_id),
        "area_id": str(city.areas["a1"].id), "account_id": str(city.accounts["worker1"].id),
        "change_id": "1", "index": "1", "job_id": str(held.job_id), "kid": "x",
    }  # fmt: skip


def shows(browser: Desk, method: str, rule: str, place: str, hidden: set[str]) -> bool:
    """Say whether an answer shows a full number; then it has to have left an entry."""
    before = entries()
    forget_request()
    form = {"decision": "apply"} if method == "POST" else None
    answer = browser.client.open(place, method=method, data=form)
    said = told(answer)
    answer.close()
    seen = {one for one in hidden if one in said}
    if seen:
        assert method == "POST", f"{rule} shows {seen} on a GET, which leaves no entry"
        assert entries() > before, f"{rule} shows {seen} and leaves no entry"
    return bool(seen)


@pytest.mark.parametrize("username", DESKS)
def test_a_full_number_is_shown_to_nobody_without_an_entry(
    app: APIFlask, city: City, held: RosterImport, result: Result, username: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    ids, hidden = ids_of(city, held, result), secrets(city, held)
    browser = Desk(app.test_client())
    browser.sign_in(username, PASSWORD)
    shown = {
        rule: shows(browser, method, rule, address(rule, ids), hidden)
        for method in ("GET", "POST") for rule in walked(app, method)
    }  # fmt: skip
    if username == "office1":
        opened = ("/people/<uuid:person_id>/number", "/people/<uuid:person_id>/phones",
                  "/roster/export", "/review/<uuid:result_id>/proposals",
                  "/archive/<uuid:result_id>/proposals")  # fmt: skip
        assert [shown[rule] for rule in opened] == [True] * len(opened), "the walk finds numbers"
    if username == "city1":
        rows = "/roster/imports/<uuid:import_id>/rows/<int:position>"
        assert shown[f"{rows}/decision"]
        assert not shown["/roster/imports/<uuid:import_id>/error-workbook.xlsx"]


def test_the_error_workbook_is_an_export_that_the_journal_keeps(
    app: APIFlask, city: City, held: RosterImport
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Desk(app.test_client())
    browser.sign_in("city1", PASSWORD)
    answer = browser.client.post(f"/roster/imports/{held.id}/error-workbook.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    assert "孙德明" in str(rows.to_python())
    entry = db.session.scalars(select(JournalEntry).filter_by(type="exported")).one()
    assert entry.facts["what"] == "import_errors"
    assert (entry.facts["masked"], entry.facts["import_id"]) == (True, str(held.id))
    assert entry.facts["account_id"] == str(city.accounts["city1"].id)


def test_an_export_names_its_area(app: APIFlask, city: City) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Desk(app.test_client())
    browser.sign_in("office1", PASSWORD)
    assert browser.client.post("/roster/export").status_code == 200
    entry = db.session.scalars(select(JournalEntry).filter_by(type="exported")).one()
    assert entry.facts["area_id"] == city.areas["a1"].id


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王芳 13900001234", "王芳 *1234"), ("139-0000-1234", "*1234"),
        ("１３９００００１２３４", "*１２３４"), ("37039919540102001X", "*001X"),
        ("8号楼1单元301", "8号楼1单元301"),
    ],
)  # fmt: skip
def test_long_numbers_in_words_are_masked(text: str, shown: str) -> None:
    assert mask_numbers(text) == shown
