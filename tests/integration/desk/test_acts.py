"""Every act at the desk leaves an entry that names who did it."""

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule

from tests.builders import PASSWORD, City
from tests.integration.desk.conftest import Sit
from webapp.extensions import db
from webapp.journal.models import JournalEntry

# What a post at the desk leaves in the journal; None where nothing is done, only asked or shown.
ENTRIES: dict[str, str | None] = {
    "/sign-in": "signed_in", "/sign-out": None, "/language": None, "/look-up": None,
    "/password": "password_set", "/sign-in/password": "password_set",
    "/accounts": "account_opened",
    "/accounts/<uuid:account_id>/password": "password_set",
    "/accounts/<uuid:account_id>/activity": "account_switched",
    "/accounts/<uuid:account_id>/area": "account_moved",
    "/accounts/<uuid:account_id>/devices/<kid>/revocation": "device_revoked",
    "/phones/<kid>/confirmation": "device_confirmed",
    "/areas": "area_added",
    "/areas/<int(max=2147483647):area_id>/name": "area_renamed",
    "/areas/<int(max=2147483647):area_id>/parent": "area_moved",
    "/areas/<int(max=2147483647):area_id>/removal": "area_removed",
    "/areas/<int(max=2147483647):area_id>/aliases": "area_alias_added",
    "/areas/<int(max=2147483647):area_id>/aliases/<int(max=2147483647):alias_id>/removal":
        "area_alias_removed",
    "/roster/placements": "people_placed",
    "/roster/imports": "import_received",
    "/roster/imports/<uuid:import_id>/confirmation": "import_confirmed",
    "/roster/imports/<uuid:import_id>/withdrawal": "import_discarded",
    "/roster/imports/<uuid:import_id>/reversal": "import_undone",
    "/roster/imports/<uuid:import_id>/columns": "import_columns",
    "/roster/imports/<uuid:import_id>/rows/<int:position>": "viewed",
    "/roster/imports/<uuid:import_id>/rows/<int:position>/decision": "import_row_decided",
    "/roster/export": "exported",
    "/review/<uuid:result_id>/decision": "review_decided",
    "/review/<uuid:result_id>/take-back": "correction",
    "/archive/<uuid:result_id>/package": "exported",
    "/people/<uuid:person_id>/mark": "correction",
    "/people/<uuid:person_id>/number": "viewed",
    "/people/<uuid:person_id>/name": "person_renamed",
    "/people/<uuid:person_id>/phones": "viewed",
    "/review/<uuid:result_id>/proposals": "viewed", "/archive/<uuid:result_id>/proposals": "viewed",
    "/roster/imports/<uuid:import_id>/error-workbook.xlsx": "exported",
    "/set-aside/<int(max=2147483647):entry>/settlement": "aside_settled",
    "/audit/verification": "verified", "/audit/checkpoints": "checkpoint_kept",
    "/audit/checkpoints/comparison": None,
    "/jobs/<uuid:job_id>/retry": "job_retried",
}  # fmt: skip
# The visits' own acts are looked at in tests/integration/visits.
ELSEWHERE = ("/visits", "/people/<uuid:person_id>/visits", "/people/<uuid:person_id>/walk-in",
             "/contact-changes", "/attempts", "/results")  # fmt: skip


def desk_posts(app: APIFlask) -> list[str]:
    found: list[Rule] = [
        rule for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    ]  # fmt: skip
    return sorted(rule.rule for rule in found)


def test_every_post_of_the_desk_says_what_it_leaves(app: APIFlask) -> None:
    posts = [path for path in desk_posts(app) if not path.startswith(ELSEWHERE)]
    assert sorted(ENTRIES) == posts


def latest(kind: str) -> JournalEntry:
    query = db.select(JournalEntry).filter_by(type=kind).order_by(JournalEntry.index.desc())
    found = db.session.scalars(query).first()
    assert found is not None, f"no entry {kind}"
    return found


def test_acts_on_accounts(sit: Sit, city: City) -> None:
    admin, office = sit("admin"), city.accounts["office1"]
    by = str(city.accounts["admin"].id)
    area = city.areas["b1"]
    form = {"username": "office2", "name": "新人", "role": "office_manager",
            "area_id": str(area.id)}  # fmt: skip
    admin.post("/accounts", form)
    opened = latest("account_opened").facts
    assert (opened["role"], opened["area_id"], opened["by"]) == ("office_manager", area.id, by)
    assert latest("password_set").facts["account_id"] == opened["account_id"]
    admin.post(f"/accounts/{office.id}/activity", {"is_active": "0"})
    assert latest("account_switched").facts["is_active"] is False
    admin.post(f"/accounts/{office.id}/area", {"area_id": str(area.id)})
    moved = latest("account_moved").facts
    assert (moved["account_id"], moved["area_id"], moved["by"]) == (str(office.id), area.id, by)
    assert "新人" not in latest("account_opened").body.decode("unicode_escape")


def test_acts_on_areas(sit: Sit, city: City) -> None:
    admin, by = sit("admin"), str(city.accounts["admin"].id)
    street, other = city.areas["a1"], city.areas["b1"]
    admin.post("/areas", {"parent_id": str(street.id), "name": "新社区"})
    added = latest("area_added").facts
    assert (added["parent_id"], added["by"]) == (street.id, by)
    path = f"/areas/{added['area_id']}"
    admin.post(f"{path}/name", {"new_name": "更新社区"})
    assert latest("area_renamed").facts["area_id"] == added["area_id"]
    admin.post(f"{path}/aliases", {"alias": "老社区"})
    alias = latest("area_alias_added").facts["alias_id"]
    admin.post(f"{path}/aliases/{alias}/removal")
    assert latest("area_alias_removed").facts["alias_id"] == alias
    admin.post(f"{path}/parent", {"new_parent_id": str(other.id)})
    moved = latest("area_moved").facts
    assert (moved["parent_id"], moved["new_parent_id"]) == (street.id, other.id)
    admin.post(f"{path}/removal")
    assert latest("area_removed").facts["parent_id"] == other.id


@pytest.mark.parametrize("masked", ["1", ""])
def test_every_export_of_the_roster(sit: Sit, city: City, masked: str) -> None:
    desk = sit("office1")
    desk.client.post("/roster/export", data={"csrf_token": desk.token(), "masked": masked})
    facts = latest("exported").facts
    assert facts["account_id"] == str(city.accounts["office1"].id)
    assert facts["masked"] is bool(masked)


def test_only_the_first_sign_in_on_a_device(sit: Sit, city: City) -> None:
    desk = sit("office1")
    facts = latest("signed_in").facts
    assert (facts["account_id"], facts["where"]) == (str(city.accounts["office1"].id), "desk")
    desk.sign_in("office1", PASSWORD)
    query = db.select(JournalEntry.index).filter_by(type="signed_in")
    assert len(list(db.session.scalars(query))) == 1
