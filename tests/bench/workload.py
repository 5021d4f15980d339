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
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.packs import changes
from webapp.people.models import Account
from webapp.roster.models import Person
from webapp.visits.models import Visit
from webapp.visits.rules import ON_PHONE_STATUSES
from webapp.visits.service import subject_ref


def give_visits(server: LiveServer, username: str, count: int) -> None:
    """Give a worker visits until `count` are open, wherever in the city the people live."""
    with program(server.data_dir, server.environ.get("ANZAI_DATABASE_URL")):
        worker = db.session.scalars(db.select(Account).filter_by(username=username)).one()
        open_ones = db.select(Visit.person_id).where(
            Visit.worker_id == worker.id, Visit.status.in_(ON_PHONE_STATUSES)
        )
        missing = count - len(list(db.session.scalars(open_ones)))
        people = db.session.execute(
            db.select(Person.id, Person.area_path)
            .where(Person.id.not_in(open_ones))
            .order_by(Person.id)
            .limit(max(missing, 0))
        ).all()
        if len(people) < missing:
            raise ValueError(f"the city has {len(people)} people left, {missing} are wanted")
        number = changes.next_change_no()
        rows = [
            _visit(worker, row.id, row.area_path, number, n % 60) for n, row in enumerate(people)
        ]
        if rows:
            db.session.execute(insert(Visit), rows)
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
