"""Dispatches the demo city's first visits, so that phone and desk have something to show."""

from datetime import timedelta

from webapp import clock
from webapp.demo.accounts import home_areas
from webapp.extensions import db
from webapp.people.models import Account
from webapp.people.rules import Actor, Role
from webapp.roster.models import Person
from webapp.visits import service as visits

# (worker, how many visits, days until they are due)
ROUNDS = (("worker1", 12, 5), ("worker1", 20, 30), ("worker1", 2, -3), ("worker2", 25, 20))


def actor_named(username: str) -> Actor:
    """Return a demo account as an actor."""
    account = db.session.scalars(db.select(Account).filter_by(username=username)).one()
    return Actor(account.id, Role(account.role), account.name, account.area_path)


def load_fieldwork() -> None:
    """Give the demo workers their first visits."""
    office, areas = actor_named("office1"), home_areas()
    community = areas["community"].path
    free = list(db.session.scalars(
        db.select(Person.id).where(Person.area_path.startswith(community)).order_by(Person.name)
    ))  # fmt: skip
    for username, count, days in ROUNDS:
        chosen, free = free[:count], free[count:]
        if not chosen:
            return
        visits.make_visits(
            actor=office, person_ids=chosen, due_on=clock.now().date() + timedelta(days=days),
            worker_id=actor_named(username).account_id, note="",
        )  # fmt: skip
