"""The demo city's fieldwork: visits under way, results to review, and last year's pictures."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import Select, select

from webapp import clock
from webapp.access.rules import Actor, Holder, Role
from webapp.areas.duty import lies_in
from webapp.config import settings
from webapp.demo import accounts
from webapp.demo.accounts import home_areas
from webapp.demo.phone import Phone
from webapp.demo.scenes import SCENES, play
from webapp.evidence.review import review
from webapp.extensions import db
from webapp.people.models import Account
from webapp.roster.models import Person
from webapp.visits import service as visits
from webapp.visits.models import Result, Visit

# (worker, how many visits, days until they are due)
ROUNDS = (("worker1", 3, -3), ("worker1", 9, 4), ("worker1", 14, 30), ("worker2", 12, 20),
          ("volunteer1", 6, 14))  # fmt: skip
LAST_YEAR = timedelta(days=330)


def actor_named(username: str) -> Actor:
    """Return a demo account as an actor."""
    account = db.session.scalars(db.select(Account).filter_by(username=username)).one()
    return Actor(Holder.account(account.id), Role(account.role), account.name, account.area_path)


def load_fieldwork() -> Iterator[str]:
    """Play a year of fieldwork; yields what has been done, for whoever waits.

    Phones are enrolled, records signed and files uploaded through the API, so that the demo's
    evidence is as checkable as any.
    """
    people = list(db.session.scalars(_people_at_home()))
    shown = people[: len(SCENES)]
    with clock.freeze(clock.now() - LAST_YEAR):
        _last_year(shown)
    yield "去年的走访 last year's visits"
    with clock.freeze(clock.now() - timedelta(days=2)):
        phone = _phone("worker1", "演示手机（王秋兰）")
        made = _dispatch("worker1", shown, days=8)
    morning = clock.now().replace(hour=1, minute=20, second=7) - timedelta(days=1)
    for step, (visit, scene) in enumerate(zip(made, SCENES, strict=False)):
        with clock.freeze(morning + step * timedelta(minutes=23, seconds=41)):
            play(phone, visit, scene)
        yield scene.name
    rest = people[len(SCENES) :]
    for username, count, days in ROUNDS:
        chosen, rest = rest[:count], rest[count:]
        _dispatch(username, chosen, days=days)
    yield "派发 dispatched"


def _people_at_home() -> "Select[Person]":
    path = home_areas()["community"].path
    return select(Person).where(lies_in(Person.area_path, path)).order_by(Person.address)


def _last_year(shown: Sequence[Person]) -> None:
    """Visit the first people a year ago and accept what was found: that gives old pictures."""
    phone = _phone("worker2", "演示手机（李建军，去年）")
    reviewer = actor_named("office1")
    for visit in _dispatch("worker2", shown[:6], days=20):
        result_id = play(phone, visit, SCENES[0])
        db.session.expire_all()
        result = db.session.get_one(Result, result_id)
        review.decide(
            actor=reviewer, result_id=result.id, decision=review.Decision.ACCEPT, words="",
            code_seen=True,
        )  # fmt: skip
        db.session.flush()


def _dispatch(username: str, people: Sequence[Person], *, days: int) -> list[Visit]:
    ids: list[UUID] = [person.id for person in people]
    if not ids:
        return []
    made = visits.make_visits(
        actor=actor_named("office1"), person_ids=ids, worker_id=actor_named(username).account_id,
        due_on=clock.now().date() + timedelta(days=days),
    )  # fmt: skip
    order = {person_id: place for place, person_id in enumerate(ids)}
    return sorted(made, key=lambda visit: order[visit.person_id])


def _phone(username: str, name: str) -> Phone:
    client: FlaskClient = current_app.test_client()
    chosen = settings().demo_password or accounts.password()
    return Phone(client, username, chosen, name=name).enrol()
