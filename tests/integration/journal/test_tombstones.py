"""Who may let something be gone: two active people whose duty it is (evidence §5.9, §5.20)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import City
from tests.integration.journal.conftest import START
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal import queries, service
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal

FILE = "cd" * 32
Change = Callable[[City], dict[str, Any]]


def by(*names: str) -> Change:
    """Let these accounts approve; a name that is no account's stands as it is."""
    return lambda city: {
        "approvers": [str(city.accounts[n].id) if n in city.accounts else n for n in names]
    }


def spelt(spell: Callable[[str], str]) -> Change:
    """Let one account approve under two spellings of its id."""
    return lambda city: {
        "approvers": [str(city.accounts["agency2"].id), spell(str(city.accounts["agency2"].id))]
    }


def lawful(city: City, **changes: Any) -> dict[str, Any]:
    facts = {"media_sha256": FILE, "why": "erasure_request", "legal_basis": "pipl-47"}
    return facts | by("agency2", "city1")(city) | changes


def switch_off(city: City) -> dict[str, Any]:
    city.accounts["agency2"].is_active = False
    db.session.commit()
    return {}


VOID: dict[str, tuple[Change, str]] = {
    "no reason": (lambda _: {"why": None}, "tombstone_incomplete"),
    "no basis": (lambda _: {"legal_basis": ""}, "tombstone_incomplete"),
    "no target": (lambda _: {"media_sha256": None}, "tombstone_incomplete"),
    "two targets": (lambda _: {"entry_index": 0, "fact": "words"}, "tombstone_incomplete"),
    "half a target": (lambda _: {"media_sha256": None, "fact": "x"}, "tombstone_incomplete"),
    "nobody": (lambda _: {"approvers": None}, "tombstone_approvers"),
    "one": (by("agency2"), "tombstone_approvers"),
    "one twice": (by("agency2", "agency2"), "tombstone_approvers"),
    "upper case": (spelt(str.upper), "tombstone_approvers"),
    "without dashes": (spelt(lambda each: each.replace("-", "")), "tombstone_approvers"),
    "as a urn": (spelt(lambda each: f"urn:uuid:{each}"), "tombstone_approvers"),
    "unknown names": (by("a", "b"), "tombstone_approvers"),
    "one unknown name": (by("agency2", "b"), "tombstone_approvers"),
    "an unknown id": (
        by("agency2", "00000000-0000-7000-8000-000000000000"), "tombstone_approvers"),
    "other roles": (by("admin", "volunteer1"), "tombstone_approvers"),
    "one other role": (by("agency2", "admin"), "tombstone_approvers"),
    "one of three": (by("agency2", "city1", "worker1"), "tombstone_approvers"),
    "switched off": (switch_off, "tombstone_approvers"),
}  # fmt: skip


@pytest.mark.parametrize("name", VOID)
def test_20_a_tombstone_by_the_wrong_people_is_refused(city: City, name: str) -> None:
    change, code = VOID[name]
    facts = lawful(city) | change(city)
    with pytest.raises(Refusal) as refused:
        service.append(type=EntryType.TOMBSTONE, at=START, facts=facts)
    assert refused.value.code == code
    assert not list(queries.entries_of(EntryType.TOMBSTONE))


def test_20_a_tombstone_under_a_hold_is_refused(city: City) -> None:
    hold(EntryType.HOLD_SET)
    with pytest.raises(Refusal, match="tombstone_held"):
        service.append(type=EntryType.TOMBSTONE, at=START, facts=lawful(city))


def hold(kind: EntryType, **facts: Any) -> None:
    service.append(type=kind, at=START, facts={"media_sha256": FILE} | facts)


def past_the_program(
    monkeypatch: pytest.MonkeyPatch,
    facts: dict[str, Any],
    kind: EntryType = EntryType.TOMBSTONE,
) -> None:
    """Write a tombstone, or the end of a hold, that the program would refuse."""
    with monkeypatch.context() as patched:
        patched.setattr(service, "_demand_lawful", lambda _kind, _facts: None)
        service.append(type=kind, at=START, facts=facts)
    db.session.commit()


def wrong(held: list[str]) -> list[tuple[str, str]]:
    return [(f.code, f.object) for f in verify_all(held=held).findings if not f.is_remark]


@pytest.mark.parametrize(
    "name", [name for name in VOID if name not in {"no target", "half a target", "two targets"}]
)
def test_20_a_tombstone_past_the_program_excuses_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    facts = lawful(city) | VOID[name][0](city)
    if name == "switched off":
        # Its roles still say so; nothing in the journal says that the account changed since.
        assert facts["approvers"]
    past_the_program(monkeypatch, facts)
    for held in ([], [service.checkpoint()]):
        assert wrong(held) == [("tombstone_unlawful", f"media {FILE}")]
    assert queries.tombstoned_media() == set()


def test_20_roles_that_the_entry_only_claims_excuse_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = lawful(city) | by("admin", "volunteer1")(city)
    with monkeypatch.context() as patched:
        patched.setattr("webapp.journal.approvers.roles_of", lambda ids: ["city" for _ in ids])
        past_the_program(monkeypatch, facts)
    assert wrong([]) == [("tombstone_unlawful", f"media {FILE}")]


def test_20_under_a_hold_past_the_program_excuses_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(EntryType.HOLD_SET)
    past_the_program(monkeypatch, lawful(city))
    hold(EntryType.HOLD_CLEARED, **lawful(city))
    db.session.commit()
    assert wrong([]) == [("tombstone_unlawful", f"media {FILE}")]
    service.append(type=EntryType.TOMBSTONE, at=START, facts=lawful(city))
    db.session.commit()
    assert queries.tombstoned_media() == {FILE}


def test_20_whoever_is_switched_off_later_could_approve_before(city: City) -> None:
    account = city.accounts["agency2"]
    switch = {"account_id": str(account.id), "role": "agency_checker"}
    for is_active in (True, False):
        service.append(type=EntryType.ACCOUNT_SWITCHED, at=START,
                       facts=switch | {"is_active": is_active})  # fmt: skip
        if is_active:
            service.append(type=EntryType.TOMBSTONE, at=START, facts=lawful(city))
    account.is_active = False
    db.session.commit()
    assert queries.tombstoned_media() == {FILE}


def test_20_an_entry_about_something_else_excuses_no_claimed_role(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = lawful(city) | by("admin", "city1")(city)
    with monkeypatch.context() as patched:
        patched.setattr("webapp.journal.approvers.roles_of", lambda ids: ["city" for _ in ids])
        past_the_program(monkeypatch, facts)
    moved: dict[str, Any] = {"account_id": str(city.accounts["admin"].id), "area_id": 1}
    service.append(type=EntryType.ACCOUNT_MOVED, at=START, facts=moved)
    db.session.commit()
    assert queries.tombstoned_media() == set()


def test_a_tombstone_says_with_which_roles_it_was_approved(city: City) -> None:
    entry = service.append(type=EntryType.TOMBSTONE, at=START, facts=lawful(city))
    assert entry.facts["approver_roles"] == ["agency_checker", "city"]
    db.session.commit()
    assert wrong([]) == []


def test_09_media_deleted_without_a_tombstone_can_be_told_from_a_lawful_deletion(
    city: City,
) -> None:
    for name in ("ab", "cd"):
        service.append(type=EntryType.MEDIA_RECEIVED, at=START, facts={"media_sha256": name * 32})
    service.append(type=EntryType.TOMBSTONE, at=START, facts=lawful(city, media_sha256="ab" * 32))
    db.session.commit()
    received = {str(entry.facts["media_sha256"])
                for entry in queries.entries_of(EntryType.MEDIA_RECEIVED)}  # fmt: skip

    assert received - queries.tombstoned_media() == {"cd" * 32}


@pytest.mark.parametrize("names", [(), ("agency2",), ("agency2", "agency2"), ("admin", "city1")])
def test_20_a_hold_is_not_lifted_by_whom_no_deletion_would_need(
    city: City, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """One person lifts a hold, and two who know nothing of it approve the deletion."""
    lifting = lawful(city) | by(*names)(city)
    hold(EntryType.HOLD_SET)
    with pytest.raises(Refusal, match="tombstone_approvers"):
        hold(EntryType.HOLD_CLEARED, **lifting)
    past_the_program(monkeypatch, lifting, EntryType.HOLD_CLEARED)
    with pytest.raises(Refusal, match="tombstone_held"):
        service.append(type=EntryType.TOMBSTONE, at=START, facts=lawful(city))
    past_the_program(monkeypatch, lawful(city))
    assert wrong([]) == [("tombstone_unlawful", f"media {FILE}")]
