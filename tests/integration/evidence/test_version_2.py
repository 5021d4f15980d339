"""Records of version 2 go the same road as those of version 1, in one chain with them."""

import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask

from tests.integration.evidence.fieldwork import Fieldwork, jpeg, newest_capture
from tests.integration.evidence.test_media import sign_in
from tests.integration.evidence.test_packaging import codes, packed, worked
from tests.integration.evidence.test_results import eligible
from tests.integration.evidence.test_taking_in import parcel, taken
from webapp.evidence.export.outside import verify
from webapp.evidence.models import Quarantine
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.visits.models import Result


@pytest.fixture
def field(field: Fieldwork) -> Fieldwork:
    """Worker 1, whose phone has sent one record of version 1 and makes version 2 from now on."""
    field.committed(jpeg(9))
    field.phone.version = 2
    return field


def test_it_is_committed_reported_reviewed_and_verified(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    worked(field)
    capture = newest_capture()
    assert json.loads(capture.record)["holder"] == {"account": field.phone.worker_id}
    assert (str(capture.worker_id), capture.seq) == (field.phone.worker_id, 2)

    assert [finding for finding in verify_all().findings if not finding.is_remark] == []
    place = packed(app, field.visit_id, tmp_path / "case.zip")
    report = verify.report_of(verify.check(place, journal.verifier_key()))
    assert report["sound"], report["findings"]


def test_the_same_again_changes_nothing(field: Fieldwork) -> None:
    record = field.record(jpeg())
    assert [field.phone.commit(record).status_code for _ in range(2)] == [201, 200]


FOREIGN: list[tuple[dict[str, Any], int, str]] = [
    ({"holder": {"account": str(uuid4())}}, 422, "worker_mismatch"),
    ({"subject_ref": "somebody else"}, 422, "subject_mismatch"),
    ({"visit_id": None, "subject_ref": None, "occasion_id": str(uuid4())}, 404, "not_found"),
]


@pytest.mark.parametrize(("changes", "status", "code"), FOREIGN, ids=["holder", "person", "group"])
def test_what_does_not_hold_is_kept_aside(
    field: Fieldwork, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = field.phone.commit(field.record(jpeg(), **changes))

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    db.session.rollback()
    assert db.session.scalars(db.select(Quarantine)).one().what == "record"
    assert sign_in(field, "office1").get("/set-aside").status_code == 200
    assert [finding for finding in verify_all().findings if not finding.is_remark] == []


def test_nobody_speaks_for_a_link_by_an_accounts_key(field: Fieldwork) -> None:
    """The id is the account's own, called a link's."""
    link = {"link": field.phone.worker_id}
    answer = field.phone.commit(field.record(jpeg(), holder=link))

    assert (answer.status_code, answer.get_json()["code"]) == (422, "worker_mismatch")


def test_it_is_taken_in_from_a_phones_file(app: APIFlask, field: Fieldwork, tmp_path: Path) -> None:
    ran = taken(app, parcel(field, tmp_path / "phone.zip"))

    assert ran.exit_code == 0, ran.output
    assert newest_capture().state == "received"
    assert db.session.scalars(db.select(Result)).one().outcome == "eligible"


@pytest.mark.parametrize("holder", [{"link": "kid"}, {}, None])
def test_a_stranger_notices_whose_record_it_is_not(
    app: APIFlask, field: Fieldwork, tmp_path: Path, holder: object
) -> None:
    """The signature holds: whoever enrolled the key signed another holder's name."""
    worked(field)
    place = packed(app, field.visit_id, tmp_path / "case.zip")
    with zipfile.ZipFile(place) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = next(n for n in members if n.endswith(".rec") and json.loads(members[n])["v"] == 2)
    members[name] = json.dumps(json.loads(members[name]) | {"holder": holder}).encode()
    with zipfile.ZipFile(place, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    assert codes(place) & {"record_unreadable", "custody_differs"}


def test_eligible_needs_the_same_of_it(field: Fieldwork) -> None:
    signature = field.committed(jpeg(), kind="signature")
    answer = field.phone.post("/results", eligible(field, signature))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "person_not_shown")
