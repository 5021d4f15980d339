"""States stay bound to acts whatever is undone on the way: random parts within one transaction."""

from random import Random

import pytest

from tests.builders import City
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal import queries, states
from webapp.journal.rules import EntryType
from webapp.packs import changes


class UndoneError(Exception):
    """A part of the transaction is taken back."""


def act(random: Random, city: City, depth: int = 0) -> None:
    """Do something lawful: change visits, settle or not, in savepoints that hold or do not."""
    for _ in range(random.randint(1, 3)):
        match random.choice(["change", "settle", "inner"]):
            case "change":
                visit = random.choice(city.visits)
                visit.note = f"{random.random()}"
                changes.touch([visit])
                db.session.flush()
            case "settle":
                states.settle()
            case _ if depth < 2:
                within_savepoint(random, city, depth)


def within_savepoint(random: Random, city: City, depth: int) -> None:
    try:
        with db.session.begin_nested():
            act(random, city, depth + 1)
            if random.random() < 0.5:
                raise UndoneError
    except UndoneError:
        pass


@pytest.mark.parametrize("seed", range(12))
def test_no_lawful_act_is_ever_called_a_breach(city: City, seed: int) -> None:
    random = Random(seed)
    for _ in range(6):
        act(random, city)
        db.session.commit()
        db.session.expire_all()
    assert list(queries.entries_of(EntryType.STATES_BREACHED)) == []
    assert [one for one in verify_all().findings if not one.is_remark] == []
