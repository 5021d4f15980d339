"""Who locks what, and in which order: two use cases never wait for each other in a circle.

PostgreSQL alone is asked, since SQLite has one writer at a time.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, media_item
from tests.integration.evidence.test_deliveries import (
    Piece,
    deliver,
    file_part,
    record_part,
    result_of,
    result_part,
    statuses,
)
from tests.phones import TestPhone, enrolled
from webapp.areas import moves, removal
from webapp.areas.models import Area
from webapp.evidence.models import Capture
from webapp.evidence.review import review
from webapp.evidence.review.review import Decision
from webapp.extensions import db
from webapp.jobs import runner
from webapp.journal.service import WRITER_LOCK
from webapp.people import service as people
from webapp.people.models import Device
from webapp.visits import contacts, service
from webapp.visits.models import ContactChange, Result

ORDER = ("device", "visit", "capture", "counter", "journal")
LOCKS = (
    ("device", re.compile(r"FROM device\b.*FOR NO KEY UPDATE|UPDATE device ", re.DOTALL)),
    ("visit", re.compile(r"FROM visit\b.*FOR NO KEY UPDATE|UPDATE visit ", re.DOTALL)),
    ("capture", re.compile(r"FROM capture\b.*FOR NO KEY UPDATE|UPDATE capture ", re.DOTALL)),
    (
        "counter",
        re.compile(r"UPDATE change_counter|FROM change_counter\b.*FOR NO KEY UPDATE", re.DOTALL),
    ),
    ("journal", re.compile("pg_advisory_xact_lock")),
)


@pytest.fixture(params=["postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Only PostgreSQL."""
    return str(request.getfixturevalue("migrated_postgresql"))


@pytest.fixture
def phone(client: FlaskClient, city: City) -> TestPhone:
    """A phone of worker1."""
    return enrolled(client, city)


@contextmanager
def watched(app: APIFlask) -> Iterator[list[list[str]]]:
    """Collect, transaction by transaction, the locks in the order in which they were taken."""
    taken: list[list[str]] = [[]]

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        assert "FOR UPDATE" not in statement.replace("FOR UPDATE SKIP LOCKED", "")
        for name, pattern in LOCKS:
            if pattern.search(statement) and name not in taken[-1]:
                taken[-1].append(name)

    def end(_connection: object) -> None:
        taken.append([])

    names = (("before_cursor_execute", note), ("commit", end), ("rollback", end))
    for name, function in names:
        event.listen(db.engine, name, function)
    yield taken
    for name, function in names:
        event.remove(db.engine, name, function)


def assert_ordered(taken: list[list[str]], *needed: str) -> None:
    """Check every transaction, and that the one that was meant took its locks at all."""
    for locks in taken:
        assert locks == sorted(locks, key=ORDER.index), taken
    assert any(set(needed) <= set(locks) for locks in taken), taken


def captured(phone: TestPhone, city: City) -> dict[str, str]:
    """Commit a record of the first visit; return how a result names it."""
    visit, picture = city.visits[0], jpeg()
    body, raw = phone.record(visit.id, visit.subject_ref, picture, media=[media_item(picture)])
    assert phone.commit(raw).status_code == 201
    phone.upload(body["capture_id"], picture)
    return {"capture_id": body["capture_id"], "record_sha256": phone.prev}


def reported(phone: TestPhone, city: City) -> Result:
    """Post an eligible result with a proposal on the first visit."""
    named = captured(phone, city)
    body = phone.result(
        city.visits[0].id, "eligible", captures=[named],
        contact_changes=[{"field": "address", "value": "新住址"}],
    )  # fmt: skip
    assert phone.post("/results", body).status_code == 201
    return db.session.scalars(select(Result)).one()


def test_a_record_and_its_file(app: APIFlask, phone: TestPhone, city: City) -> None:
    with watched(app) as taken:
        captured(phone, city)
    assert_ordered(taken, "device", "journal")
    assert_ordered(taken, "capture", "journal")


def test_a_result_locks_its_captures_before_the_journal(
    app: APIFlask, phone: TestPhone, city: City
) -> None:
    with watched(app) as taken:
        reported(phone, city)
    assert_ordered(taken, "visit", "capture", "counter", "journal")


def test_renditions(app: APIFlask, phone: TestPhone, city: City) -> None:
    captured(phone, city)
    db.session.rollback()
    with watched(app) as taken:
        assert runner.run_due() >= 1
    assert_ordered(taken, "capture", "journal")
    assert db.session.scalars(select(Capture)).one().media[0].inspection is not None


def test_attempts(app: APIFlask, phone: TestPhone, city: City) -> None:
    body = {"visit_id": str(city.visits[0].id), "attempts": [{
        "attempt_id": "0198a000-0000-7000-8000-000000000001", "met": "nobody_home",
        "started_at": "2026-11-20T01:00:00Z"}]}  # fmt: skip
    with watched(app) as taken:
        assert phone.post("/attempts", body).status_code == 200
    assert_ordered(taken, "visit", "counter")


def test_a_review(app: APIFlask, phone: TestPhone, city: City) -> None:
    result = reported(phone, city)
    with watched(app) as taken:
        review.decide(actor=city.actor("office1"), result_id=result.id, code_seen=None,
                      decision=Decision.ACCEPT, words="没有现场号码")  # fmt: skip
        db.session.commit()
    assert_ordered(taken, "visit", "counter", "journal")


def test_a_correction(app: APIFlask, phone: TestPhone, city: City) -> None:
    reported(phone, city)
    change = db.session.scalars(select(ContactChange)).one()
    with watched(app) as taken:
        contacts.decide_contact_change(
            actor=city.actor("office1"), change_id=change.id, accept=True
        )
        db.session.commit()
    assert_ordered(taken, "visit", "counter")


def test_handing_over_and_cancelling(app: APIFlask, city: City) -> None:
    ids = [visit.id for visit in city.visits[:3]]
    with watched(app) as taken:
        service.assign(actor=city.actor("office1"), visit_ids=ids,
                       worker_id=city.accounts["volunteer1"].id)  # fmt: skip
        db.session.commit()
        service.cancel(actor=city.actor("office1"), visit_ids=ids, reason="重复")
        db.session.commit()
    assert_ordered(taken, "visit", "counter")


def test_a_moved_area(app: APIFlask, phone: TestPhone, city: City) -> None:
    reported(phone, city)
    with watched(app) as taken:
        move(city)
    assert_ordered(taken, "visit", "capture", "journal")


def move(city: City) -> None:
    """Let an area with everything in it lie under another one."""
    moves.move_area(
        actor=city.actor("city1"), area_id=city.areas["a1"].id, parent_id=city.areas["b"].id
    )
    db.session.commit()


def remove(city: City) -> None:
    """Remove an area in which nothing lies."""
    removal.remove_area(actor=city.actor("admin"), area_id=city.areas["empty"].id)
    db.session.commit()


WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def wait_for_waiter() -> None:
    """Return when another connection waits for a lock."""
    with db.engine.connect() as watching:
        for _ in range(600):
            if watching.scalar(text(WAITS)):
                return
            watching.rollback()
            watching.execute(text("SELECT pg_sleep(0.05)"))
    raise AssertionError("nobody waits")


@pytest.mark.parametrize(
    ("act", "lock"),
    [
        (move, "SELECT id FROM capture FOR NO KEY UPDATE"),
        (move, "SELECT id FROM visit FOR NO KEY UPDATE"),
        (remove, "SELECT id FROM area WHERE name = 'empty' FOR KEY SHARE"),
    ],
)
def test_an_act_on_areas_and_a_phones_work_do_not_wait_in_a_circle(
    app: APIFlask, phone: TestPhone, city: City, act: Callable[[City], None], lock: str
) -> None:
    """Whoever has locked his rows gets the journal, whatever waits for the rows."""
    reported(phone, city)
    a1 = city.areas["a1"]
    city.areas["empty"] = Area(
        id=99_001, parent_id=a1.parent_id, level=a1.level, name="empty", path=f"{a1.path}x/"
    )
    db.session.add(city.areas["empty"])
    db.session.commit()

    def acting() -> None:
        with app.app_context():
            act(city)

    with ThreadPoolExecutor(1) as threads, db.engine.connect() as other:
        other.execute(text("SET LOCAL lock_timeout = '30s'"))
        assert other.execute(text(lock)).all()
        done = threads.submit(acting)
        wait_for_waiter()
        other.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
        other.commit()
        done.result(60)


def test_a_revocation(app: APIFlask, phone: TestPhone, city: City) -> None:
    device = db.session.get_one(Device, phone.kid)
    with watched(app) as taken:
        people.revoke_device(device=device, by=city.accounts["admin"].id)
        db.session.commit()
    assert_ordered(taken, "device", "journal")


def is_taken(statement: str) -> bool:
    """Say whether another connection finds the row locked."""
    with db.engine.connect() as other:
        try:
            other.execute(text(statement))
        except OperationalError:
            return True
    return False


@pytest.mark.parametrize("move", [service.assign, service.cancel])
def test_a_result_waits_while_its_visit_is_moved(
    app: APIFlask, city: City, move: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the status that the result gives would be set back by what was read before."""
    seen = []
    read = service.visits_in_duty

    def reading(**wanted: object) -> object:
        found = read(**wanted)  # type: ignore[arg-type]
        lock = f"SELECT id FROM visit WHERE id = '{city.visits[0].id}' FOR NO KEY UPDATE NOWAIT"
        seen.append(is_taken(lock))
        return found

    monkeypatch.setattr(service, "visits_in_duty", reading)
    rest = {"worker_id": city.accounts["worker1"].id} if move is service.assign else {"reason": "x"}
    move(actor=city.actor("office1"), visit_ids=[city.visits[0].id], **rest)
    assert seen == [True]


def test_offices_that_dispatch_at_once_take_turns(app: APIFlask, city: City) -> None:
    """The second one sees what the first one made, so that nobody is sent two workers."""
    with watched(app) as taken:
        service.make_visits(actor=city.actor("office1"), person_ids=[city.people[0].id],
                            due_on=city.visits[0].due_on)  # fmt: skip
    assert "counter" in taken[0]
    lock = "SELECT value FROM change_counter WHERE name = 'visits' FOR UPDATE NOWAIT"
    assert is_taken(lock)


def two_visits(field: Fieldwork) -> list[Piece]:
    """Return two visits as one delivery, the results of the later visit first."""
    low, high = sorted(field.city.visits[:2], key=lambda visit: visit.id)
    parts: list[Piece] = []
    results = []
    for seed, visit in enumerate((low, high)):
        field.visit_id, field.subject_ref = visit.id, visit.subject_ref
        raw = field.record(jpeg(seed))
        parts += [record_part(field, raw), file_part(jpeg(seed))]
        results.append(result_part(result_of(field, raw)))
    return [*parts, *reversed(results)]


@pytest.fixture
def field(client: FlaskClient, city: City, phone: TestPhone) -> Fieldwork:
    """The phone of worker1 at the first visit."""
    return Fieldwork(client, city, phone, city.visits[0].id, city.visits[0].subject_ref)


def test_a_delivery_locks_what_all_its_parts_change_first(app: APIFlask, field: Fieldwork) -> None:
    earlier = field.record(jpeg(7))
    assert field.phone.commit(earlier).status_code == 201
    db.session.rollback()
    parts = two_visits(field)
    with watched(app) as taken:
        answer = deliver(field, *parts[:2], file_part(jpeg(7)), *parts[2:])
    assert statuses(answer) == [201] * 7, answer.text
    assert_ordered(taken, "device", "capture", "journal")
    assert_ordered(taken, "visit", "capture", "counter", "journal")


@pytest.mark.parametrize("place", [0, 1])
def test_a_delivery_and_an_ordinary_call_do_not_wait_in_a_circle(
    app: APIFlask, field: Fieldwork, place: int
) -> None:
    """Whoever has one of its visits gets the other one and the journal."""
    visits = sorted(visit.id for visit in field.city.visits[:2])
    parts = two_visits(field)
    db.session.rollback()

    def delivering() -> list[int]:
        with app.app_context():
            return statuses(deliver(field, *parts))

    with ThreadPoolExecutor(1) as threads, db.engine.connect() as other:
        other.execute(text("SET LOCAL lock_timeout = '30s'"))
        lock = "SELECT id FROM visit WHERE id = '{}' FOR NO KEY UPDATE"
        other.execute(text(lock.format(visits[place])))
        done = threads.submit(delivering)
        wait_for_waiter()
        if place == 0:
            other.execute(text(lock.format(visits[1])))
        other.execute(text("UPDATE change_counter SET value = value"))
        other.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
        other.commit()
        assert done.result(60) == [201] * 6
