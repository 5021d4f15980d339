"""Width, spaces and the dots of names make no difference to who is found."""

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from tests.builders import City
from webapp.extensions import db
from webapp.roster import people_search
from webapp.roster.models import Person

STORED = [
    ("李木瓜", "沁园社区１２号楼３单元５０２（后院）"), ("欧阳建国", "沁园社区 5号楼 B座"),
    ("阿依古丽·买买提", "沁园社区13号楼3单元"), ("王 𫖯", "沁园社区７－１,　东户"),
]  # fmt: skip
SEARCHES = [
    ("12号楼3单元", 0), ("１２号楼", 0), ("（后院）", 0), ("(后院)", 0),
    ("5号楼B座", 1), ("Ｂ座", 1),
    ("欧阳 建国", 1), ("阿依古丽•买买提", 2), ("阿依古丽.买买提", 2), ("阿依古丽．买买提", 2),
    ("古丽・买", 2), ("王𫖯", 3), ("7-1,东户", 3), ("3单元 502", 0),
]  # fmt: skip


@pytest.mark.parametrize(("words", "at"), SEARCHES)
def test_one_person_is_found_however_the_words_are_written(
    app: APIFlask, city: City, words: str, at: int
) -> None:
    assert app.name
    for person, (name, address) in zip(city.people, STORED, strict=False):
        person.name, person.address = name, address
    db.session.flush()
    found = db.session.scalars(select(Person.id).where(people_search.means(words))).all()
    assert found == [city.people[at].id]


@pytest.mark.parametrize("words", ["%", "_号楼", "12_楼", "楼号12", "李*瓜"])
def test_signs_are_no_wildcards(app: APIFlask, city: City, words: str) -> None:
    assert app.name
    city.people[0].name, city.people[0].address = STORED[0]
    db.session.flush()
    mine = Person.id == city.people[0].id
    assert not db.session.scalars(select(Person.id).where(people_search.means(words), mine)).all()
