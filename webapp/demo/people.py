"""Invents pensioners in bulk: names, unassigned numbers, addresses and places (domain §7)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from webapp import clock, sealing
from webapp.areas.models import Area
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.roster.cells import numbers, phones
from webapp.roster.models import Benefit, Contact, Person, Phone

SURNAMES = "王李张刘陈孙于高孟翟邢赵周吴徐马朱胡郭林"
COMPOUND_SURNAMES = ("欧阳", "司马", "诸葛")
WOMEN = ("秀英", "桂英", "秀兰", "玉兰", "桂兰", "英", "爱华", "凤英", "淑珍", "春梅")
MEN = ("建国", "建华", "国华", "明", "德明", "军", "勇", "伟", "永福", "长海")
RELATIONS = ("子", "女", "老伴", "邻居")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BATCH = 5_000
AT_HOME = 70

# Boxes of the districts in WGS-84: west, east, south, north (domain §3.7).
BOXES = {
    "张店": (117.924, 118.202, 36.711, 36.915), "淄川": (117.691, 118.247, 36.374, 36.756),
    "博山": (117.717, 118.208, 36.274, 36.595), "临淄": (118.107, 118.491, 36.644, 37.004),
    "周村": (117.685, 117.973, 36.654, 36.894), "桓台": (117.837, 118.177, 36.863, 37.104),
    "高青": (117.547, 118.067, 37.064, 37.284), "沂源": (117.902, 118.522, 35.926, 36.394),
}  # fmt: skip
CITY_BOX = (117.95, 118.15, 36.72, 36.90)
SHARE = {"张店": 34, "临淄": 15, "淄川": 14, "博山": 14, "周村": 8, "桓台": 7, "沂源": 5, "高青": 3}
AGE_BANDS = ((50, 59, 22), (60, 69, 41), (70, 79, 25), (80, 89, 10), (90, 99, 2))


@dataclass(frozen=True)
class Community:
    """Where an invented person may live; `centre` is (latitude, longitude) in WGS-84."""

    area_id: int
    path: str
    name: str
    street: str
    district: str
    centre: tuple[float, float]


def communities(rng: random.Random) -> list[Community]:
    """Return every community of the city, each with an invented centre in its district's box."""
    areas = {area.id: area for area in db.session.scalars(db.select(Area))}
    found = []
    for area in areas.values():
        if area.level != "community" or area.parent_id is None:
            continue
        street = areas[area.parent_id]
        district = areas[street.parent_id].name if street.parent_id else ""
        west, east, south, north = BOXES.get(district[:2], CITY_BOX)
        centre = (rng.uniform(south, north), rng.uniform(west, east))
        found.append(Community(area.id, area.path, area.name, street.name, district, centre))
    return found


def load_people(*, count: int, home_area_id: int, seed: int = 7) -> Iterator[int]:
    """Write `count` invented pensioners in batches; yield how many are written so far.

    The first `AT_HOME` of them live in one community, so that its worker has a day's work.
    """
    rng = random.Random(seed)  # noqa: S311 - invented people need no secret randomness.
    places = communities(rng)
    weights = [SHARE.get(place.district[:2], 2) for place in places]
    sequence: dict[tuple[date, bool], int] = {}
    at = clock.now()
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        homes = rng.choices(places, weights, k=size)
        if start == 0:
            home = next(place for place in places if place.area_id == home_area_id)
            homes[:AT_HOME] = [home] * min(AT_HOME, size)
        _write([_invent(rng, home, sequence, at) for home in homes])
        yield start + size


@dataclass(frozen=True)
class Invented:
    """The rows of one invented person."""

    person: dict[str, Any]
    phone: dict[str, Any]
    contact: dict[str, Any] | None
    benefit: dict[str, Any]


def _invent(
    rng: random.Random, home: Community, sequence: dict[tuple[date, bool], int], at: datetime
) -> Invented:
    birth, is_woman = _birth(rng), rng.random() < 0.55
    number = _number(birth, is_woman, sequence)
    person_id, phone = uuid7(), f"1{rng.choice('3578')}9{rng.randrange(10**8):08d}"
    has_place = rng.random() >= 0.08
    person = {
        "id": person_id, "name": _name(rng, is_woman), "doc_type": "resident",
        "number_sealed": sealing.seal(number), "number_index": sealing.index(number),
        "masked_number": numbers.mask(number), "sex": "F" if is_woman else "M",
        "birth_on": birth, "address": _address(rng, home), "area_id": home.area_id,
        "area_path": home.path, "reported_status": "normal",
        "latitude": rng.gauss(home.centre[0], 0.002) if has_place else None,
        "longitude": rng.gauss(home.centre[1], 0.0025) if has_place else None,
        "accuracy_m": 25.0 if has_place else None, "datum": "WGS84" if has_place else None,
        "location_source": "demo" if has_place else None, "created_at": at, "updated_at": at,
    }  # fmt: skip
    return Invented(
        person, _phone_row(person_id, phone), _contact_row(rng, person_id),
        {"person_id": person_id, "kind": "dependant" if rng.random() < 0.04 else "retiree",
         "reported_status": "normal", "employer": "测试单位"},
    )  # fmt: skip


def _phone_row(person_id: object, phone: str) -> dict[str, Any]:
    return {
        "person_id": person_id, "position": 0, "number_sealed": sealing.seal(phone),
        "number_index": sealing.index(phone), "masked": phones.mask(phone),
    }  # fmt: skip


def _contact_row(rng: random.Random, person_id: object) -> dict[str, Any] | None:
    if rng.random() < 0.5:
        return None
    phone = f"1589{rng.randrange(10**7):07d}"
    return {"person_id": person_id, "name": _name(rng, rng.random() < 0.5),
            "relation": rng.choice(RELATIONS), "phone_sealed": sealing.seal(phone)}  # fmt: skip


def _birth(rng: random.Random) -> date:
    low, high, _ = rng.choices(AGE_BANDS, [band[2] for band in AGE_BANDS])[0]
    year = clock.now().year - rng.randint(low, high)
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def _number(birth: date, is_woman: bool, sequence: dict[tuple[date, bool], int]) -> str:
    """Return the next free number of that day; 370399 is assigned to nobody.

    The day's first are 000 and 001, then 998 and 999 and downwards: a workbook of invented people
    that somebody tries on the demo city should hardly ever meet the same number there.
    """
    step = sequence[birth, is_woman] = sequence.get((birth, is_woman), -1) + 1
    order = ((0 if is_woman else 1) - step * 2) % 1000
    body = f"370399{birth:%Y%m%d}{order:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def _name(rng: random.Random, is_woman: bool) -> str:
    surname = rng.choice(COMPOUND_SURNAMES) if rng.random() < 0.02 else rng.choice(SURNAMES)
    return surname + rng.choice(WOMEN if is_woman else MEN)


def _address(rng: random.Random, home: Community) -> str:
    house = (
        f"{rng.randint(1, 40)}号楼{rng.randint(1, 5)}单元{rng.randint(1, 6)}0{rng.randint(1, 4)}"
    )
    return f"{home.street}{home.name}测试小区{house}"


def _write(batch: Sequence[Invented]) -> None:
    db.session.execute(insert(Person), [row.person for row in batch])
    db.session.execute(insert(Phone), [row.phone for row in batch])
    # An empty list would be read as one row of nothing but defaults.
    if contacts := [row.contact for row in batch if row.contact]:
        db.session.execute(insert(Contact), contacts)
    db.session.execute(insert(Benefit), [row.benefit for row in batch])
