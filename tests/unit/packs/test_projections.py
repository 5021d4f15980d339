"""A role is told what it is listed for, and a phone begins anew when that is less than before."""

import pytest

from webapp.access.rules import GRANTS, Permission, Role
from webapp.packs.changes import Reached
from webapp.packs.cursor import Cursor
from webapp.packs.projections import Projection, view_of
from webapp.refusals import Refusal
from webapp.visits.pack_section import PERSON

ALL = Projection({Role.WORKER: frozenset({"name", "number", "benefit"}),
                  Role.VOLUNTEER: frozenset({"name"})}, blank={"number": ""})  # fmt: skip


def test_a_member_that_nobody_was_given_is_told_to_nobody() -> None:
    whole = {"name": "甲", "number": "3703", "benefit": "retiree", "case": 4}
    assert ALL.project(Role.WORKER, whole) == {"name": "甲", "number": "3703", "benefit": "retiree"}
    assert ALL.project(Role.VOLUNTEER, whole) == {"name": "甲", "number": ""}
    assert ALL.project(Role.VOLUNTEER, {"name": "甲"}) == {"name": "甲"}
    with pytest.raises(Refusal, match="not_allowed"):
        ALL.project(Role.AUDITOR, whole)


def test_every_role_that_uses_a_phone_has_its_projection() -> None:
    assert set(PERSON.members) == GRANTS[Permission.USE_PHONE]
    assert PERSON.withheld_from(Role.VOLUNTEER) == {"masked_number"}
    assert not PERSON.withheld_from(Role.WORKER)


def test_a_view_is_named_only_where_something_is_withheld() -> None:
    assert view_of(Role.WORKER, [ALL]) == ""
    assert len(view_of(Role.VOLUNTEER, [ALL])) == 4
    assert view_of(Role.VOLUNTEER, [ALL]) != view_of(Role.AUDITOR, [ALL])


@pytest.mark.parametrize(("had", "now"), [("", "ab12"), ("ab12", ""), ("ab12", "cd34")])
def test_who_reads_with_other_eyes_begins_anew(had: str, now: str) -> None:
    own = Reached(9, 5)
    read = Cursor.parse(str(Cursor(7, "c" * 12, 5, had)))
    assert read == Cursor(7, "c" * 12, 5, had)
    assert read.where(own, had).change_no == 7
    assert read.where(own, now) == Cursor(0, "c" * 12, 5, now)
