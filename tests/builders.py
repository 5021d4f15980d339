"""Builds the small city that most tests start from; numbers use the unassigned 370399."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from webapp import clock, sealing
from webapp.access.rules import Actor, Holder, Role
from webapp.areas.models import Area, Office
from webapp.extensions import db
from webapp.people.models import Account
from webapp.people.service import HASHER
from webapp.roster.cells import numbers, phones
from webapp.roster.models import Benefit, Person, Phone
from webapp.visits import service as visits
from webapp.visits.models import Visit

PASSWORD = "correct horse battery"
PASSWORD_HASH = HASHER.hash(PASSWORD)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass
class City:
    """What `build_city` made, by short names."""

    areas: dict[str, Area] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def actor(self, username: str, device_kid: str | None = None) -> Actor:
        """Return the account as an actor."""
        account = self.accounts[username]
        return Actor(
            Holder.account(account.id),
            Role(account.role),
            account.name,
            account.area_path,
            device_kid,
        )


def number_of(birth: date, sequence: int) -> str:
    """Return a well-formed number with the unassigned prefix 370399 (GB 11643)."""
    body = f"370399{birth:%Y%m%d}{sequence:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def add_area(parent: Area | None, level: str, name: str) -> Area:
    """Add an area below `parent`."""
    area = Area(parent_id=parent.id if parent else None, level=level, name=name, path="?")
    db.session.add(area)
    db.session.flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    db.session.flush()
    return area


def add_account(username: str, role: Role, area: Area | None) -> Account:
    """Add an account that `PASSWORD` opens."""
    account = Account(
        username=username, name=f"测试{username}", role=role.value, password_hash=PASSWORD_HASH,
        area_id=area.id if area else None, area_path=area.path if area else "/",
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    return account


def add_person(name: str, area: Area, sequence: int, **changes: object) -> Person:
    """Add a pensioner born on 1950-03-05 with one phone and one benefit."""
    birth = date(1950, 3, 5)
    number, phone = number_of(birth, sequence), f"1390000{sequence:04d}"
    person = Person(
        name=name, number_sealed=sealing.seal(number), number_index=sealing.index(number),
        masked_number=numbers.mask(number), sex="F" if sequence % 2 == 0 else "M",
        birth_on=birth, address=f"{area.name}测试小区{sequence}号楼1单元101",
        area_id=area.id, area_path=area.path, latitude=36.805, longitude=118.047,
        accuracy_m=20.0, datum="WGS84", location_source="test",
        created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    for key, value in changes.items():
        setattr(person, key, value)
    person.phones = [
        Phone(
            position=0,
            number_sealed=sealing.seal(phone),
            number_index=sealing.index(phone),
            masked=phones.mask(phone),
        )
    ]
    person.benefits = [Benefit(kind="retiree")]  # fmt: skip
    db.session.add(person)
    db.session.flush()
    return person


def build_city() -> City:
    """Build two districts with one street and two communities each, and who works there."""
    city = City()
    root = city.areas["city"] = add_area(None, "city", "测试市")
    for letter, name in (("a", "甲区"), ("b", "乙区")):
        district = city.areas[letter] = add_area(root, "district", name)
        street = city.areas[f"{letter}1"] = add_area(district, "street", f"{name}一街道")
        for number, word in ((1, "东"), (2, "西")):
            community = add_area(street, "community", f"{name}{word}社区")
            city.areas[f"{letter}1{number}"] = community
        db.session.add(Office(kind="office", name=f"{street.name}人社所", area_id=street.id))
        db.session.add(Office(kind="agency", name=f"{name}经办机构", area_id=district.id))
    _add_accounts(city)
    _add_people_and_visits(city)
    return city


ACCOUNTS = (
    ("worker1", Role.WORKER, "a11"), ("worker2", Role.WORKER, "a1"),
    ("worker9", Role.WORKER, "b11"), ("volunteer1", Role.VOLUNTEER, "a11"),
    ("office1", Role.OFFICE_MANAGER, "a1"), ("office9", Role.OFFICE_MANAGER, "b1"),
    ("agency1", Role.AGENCY_HANDLER, "a"), ("agency2", Role.AGENCY_CHECKER, "a"),
    ("agency3", Role.AGENCY_APPROVER, "a"), ("agency9", Role.AGENCY_CHECKER, "b"),
    ("city1", Role.CITY, "city"), ("auditor1", Role.AUDITOR, "city"),
    ("admin", Role.ADMINISTRATOR, "city"),
)  # fmt: skip


def _add_accounts(city: City) -> None:
    for username, role, area in ACCOUNTS:
        city.accounts[username] = add_account(username, role, city.areas[area])


def _add_people_and_visits(city: City) -> None:
    """Three pensioners in worker1's community, one next door, one in the other district."""
    places = ("a11", "a11", "a11", "a12", "b11")
    for sequence, place in enumerate(places, start=1):
        city.people.append(add_person(f"测试{sequence}号", city.areas[place], sequence))
    due = clock.now().date() + timedelta(days=30)
    for owner, people in (("worker1", city.people[:3]), ("worker9", city.people[4:])):
        manager = "office1" if owner == "worker1" else "office9"
        made = visits.make_visits(
            actor=city.actor(manager), person_ids=[person.id for person in people], due_on=due,
            worker_id=city.accounts[owner].id,
        )  # fmt: skip
        # Visits are made in the order of ids, which is by chance for people of one millisecond.
        by_person = {visit.person_id: visit for visit in made}
        city.visits += [by_person[person.id] for person in people]


def visit_of(city: City, person_id: UUID) -> Visit:
    """Return the visit that was made for a person."""
    return next(visit for visit in city.visits if visit.person_id == person_id)
