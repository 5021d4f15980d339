"""Walks every route that names a case: what lies in another area is not found, one's own is.

A new route with an id must be given a case here, or a reason why it has none.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.builders import City
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.test_permissions import USERNAMES, guarded_routes, sign_in
from tests.phones import TestPhone
from webapp import clock, sealing
from webapp.access.rules import GRANTS, Permission, Role
from webapp.database.base import uuid7
from webapp.evidence.models import AsideSettlement, Capture, Upload
from webapp.extensions import db
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.visits.models import ContactChange, ReportAside, Result, Visit

NO_AREA = {
    "/accounts/<uuid:account_id>": "accounts are the administrator's, who has no area",
    "/phones/<kid>/confirmation": "walked with the attack that it answers, in test_foreign_hand",
    "/audit/checkpoints/": "a checkpoint is of the whole journal, which has no area",
    "/areas/": "areas are kept by those who answer for all of them",
    "/jobs/<uuid:job_id>": "a job belongs to an account and tells figures only",
}
# Who works at the desk in district A; the city and the auditor find both districts' cases.
HERE = ("office1", "agency1", "agency2", "agency3")
EVERYWHERE = {Role.CITY, Role.AUDITOR}


@dataclass(frozen=True)
class Case:
    """The ids of one visit's whole story."""

    ids: dict[str, Any]

    def path(self, rule: str) -> str:
        """The address of the rule for this case."""
        made = rule
        for name, value in self.ids.items():
            for form in (f"<uuid:{name}>", f"<int:{name}>", f"<{name}>",
                         f"<int(max=2147483647):{name}>"):  # fmt: skip
                made = made.replace(form, str(value))
        assert "<" not in made, f"{rule}: give its id a case, or a reason in NO_AREA"
        return made


@pytest.fixture
def cases(city: City) -> dict[str, Case]:
    """A reported visit, an import and a contact change in each district."""
    return {
        "own": case_of(city, city.visits[0], "worker1", "a1"),
        "foreign": case_of(city, city.visits[3], "worker9", "b1"),
    }


def case_of(city: City, visit: Visit, worker: str, area: str) -> Case:
    capture = add_capture(city, visit, worker)
    result = add_result(city, visit, worker, capture)
    change = ContactChange(person_id=visit.person_id, result_id=result.id, field="address",
                           value_sealed=sealing.seal("测试"))  # fmt: skip
    db.session.add(change)
    aside = report_aside(visit, result)
    record = held_import(city.areas[area].path)
    db.session.commit()
    return Case({
        "visit_id": visit.id, "person_id": visit.person_id, "result_id": result.id,
        "capture_id": capture.id, "sha256": capture.media[0].sha256, "kind": "thumbnail",
        "nonce": "x",
        "entry": aside.journal_index, "change_id": change.id, "import_id": record.id, "position": 0,
    })  # fmt: skip


def report_aside(visit: Visit, result: Result) -> ReportAside:
    """Attempts that the rules refused, with an entry's index that no other has."""
    body = {"visit_id": str(visit.id), "attempts": [
        {"attempt_id": str(uuid7()), "started_at": "2027-01-12T01:00:00Z", "met": "nobody_home"},
    ]}  # fmt: skip
    known = db.session.scalar(select(func.count()).select_from(ReportAside)) or 0
    row = ReportAside(
        kind="attempts", reason="not_found", report_id=visit.id, visit_id=visit.id,
        worker_id=result.worker_id, device_kid=result.device_kid, sha256=uuid7().hex * 2,
        sealed=sealing.seal(json.dumps(body)), at=clock.now(), journal_index=10_000 + known,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def held_import(area_path: str) -> RosterImport:
    record = RosterImport(
        id=uuid7(), sha256=uuid7().hex * 2, file_name="a.xlsx", size_bytes=1, source="",
        state="applied", created_at=clock.now(), applied_at=clock.now(), area_path=area_path,
        sheets=[{"name": "", "row": 1, "columns": {"name": 0, "number": 1},
                 "texts": ["姓名", "身份证号"], "unmapped": []}],
        counts={"HOLD": 1}, difference={},
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    db.session.add(RosterImportRow(import_id=record.id, position=0, sheet="", row=2,
                                   treatment="HOLD", findings=["id_missing"]))  # fmt: skip
    return record


def desk_rules(app: APIFlask) -> list[tuple[str, str, Permission]]:
    """Every route of the desk that names something, but for those without an area."""
    found = [(rule.rule, method, permission)
             for rule, method, permission in guarded_routes(app, "session")
             if "<" in rule.rule and not rule.rule.startswith(tuple(NO_AREA))]  # fmt: skip
    # An import that was given up has no rows any more, so that comes last.
    return sorted(found, key=lambda each: ("withdrawal" in each[0], "reversal" in each[0], each))


def state_of_database() -> list[Any]:
    """What a refused request must leave as it was."""
    db.session.expire_all()
    return [
        db.session.execute(select(table).order_by(column)).all()
        for table, column in (
            (Visit.status, Visit.id), (Result.state, Result.id),
            (RosterImport.state, RosterImport.id), (RosterImportRow.decision, RosterImportRow.row),
            (ContactChange.state, ContactChange.id),
            (AsideSettlement.settled_by, AsideSettlement.aside_index),
        )
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def no_csrf(app: APIFlask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def test_every_route_with_an_id_is_walked(app: APIFlask, cases: dict[str, Case]) -> None:
    rules = desk_rules(app)
    assert len(rules) >= 17
    assert all(cases["foreign"].path(rule) for rule, _, _ in rules)
    for reasoned in NO_AREA:
        assert any(rule.rule.startswith(reasoned) for rule, _, _ in guarded_routes(app, "session"))


@pytest.mark.parametrize("username", HERE)
def test_a_case_of_another_district_is_not_found_and_stays_as_it_was(
    app: APIFlask, client: FlaskClient, cases: dict[str, Case], city: City, username: str
) -> None:
    role = Role(city.accounts[username].role)
    sign_in(client, username)
    before = state_of_database()
    walked = 0
    for rule, method, permission in desk_rules(app):
        answer = client.open(cases["foreign"].path(rule), method=method)
        expected = 404 if role in GRANTS[permission] else 403
        assert answer.status_code == expected, (rule, method, answer.status_code)
        walked += expected == 404
    assert walked >= 4
    assert state_of_database() == before


@pytest.mark.parametrize("username", HERE)
def test_a_case_of_ones_own_area_is_found(
    app: APIFlask, client: FlaskClient, cases: dict[str, Case], city: City, username: str
) -> None:
    assert_found(app, client, cases["own"], Role(city.accounts[username].role), username)


@pytest.mark.parametrize("role", sorted(EVERYWHERE))
@pytest.mark.parametrize("which", ["own", "foreign"])
def test_the_city_and_the_auditor_find_every_case(
    app: APIFlask, client: FlaskClient, cases: dict[str, Case], role: Role, which: str
) -> None:
    assert_found(app, client, cases[which], role, USERNAMES[role])


def assert_found(app: APIFlask, client: FlaskClient, case: Case, role: Role, username: str) -> None:
    sign_in(client, username)
    for rule, method, permission in desk_rules(app):
        # The bytes of a picture, which nobody wrote here, have tests of their own.
        if role not in GRANTS[permission] or "/media/" in rule or "/files/" in rule:
            continue
        with client.open(case.path(rule), method=method) as answer:
            # The office of the street imports; the district's agency above it sees that too.
            assert answer.status_code not in {401, 403, 404}, (rule, method, answer.text[:300])


NOTHING = Case({"kid": "x" * 43, **dict.fromkeys(("capture_id", "person_id", "upload_id"),
                                                uuid4())})  # fmt: skip


def phone_rules(app: APIFlask) -> list[tuple[str, str]]:
    return [(rule.rule, method) for rule, method, _ in guarded_routes(app, "device")
            if "<" in rule.rule]  # fmt: skip


@pytest.mark.parametrize("username", ["worker1", "worker2", "volunteer1", "office1"])
def test_a_phone_is_told_of_another_workers_case_what_it_is_told_of_none(
    app: APIFlask, client: FlaskClient, cases: dict[str, Case], city: City, username: str
) -> None:
    stranger = TestPhone(client, "worker9").enrol()
    phone = TestPhone(client, username).enrol()
    foreign = Case(cases["foreign"].ids | {"kid": stranger.kid, "upload_id": begun_upload(
        cases["foreign"].ids["capture_id"])})  # fmt: skip
    for rule, method in phone_rules(app):
        headers = phone.headers | {"Tus-Resumable": "1.0.0", "Upload-Offset": "0",
                                   "Content-Type": "application/offset+octet-stream"}  # fmt: skip
        answer, unknown = (client.open(case.path(rule), method=method, headers=headers)
                           for case in (foreign, NOTHING))  # fmt: skip
        assert answer.status_code in {404, 409}, (rule, method, answer.status_code, answer.text)
        assert (answer.status_code, answer.data) == (unknown.status_code, unknown.data)
    assert stranger.get("/pack").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 1


def begun_upload(capture_id: UUID) -> UUID:
    """An upload of the capture's file that has not got a byte yet."""
    capture = db.session.get_one(Capture, capture_id)
    made = Upload(id=uuid7(), media_id=capture.media[0].id, worker_id=capture.worker_id,
                  device_kid=capture.device_kid, sha256=capture.media[0].sha256, length=1000,
                  created_at=clock.now(), expires_at=clock.now() + timedelta(days=1))  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made.id
