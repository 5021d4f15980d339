"""Turns entries into what a page shows: words, names and links in place of codes and ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from webapp.access.labels import role_words
from webapp.access.rules import Actor
from webapp.areas.duty import in_duty
from webapp.areas.models import Area
from webapp.evidence.labels import DECISION_WORDS
from webapp.evidence.models import Capture, Media
from webapp.extensions import db
from webapp.journal.mentions import actor_of, ref_of
from webapp.oversight.journal_queries import Row
from webapp.oversight.labels import KIND_WORDS, WHERE_WORDS, fact_words, type_words
from webapp.people.models import Account, Device
from webapp.roster.models import Person
from webapp.visits.labels import words_for
from webapp.visits.models import Result, Visit

SEARCH = "/audit/journal?object="
SHORT = 8
LEFT_OUT = frozenset(
    {
        "type",
        "at",
        "salted",
        "route",
        "objects",
        "captures",
        "before",
        "captures_count",
        "captures_sha256",
    }
)
ACCOUNTS = frozenset({
    "account_id", "by", "viewer_id", "reviewer_id", "corrected_by", "worker_id", "approvers",
})  # fmt: skip
AREAS = frozenset({"area_id", "parent_id", "new_parent_id"})
MOST_THINGS = 3


@dataclass(frozen=True)
class Thing:
    """What an entry is about, in words, and where it leads; the path is empty where nowhere."""

    words: str
    path: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as a list shows it: facts are pairs of words."""

    row: Row
    words: str
    actor: Thing | None
    things: Sequence[Thing]
    more: int
    facts: Sequence[tuple[str, str]]


@dataclass
class Names:
    """The names of what a page of entries speaks of, of people only within the reader's duty."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[int, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def shown(*, actor: Actor, rows: Sequence[Row]) -> list[Shown]:
    """Return the entries as the actor may see them."""
    names = _names(actor, rows)
    return [_shown(row, names) for row in rows]


def name_of_account(words: str) -> str:
    """Return the name of the account that a filter names by its id, else its own words."""
    if words.count("-") != 4 or ref_of(words) is None:
        return words
    return db.session.scalar(select(Account.name).where(Account.id == UUID(words))) or words


def _shown(row: Row, names: Names) -> Shown:
    who = actor_of(row.facts)
    actor = _doer(who, names) if who else None
    things = list(dict.fromkeys(_things(row, names, who)))
    facts = [(fact_words(name), _value(name, value, names))
             for name, value in row.facts.items() if name not in LEFT_OUT]  # fmt: skip
    return Shown(row, type_words(row.type), actor, things[:MOST_THINGS],
                 max(len(things) - MOST_THINGS, 0), facts)  # fmt: skip


def _doer(account_id: str, names: Names) -> Thing:
    words = names.accounts.get(account_id, f"{account_id[:SHORT]}…")
    return Thing(words, f"/audit/journal?actor={account_id}")


def _things(row: Row, names: Names, who: str | None) -> Iterable[Thing]:
    """Give what an entry is about; who did it stands in a column of its own."""
    for name, value in row.facts.items():
        if name == "objects" and isinstance(value, list):
            for one in value:
                kind, _sep, object_id = str(one).rpartition(":")
                yield _thing(f"{kind}_id", object_id, names)
        elif name == "people" and isinstance(value, list):
            for one in value:
                yield _thing("person_id", str(one), names)
        elif name in _MAKERS and isinstance(value, str) and value != who:
            yield _thing(name, value, names)
        elif name in AREAS and isinstance(value, int):
            yield Thing(names.areas.get(value, f"#{value}"))


def _thing(name: str, value: str, names: Names) -> Thing:
    make = _MAKERS.get(name, _found)
    return make(value, names)


def _found(value: str, _names: Names) -> Thing:
    return Thing(f"{value[:SHORT]}…", f"{SEARCH}{value}")


def _account(value: str, names: Names) -> Thing:
    return Thing(names.accounts.get(value, f"{value[:SHORT]}…"), f"{SEARCH}{value}")


def _person(value: str, names: Names) -> Thing:
    known = names.people.get(value)
    return Thing(known, f"/people/{value}") if known else _found(value, names)


def _visit(value: str, names: Names) -> Thing:
    known = names.visits.get(value)
    if not known:
        return _found(value, names)
    return Thing(_("走访 %(name)s", name=known), f"/visits/{value}")


def _result(value: str, names: Names) -> Thing:
    known = names.results.get(value)
    if not known:
        return _found(value, names)
    return Thing(_("核实结果 %(name)s", name=known), f"/archive/{value}")


def _device(value: str, names: Names) -> Thing:
    return Thing(names.devices.get(value, f"{value[:SHORT]}…"), f"{SEARCH}{value}")


def _file(value: str, names: Names) -> Thing:
    known = names.files.get(value)
    if known:
        return Thing(_("%(name)s 的影像", name=known), f"{SEARCH}{value}")
    return Thing(_("文件 %(hash)s", hash=f"{value[:SHORT]}…"), f"{SEARCH}{value}")


def _import(value: str, _names: Names) -> Thing:
    return Thing(_("导入 %(hash)s", hash=f"{value[:SHORT]}…"), f"{SEARCH}{value}")


_MAKERS = {
    "account_id": _account, "worker_id": _account, "person_id": _person, "visit_id": _visit,
    "result_id": _result, "device_kid": _device, "media_sha256": _file, "import_id": _import,
    "capture_id": _found, "run_id": _found,
}  # fmt: skip


def _value(name: str, value: Any, names: Names) -> str:
    """Return a fact's value for people; ids and fingerprints stay whole, to be compared."""
    if value is None:
        return str(_("没有"))
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return str(_("、")).join(_value(name, one, names) for one in value)
    if isinstance(value, dict):
        return str(_("、")).join(f"{fact_words(key)} {one}" for key, one in value.items())
    if name in ACCOUNTS:
        return names.accounts.get(str(value), str(value))
    if name in AREAS:
        return names.areas.get(value, f"#{value}")
    return _code(name, value)


def _code(name: str, value: Any) -> str:
    """Return the words of a code, or what is no code as it is."""
    tables: dict[str, Mapping[str, Any]] = {
        "kind": KIND_WORDS, "where": WHERE_WORDS, "decision": DECISION_WORDS, "what": KIND_WORDS,
    }  # fmt: skip
    if name == "role":
        return role_words(str(value))
    if name == "outcome":
        return words_for("outcome", str(value))
    if name == "state":
        return words_for("result", str(value))
    return str(tables.get(name, {}).get(str(value), value))


def _names(actor: Actor, rows: Sequence[Row]) -> Names:
    found = _ids(rows)
    uuids = [UUID(one) for one in found if one.count("-") == 4 and ref_of(one) is not None]
    own = in_duty(Person.area_path, actor)
    numbers = {value for row in rows for name, value in row.facts.items()
               if name in AREAS and isinstance(value, int)}  # fmt: skip
    visits = select(Visit.id, Person.name).join(Visit.person).where(Visit.id.in_(uuids), own)
    results = select(Result.id, Person.name).join(Result.person).where(Result.id.in_(uuids), own)
    files = (
        select(Media.sha256, Person.name)
        .join(Capture, Capture.id == Media.capture_id)
        .join(Visit, Visit.id == Capture.visit_id)
        .join(Person, Person.id == Visit.person_id)
        .where(Media.sha256.in_([one for one in found if len(one) == 64]), own)
    )
    return Names(
        accounts=_pairs(select(Account.id, Account.name).where(Account.id.in_(uuids))),
        areas={row.id: row.name for row in db.session.execute(
            select(Area.id, Area.name).where(Area.id.in_(numbers)))},
        devices=_pairs(select(Device.kid, Device.name).where(Device.kid.in_(found))),
        people=_pairs(select(Person.id, Person.name).where(Person.id.in_(uuids), own)),
        visits=_pairs(visits), results=_pairs(results), files=_pairs(files),
    )  # fmt: skip


def _pairs(query: Any) -> dict[str, str]:
    return {str(key): name for key, name in db.session.execute(query)}


def _ids(rows: Sequence[Row]) -> set[str]:
    """Return every id that the rows' facts hold."""
    found: set[str] = set()
    for row in rows:
        for name, value in row.facts.items():
            values = value if isinstance(value, list) else [value]
            found |= {str(one).rpartition(":")[2] for one in values if isinstance(one, str)
                      and name not in {"salted", "root"}}  # fmt: skip
    return {one for one in found if ref_of(one) is not None}
