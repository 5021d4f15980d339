"""Fills a database with a year's work in bulk: people, visits, results, captures, files."""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from tests.builders import PASSWORD_HASH, add_area
from webapp import clock, sealing
from webapp.access.rules import Role
from webapp.database.base import uuid7
from webapp.evidence.flags.flags import WEIGHTS, Flag
from webapp.evidence.models import Capture, Media, RaisedFlag
from webapp.extensions import db
from webapp.people.models import Account, Device
from webapp.roster.cells import numbers
from webapp.roster.models import Person
from webapp.visits.models import Result, ResultCapture, Visit

WORKERS, BATCH = 60, 5_000
DISTRICTS, STREETS, COMMUNITIES = 8, 10, 10
SURNAMES = "王李张刘陈孙于高孟翟邢赵周吴徐马朱胡郭林"
GIVEN = ("秀英", "桂英", "秀兰", "玉兰", "爱华", "凤英", "淑珍", "春梅", "建国", "建华", "国华",
         "德明", "永福", "长海", "明", "军", "勇", "伟")  # fmt: skip
OUTCOMES = {
    "eligible": 900, "deceased": 40, "moved_away": 20, "unreachable": 15, "in_care": 10,
    "refused": 5, "missing": 4, "imprisoned": 3, "identity_doubt": 3,
}  # fmt: skip
STATES = {"accepted": 84, "submitted": 13, "returned": 2, "conflict": 1}
FLAGGED_SHARE = 0.15
VISIT_STATUS = {"accepted": "accepted", "returned": "returned"}


@dataclass(frozen=True)
class Place:
    """A community, and the path of the street that it lies in."""

    id: int
    path: str
    name: str
    street: str


@dataclass
class Year:
    """What was made, as far as the pages' filters need to name it."""

    communities: list[Place] = field(default_factory=list)
    workers: list[tuple[UUID, str]] = field(default_factory=list)
    a_name: str = ""
    a_number: str = ""


def build_year(count: int) -> Year:
    """Write `count` visits with one result each, and who did them; commit in batches."""
    rng, year = random.Random(5), Year()
    _areas(year)
    _accounts(year)
    db.session.commit()
    rows = _rows(rng, year, count)
    while batch := list(islice(rows, BATCH)):
        for table in (Person, Visit, Result, Capture, RaisedFlag, ResultCapture, Media):
            name = table.__tablename__
            db.session.execute(insert(table), [row for case in batch for row in case[name]])
        db.session.commit()
    if db.engine.dialect.name == "postgresql":
        # Its own maintenance would have done so within a minute.
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    return year


def _areas(year: Year) -> None:
    root = add_area(None, "city", "测试市")
    for d in range(DISTRICTS):
        district = add_area(root, "district", f"测试{d}区")
        for s in range(STREETS):
            street = add_area(district, "street", f"{d}区{s}街道")
            for c in range(COMMUNITIES):
                area = add_area(street, "community", f"{d}区{s}街{c}社区")
                year.communities.append(Place(area.id, area.path, area.name, street.path))


def _accounts(year: Year) -> None:
    """Add the workers with their phones, and who reads: a checker for the city, an office."""
    root, street = year.communities[0].path.split("/")[1], year.communities[0].street
    readers = (("checker", Role.AGENCY_CHECKER, f"/{root}/"),
               ("office", Role.OFFICE_MANAGER, street))  # fmt: skip
    for username, role, path in readers:
        db.session.add(_account(username, role, path))
    for number in range(WORKERS):
        account = _account(f"bench{number}", Role.WORKER, f"/{root}/")
        db.session.add(account)
        db.session.flush()
        kid = f"bench-{number:037d}"
        db.session.add(Device(
            kid=kid, account_id=account.id, name="测试手机", public_jwk={}, enrolled_index=number,
            token_hash=hashlib.sha256(kid.encode()).digest(), enrolled_at=clock.now(),
        ))  # fmt: skip
        year.workers.append((account.id, kid))
    db.session.flush()


def _account(username: str, role: Role, path: str) -> Account:
    return Account(username=username, name=f"测试{username}", role=role.value, area_path=path,
                   password_hash=PASSWORD_HASH, created_at=clock.now())  # fmt: skip


def _rows(rng: random.Random, year: Year, count: int) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Yield the rows of one case after the other, by table, spread over the year up to now."""
    start = clock.now() - timedelta(days=330)
    for number in range(count):
        at = start + timedelta(seconds=number * 330 * 86_400 / count)
        case = Case(number, at, rng.choice(year.communities), rng.choice(year.workers), rng)
        person = case.person()
        if number == count // 2:
            year.a_name, year.a_number = person["name"], case.number_text
        yield {"person": [person], "visit": [case.visit()], "result": [case.result()],
               "capture": [case.capture()], "media": [case.media()],
               "flag": [{"code": flag.code, "capture_id": case.capture_id, "facts": flag.facts}
                        for flag in _flags(rng)],
               "result_capture": [{"result_id": case.result_id, "capture_id": case.capture_id,
                                   "record_sha256": case.sha256}]}  # fmt: skip


@dataclass
class Case:
    """One person with one visit, one result and one photo."""

    number: int
    at: datetime
    place: Place
    worker: tuple[UUID, str]
    rng: random.Random

    def __post_init__(self) -> None:
        self.person_id, self.visit_id, self.result_id, self.capture_id = (
            uuid7(), uuid7(), uuid7(), uuid7(),
        )  # fmt: skip
        self.number_text = f"370399{self.number:012d}"
        self.sha256 = hashlib.sha256(self.number_text.encode()).hexdigest()
        self.state = _pick(self.rng, STATES)
        self.latitude, self.longitude = self.rng.uniform(36, 37), self.rng.uniform(117.6, 118.5)

    def person(self) -> dict[str, Any]:
        """The person's row; nobody has such a number."""
        number = self.number_text
        return {
            "id": self.person_id, "name": self.rng.choice(SURNAMES) + self.rng.choice(GIVEN),
            "doc_type": "resident", "number_sealed": sealing.seal(number),
            "number_index": sealing.index(number), "masked_number": numbers.mask(number),
            "sex": "F", "birth_on": None,
            "address": f"{self.place.name}测试小区{self.number % 40}号楼101",
            "area_id": self.place.id, "area_path": self.place.path, "reported_status": "normal",
            "latitude": self.latitude, "longitude": self.longitude,
            "created_at": self.at, "updated_at": self.at,
        }  # fmt: skip

    def visit(self) -> dict[str, Any]:
        """The visit's row."""
        return {
            "id": self.visit_id, "kind": "home", "person_id": self.person_id,
            "area_path": self.place.path, "worker_id": self.worker[0], "subject_ref": self.sha256,
            "status": VISIT_STATUS.get(self.state, "reported"), "note": "",
            "due_on": self.at.date() + timedelta(days=14), "assigned_at": self.at,
            "created_at": self.at, "change_no": self.number,
        }  # fmt: skip

    def result(self) -> dict[str, Any]:
        """The result's row."""
        return {
            "id": self.result_id, "visit_id": self.visit_id, "person_id": self.person_id,
            "area_path": self.place.path, "worker_id": self.worker[0], "device_kid": self.worker[1],
            "outcome": _pick(self.rng, OUTCOMES), "decided_at": self.at, "received_at": self.at,
            "details": {}, "note": "", "body_sha256": self.sha256, "state": self.state,
            "is_standing": True, "journal_index": self.number,
        }  # fmt: skip

    def capture(self) -> dict[str, Any]:
        """The capture's row, with as many bytes of record as a real one has."""
        return {
            "id": self.capture_id, "visit_id": self.visit_id, "person_id": self.person_id,
            "area_path": self.place.path,
            "worker_id": self.worker[0], "device_kid": self.worker[1], "seq": self.number + 1,
            "prev": self.sha256, "kind": "photo", "record": _record(self.sha256),
            "record_sha256": self.sha256, "signature": bytes(64), "state": "received",
            "claimed_at": self.at, "committed_at": self.at, "commit_index": self.number,
            "latitude": self.latitude, "longitude": self.longitude, "accuracy_m": 12.0,
            "distance_m": 8.0, "nearness": "near",
        }  # fmt: skip

    def media(self) -> dict[str, Any]:
        """The photo's row; its bytes are nowhere, because no page of these reads them."""
        return {
            "capture_id": self.capture_id, "position": 0, "sha256": self.sha256,
            "size_bytes": 812_345, "mime": "image/jpeg", "width": 1920, "height": 1080,
            "source": "camera", "state": "received", "received_at": self.at,
            "received_index": self.number, "inspection": {}, "picture_hash": self.sha256[:16],
        }  # fmt: skip


def _pick(rng: random.Random, weighted: dict[str, int]) -> str:
    return rng.choices(list(weighted), list(weighted.values()))[0]


def _flags(rng: random.Random) -> Sequence[Flag]:
    """Return the flags of one capture; the codes become rarer down the table of weights."""
    if rng.random() > FLAGGED_SHARE:
        return []
    codes = list(WEIGHTS)
    places = {min(int(rng.expovariate(0.15)), len(codes) - 1) for _ in range(rng.randint(1, 3))}
    return [Flag(codes[place], {"distance_m": 412}) for place in sorted(places)]


def _record(sha256: str) -> bytes:
    return json.dumps({"v": 1, "kind": "photo", "sha256": sha256, "filling": "x" * 800}).encode()
