"""Whatever lawful acts follow each other, and in whichever order, verification stays sound.

A false alarm would stay in the journal for ever (`states_breached`), and destroy the trust in every
true one.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import City, number_of
from tests.integration.evidence.archive import Archive
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, newest_capture, rfc3339
from tests.integration.roster.workbooks import xlsx
from tests.phones import enrolled
from tests.unit.roster.town import HEAD, cells
from webapp import clock
from webapp.access.rules import Actor, Holder, Role
from webapp.areas import moves, register, removal
from webapp.areas.models import Area
from webapp.database.base import uuid7
from webapp.evidence.models import Capture
from webapp.evidence.recovery import reexamining, restoring
from webapp.evidence.review import review, taking_back
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.jobs import runner
from webapp.journal import queries as journal_queries
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.people import administration
from webapp.people import service as people
from webapp.people.models import Account, Device
from webapp.refusals import Refusal
from webapp.roster import placing
from webapp.roster.imports import file_imports, undoing
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.models import Person
from webapp.visits import contacts, marks, rescheduling
from webapp.visits import service as visits
from webapp.visits.models import ContactChange, Result, Visit
from webapp.visits.terms import TermChange

DAY = timedelta(days=1)
STEPS = 60
SEEDS = (1, 2, 3)
OUTCOMES: dict[str, dict[str, Any]] = {
    "eligible": {},
    "deceased": {"details": {"date": "2026-10-01", "source": "relative"}},
    "refused": {"details": {"words": "不给看"}},
    "moved_away": {"details": {"address": "济南", "informant": "邻居", "since": "2027-01-10"}},
}
CHANGES = [{"field": "address", "value": "测试小区9号楼"},
           {"field": "phone", "value": "13900009999"},
           {"field": "contact", "value": "测试邻居"}]  # fmt: skip


class Walk:
    """One office's year in random order; each act is its own transaction, as behind a door."""

    def __init__(self, client: FlaskClient, city: City, folder: Path, seed: int) -> None:
        self.client, self.city, self.folder = client, city, folder
        self.draw = random.Random(seed)
        self.seed = self.count = 0
        self.done: dict[str, int] = {}
        self.new_phone()

    def acts(self) -> list[Callable[[], object]]:
        return [
            self.report, self.report, self.report, self.attempt, self.decide, self.decide,
            self.take_back, self.dispatch, self.assign, self.cancel, self.change_term,
            self.decide_change, self.import_people, self.undo, self.move_area, self.rename_area,
            self.add_and_remove_area, self.place, self.lift, self.give_area, self.switch,
            self.new_phone, self.revoke, self.restore, self.reexamine, self.work_off,
            self.edit, self.savepoint, self.report, self.decide, self.import_people,
        ]  # fmt: skip

    def step(self) -> str:
        act = self.draw.choice(self.acts())
        try:
            act()
            db.session.commit()
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
        except Refusal as refusal:
            db.session.rollback()
            return f"{act.__name__}: {refusal.code}"
        return act.__name__

    def one(self, model: Any, *where: Any) -> Any:
        """Draw a row of a table; a refusal when there is none."""
        found = db.session.scalars(
            select(model).where(*where).order_by(*model.__table__.primary_key)
        ).all()
        if not found:
            raise Refusal("not_found")
        return self.draw.choice(found)

    def by(self, *names: str) -> Actor:
        """Draw who acts, with the duty of now."""
        account = db.session.scalars(
            select(Account).where(Account.username == self.draw.choice(names))
        ).one()
        holder = Holder.account(account.id)
        return Actor(holder, Role(account.role), account.name, account.area_path)

    # At the door

    def new_phone(self) -> None:
        db.session.rollback()
        worker = self.draw.choice(("worker1", "worker9"))
        if not db.session.get_one(Account, self.city.accounts[worker].id).is_active:
            raise Refusal("not_found")
        phone = enrolled(self.client, self.city, worker)
        self.worker_id = self.city.accounts[worker].id
        self.field = Fieldwork(self.client, self.city, phone, self.city.visits[0].id, "")
        self.archive = Archive(self.field)

    def go(self) -> Visit:
        visit = self.one(Visit, Visit.worker_id == self.worker_id)
        self.field.visit_id, self.field.subject_ref = visit.id, visit.subject_ref
        db.session.rollback()
        return visit

    def report(self) -> None:
        self.go()
        self.seed += 1
        outcome = self.draw.choice(list(OUTCOMES))
        data = jpeg(self.seed)
        self.field.phone.commit(self.field.record(data))
        capture = self.newest_sent()
        if self.draw.random() < 0.8:
            begun = self.field.begin(capture["capture_id"], data)
            if begun.status_code == 201:
                self.field.patch(begun.headers["Location"], 0, data)
        db.session.rollback()
        now = clock.now()
        attempt = {"attempt_id": str(uuid7()), "started_at": rfc3339(now), "met": "person",
                   "ended_at": rfc3339(now), "action": None, "note": "在家",
                   "position": {"lat": 36.8, "lon": 118.0, "accuracy_m": 9.5}}  # fmt: skip
        chosen = self.draw.sample(CHANGES, self.draw.randrange(3))
        body = self.field.phone.result(
            self.field.visit_id, outcome, captures=[capture], attempts=[attempt],
            contact_changes=chosen, decided_at=rfc3339(now), **OUTCOMES[outcome],
        )  # fmt: skip
        self.sent(self.field.phone.post("/results", body))

    def newest_sent(self) -> dict[str, str]:
        if db.session.scalar(select(Capture.id).limit(1)) is None:
            raise Refusal("not_found")
        capture = newest_capture()
        found = {"capture_id": str(capture.id), "record_sha256": capture.record_sha256}
        db.session.rollback()
        return found

    def sent(self, answer: Any) -> None:
        db.session.rollback()
        if answer.status_code >= 400:
            raise Refusal(answer.get_json()["code"])

    def attempt(self) -> None:
        visit_id = self.go().id
        at = rfc3339(clock.now() - DAY * self.draw.randrange(9))
        attempt = {"attempt_id": str(uuid7()), "started_at": at, "met": "phone_off",
                   "action": "rescheduled", "note": ""}  # fmt: skip
        body = {"visit_id": str(visit_id), "attempts": [attempt]}
        self.sent(self.field.phone.post("/attempts", body))

    # At the desk

    def decide(self) -> None:
        result = self.one(Result)
        decision = self.draw.choice(
            [review.Decision.ACCEPT, review.Decision.ACCEPT, review.Decision.RETURN,
             review.Decision.ASK_AGAIN]
        )  # fmt: skip
        review.decide(
            actor=self.by("office1", "office9", "agency2", "agency9"), result_id=result.id,
            decision=decision, words=self.draw.choice(("请重拍", "看清了")),
            code_seen=self.draw.choice((True, True, False)),
        )  # fmt: skip

    def take_back(self) -> None:
        taking_back.take_back(
            actor=self.by("office1", "office9", "agency2"), result_id=self.one(Result).id,
            reason="按错了",
        )  # fmt: skip

    def dispatch(self) -> None:
        chosen = {self.one(Person).id for _ in range(3)}
        visits.make_visits(
            actor=self.by("city1", "office1"), person_ids=list(chosen),
            due_on=clock.now().date() + 30 * DAY, note=self.draw.choice(("", "带手电")),
            worker_id=self.draw.choice((None, self.worker_id)),
        )  # fmt: skip

    def assign(self) -> None:
        worker = self.draw.choice(("worker1", "worker2", "worker9", "volunteer1"))
        visits.assign(
            actor=self.by("city1"), visit_ids=[self.one(Visit).id],
            worker_id=self.city.accounts[worker].id,
        )  # fmt: skip

    def cancel(self) -> None:
        visits.cancel(actor=self.by("city1"), visit_ids=[self.one(Visit).id], reason="迁走")

    def change_term(self) -> None:
        change = self.draw.choice(
            (TermChange(due_on=clock.now().date() + self.draw.randrange(60) * DAY),
             TermChange(drops_window=True))
        )  # fmt: skip
        rescheduling.change_terms(
            actor=self.by("city1"), visit_ids=[self.one(Visit).id, self.one(Visit).id],
            change=change, today=clock.now().date(),
        )  # fmt: skip

    def decide_change(self) -> None:
        contacts.decide_contact_change(
            actor=self.by("city1", "office1", "office9"), change_id=self.one(ContactChange).id,
            accept=self.draw.random() < 0.7,
        )  # fmt: skip

    def lift(self) -> None:
        marks.lift(actor=self.by("city1", "office1"), person_id=self.one(Person).id, reason="误报")

    # The roster and its areas

    def import_people(self) -> None:
        self.count += 1
        place = db.session.get_one(Area, self.city.areas["a11"].id)
        street = db.session.get_one(Area, place.parent_id)
        district = db.session.get_one(Area, street.parent_id)
        head = {"district": district.name, "street": street.name, "community": place.name}
        rows = []
        for _ in range(3):
            # Some are new, some known, and some of those live elsewhere now.
            order = self.draw.randrange(1, 9)
            rows.append(cells(
                serial=float(self.count), number=number_of(self.city.people[0].birth_on, order),
                name=f"测试{self.draw.choice('甲乙')}{order}", sex="女" if order % 2 == 0 else "男",
                address=f"{place.name}{self.draw.randrange(9)}号楼1单元101",
                phone=f"139053{self.draw.randrange(500):05d}", **head,
            ))  # fmt: skip
        db.session.rollback()
        path = xlsx(self.folder / f"{self.count}.xlsx", {"名单": [HEAD, *rows]})
        file_imports.import_path(path=path, dry_run=False)

    def undo(self) -> None:
        undoing.undo(import_id=self.one(RosterImport).id)

    def edit(self) -> None:
        """What the program may one day do to a person by hand, in two flushes."""
        person = self.one(Person)
        person.name, person.address = person.name + "改", "别处"
        db.session.flush()
        person.latitude = self.draw.choice((None, 36, 36.5))
        if person.phones:
            db.session.delete(person.phones[0])

    def savepoint(self) -> None:
        """An act of which a part is given up."""
        person = self.one(Person)
        person.name += "二"
        nested = db.session.begin_nested()
        person.name += "三"
        db.session.flush()
        nested.rollback()
        person.address = "新" + person.address

    def place(self) -> None:
        place = self.draw.choice(("a11", "a12", "b11"))
        placing.place_people(
            actor=self.by("city1"), person_ids=[self.one(Person).id],
            area_id=self.city.areas[place].id,
        )  # fmt: skip

    def move_area(self) -> None:
        name, parents = self.draw.choice(
            (("a11", ("a1", "b1")), ("a1", ("a", "b")), ("b11", ("a1", "b1")))
        )
        moves.move_area(
            actor=self.by("admin"), area_id=self.city.areas[name].id,
            parent_id=self.city.areas[self.draw.choice(parents)].id,
        )  # fmt: skip

    def rename_area(self) -> None:
        register.rename_area(
            actor=self.by("admin"), area_id=self.city.areas["a12"].id,
            name=f"新名{self.draw.randrange(99)}社区",
        )  # fmt: skip

    def add_and_remove_area(self) -> None:
        made = register.add_area(
            actor=self.by("admin"), parent_id=self.city.areas["a1"].id, name="临时社区", gb_code=""
        )
        db.session.commit()
        removal.remove_area(actor=self.by("admin"), area_id=made.id)

    # Accounts, phones and the machine

    def give_area(self) -> None:
        administration.give_area(
            actor=self.by("admin"), account=self.one(Account, Account.username == "worker2"),
            area_id=self.city.areas[self.draw.choice(("a1", "a11", "b"))].id,
        )  # fmt: skip

    def switch(self) -> None:
        administration.switch(
            actor=self.by("admin"), account=self.one(Account, Account.username == "worker2"),
            is_active=self.draw.random() < 0.5,
        )  # fmt: skip

    def revoke(self) -> None:
        device = self.one(Device, Device.kid != self.field.phone.kid)
        act = self.draw.choice((people.revoke_device, people.confirm_device))
        act(device=device, by=self.city.accounts["office1"].id)

    def restore(self) -> None:
        restoring.record_restore(held=None)

    def reexamine(self) -> None:
        for _ in reexamining.reexamine():
            db.session.commit()

    def work_off(self) -> None:
        db.session.rollback()
        runner.run_due()


@pytest.mark.parametrize("seed", SEEDS)
def test_lawful_acts_in_any_order_are_sound(
    client: FlaskClient, city: City, tmp_path: Path, seed: int
) -> None:
    db.session.commit()
    if seed % 2:
        states.ensure_baseline()
        db.session.commit()
    walk, trail = Walk(client, city, tmp_path, seed), []
    for number in range(STEPS):
        trail.append(walk.step())
        if number % 4 == 3 or number == STEPS - 1:
            db.session.rollback()
            db.session.expire_all()
            wrong = [f for f in verify_all().findings if not f.is_remark]
            assert wrong == [], trail
            db.session.rollback()
    assert list(journal_queries.entries_of(EntryType.STATES_BREACHED)) == [], trail
    assert len(walk.done) > 8, trail
