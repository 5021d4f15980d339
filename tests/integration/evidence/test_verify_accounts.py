"""Accounts agree with what the journal tells of them, and reviews with who could make them."""

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from tests.builders import PASSWORD_HASH, City, add_account
from webapp import clock
from webapp.access.rules import Role
from webapp.evidence.verification.verification import verify_all
from webapp.evidence.verification.verify_accounts import verify_accounts
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.models import JournalEntry
from webapp.journal.rules import EntryType
from webapp.people import acts, administration
from webapp.people import service as people
from webapp.people.models import Account


def found() -> list[tuple[str, str, bool]]:
    db.session.flush()
    db.session.expire_all()
    return [(f.code, f.object, f.is_remark) for f in verify_accounts()]


def reviewed(account: Account) -> None:
    """Journal a review by the account, as if the program had let it."""
    journal.append(
        type=EntryType.REVIEW_DECIDED, at=clock.now(),
        facts={"reviewer_id": str(account.id), "result_id": "r1", "decision": "accept"},
    )  # fmt: skip


def test_a_data_folder_of_before_is_not_called_wrong(city: City) -> None:
    assert found() == []
    assert verify_all().is_sound


def test_accounts_of_before_begin_with_one_entry_each(city: City) -> None:
    assert acts.record_all_once() == len(city.accounts)
    assert acts.record_all_once() == 0
    assert found() == []
    entry = db.session.scalars(db.select(JournalEntry).filter_by(type="account_recorded")).first()
    assert entry is not None
    assert "测试" not in entry.body.decode()
    assert PASSWORD_HASH not in entry.body.decode()


def test_the_first_act_records_all_others_before_it(city: City) -> None:
    administration.replace_password(actor=city.actor("admin"), account=city.accounts["office1"])
    query = db.select(JournalEntry.type).where(
        JournalEntry.type.in_(["account_recorded", "password_set"])
    )
    kinds = list(db.session.scalars(query.order_by(JournalEntry.index)))
    assert kinds == ["account_recorded"] * len(city.accounts) + ["password_set"]
    assert found() == []


def test_every_act_is_followed(city: City) -> None:
    admin, office = city.actor("admin"), city.accounts["office1"]
    made, secret = administration.open_account(
        actor=admin, username="office2", name="测试", role=Role.OFFICE_MANAGER,
        area_id=city.areas["b1"].id,
    )  # fmt: skip
    administration.change_own_password(account=made, present=secret, wanted="tianqi baicai wazi")
    administration.switch(actor=admin, account=office, is_active=False)
    administration.switch(actor=admin, account=office, is_active=True)
    administration.give_area(actor=admin, account=office, area_id=city.areas["b"].id)
    administration.replace_password(actor=admin, account=office)
    assert found() == []


@pytest.mark.parametrize(
    "change",
    [
        "role = 'administrator'", "is_active = false", "area_path = '/'", "name = '别人'",
        "username = 'office1x'", "password_hash = 'x'", "area_id = NULL",
        "password_given_at = NULL", "password_given_by = NULL",
        "password_own_at = '2027-01-01 00:00:00+00:00'",
    ],
)  # fmt: skip
def test_a_change_past_the_program_is_named(city: City, change: str) -> None:
    office = city.accounts["office1"]
    administration.replace_password(actor=city.actor("admin"), account=office)
    db.session.flush()
    db.session.execute(text(f"UPDATE account SET {change} WHERE username = 'office1'"))
    assert ("account_changed", f"account {office.id}", False) in found()


def test_an_exchange_of_two_passwords_is_named(city: City) -> None:
    office, agency = city.accounts["office1"], city.accounts["agency2"]
    for account in (office, agency):
        people.set_password(account=account, password=f"tianqi {account.username} wazi",
                            by=account.id, is_own=True)  # fmt: skip
    office.password_hash, agency.password_hash = agency.password_hash, office.password_hash
    assert {name for _, name, _ in found()} == {f"account {office.id}", f"account {agency.id}"}


def test_an_account_put_in_or_taken_out_is_named(city: City) -> None:
    acts.record_all_once()
    slipped_in = add_account("checker9", Role.AGENCY_CHECKER, city.areas["a"])
    gone = city.accounts["volunteer1"].id
    db.session.flush()
    db.session.execute(text("DELETE FROM account WHERE username = 'volunteer1'"))
    assert ("account_unjournaled", f"account {slipped_in.id}", False) in found()
    assert ("row_missing", f"account {gone}", False) in found()


def test_a_review_with_a_given_password_is_named(app: APIFlask, city: City) -> None:
    checker = city.accounts["agency2"]
    at = clock.now()
    with clock.freeze(at):
        administration.replace_password(actor=city.actor("admin"), account=checker)
        reviewed(checker)
    assert found() == [("reviewer_unfit", "review of result r1", True)], "it may have been close"
    with clock.freeze(at.replace(year=at.year + 1)):
        reviewed(checker)
        people.set_password(account=checker, password="tianqi baicai wazi", by=checker.id,
                            is_own=True)  # fmt: skip
        reviewed(checker)
    assert found()[1:] == [("reviewer_unfit", "review of result r1", False)]


def test_a_review_by_who_may_not_review_is_named(city: City) -> None:
    at = clock.now()
    with clock.freeze(at):
        acts.record_all_once()
    with clock.freeze(at.replace(year=at.year + 1)):
        reviewed(city.accounts["city1"])
        reviewed(city.accounts["office1"])
    assert found() == [("reviewer_unfit", "review of result r1", False)]
