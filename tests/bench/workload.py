"""Gives a served demo city work for phones: visits in bulk, enrolled phones, promised files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import insert

from tests.bench.stage import program
from tests.bench.wire import WireClient
from tests.e2e.server import PASSWORD, LiveServer
from tests.phones import TestPhone
from webapp import clock
from webapp.database import uuid7
from webapp.extensions import db
from webapp.people.models import Account
from webapp.roster.models import Person
from webapp.visits import changes
from webapp.visits.models import Visit
from webapp.visits.service import subject_ref


def give_visits(server: LiveServer, username: str, count: int) -> None:
    """Give a worker one visit to each of the city's first `count` people, wherever they live."""
    with program(server.data_dir):
        worker = db.session.scalars(db.select(Account).filter_by(username=username)).one()
        number = changes.next_change_no()
        people = db.session.execute(
            db.select(Person.id, Person.area_path).order_by(Person.id).limit(count)
        ).all()
        if len(people) < count:
            raise ValueError(f"the city has {len(people)} people, {count} are wanted")
        db.session.execute(insert(Visit), [
            _visit(worker, person_id, path, number, day % 60)
            for day, (person_id, path) in enumerate(people)
        ])  # fmt: skip
        db.session.commit()


def _visit(worker: Account, person_id: UUID, path: str, number: int, days: int) -> dict[str, Any]:
    at = clock.now()
    return {
        "id": uuid7(), "kind": "home", "person_id": person_id, "area_path": path,
        "worker_id": worker.id, "subject_ref": subject_ref(person_id), "status": "assigned",
        "due_on": at.date() + timedelta(days=days), "note": "", "assigned_at": at,
        "created_at": at, "created_by": worker.id, "change_no": number,
    }  # fmt: skip


def enrolled(url: str, username: str = "worker1") -> TestPhone:
    """Return a phone that enrolled over the line at `url`."""
    client = cast(FlaskClient, WireClient(url))
    return TestPhone(client, username, PASSWORD).enrol()


@dataclass(frozen=True)
class Promise:
    """A file that a committed record promises; the server takes no other."""

    capture_id: str
    sha256: str
    content: bytes


def promise(phone: TestPhone, contents: Sequence[bytes]) -> list[Promise]:
    """Commit one record for each of `contents` and return what may be uploaded then."""
    visit = phone.get("/pack").get_json()["visits"][0]
    promises = []
    for content in contents:
        body, raw = phone.record(visit["visit_id"], visit["subject_ref"], content)
        answer = phone.commit(raw)
        if answer.status_code != 201:
            raise RuntimeError(f"a record was not taken: {answer.status_code} {answer.text[:300]}")
        sha256 = hashlib.sha256(content).hexdigest()
        promises.append(Promise(body["capture_id"], sha256, content))
    return promises
