"""A small archive that has a row of every kind, made through the program's own doors."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, rfc3339
from tests.phones import enrolled
from webapp import clock
from webapp.access.rules import Role
from webapp.database.base import uuid7
from webapp.evidence.archive import viewing
from webapp.evidence.aside import settling
from webapp.evidence.export import packaging
from webapp.evidence.models import Capture, Media
from webapp.evidence.review import review, taking_back
from webapp.extensions import db
from webapp.jobs import runner
from webapp.journal import service as journal
from webapp.oversight import verifying
from webapp.people import acts, administration
from webapp.people import service as people
from webapp.people.models import Device
from webapp.visits import contacts, occasions, rescheduling
from webapp.visits.kinds import OccasionKind
from webapp.visits.models import ContactChange, ReportAside, Result
from webapp.visits.terms import TermChange

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Archive:
    """Builds the archive of one worker's day and an office's answers to it."""

    field: Fieldwork

    @property
    def city(self) -> City:
        """The city in which it happens."""
        return self.field.city

    def go_to(self, number: int) -> None:
        """Stand at the door of one of the city's visits."""
        visit = self.city.visits[number]
        self.field.visit_id, self.field.subject_ref = visit.id, visit.subject_ref

    def photo(self, seed: int, **changes: Any) -> dict[str, str]:
        """Take and send a photo under a ticket and its challenge; name it as a result does."""
        capture_id = self.field.answered(jpeg(seed), **changes)
        record_sha256 = db.session.get_one(Capture, UUID(capture_id)).record_sha256
        db.session.rollback()
        return {"capture_id": capture_id, "record_sha256": record_sha256}

    def report(self, *captures: dict[str, str], **changes: Any) -> UUID:
        """Send a result on these captures, with one attempt; return its id."""
        now = clock.now()
        attempt = {"attempt_id": str(uuid7()), "started_at": rfc3339(now - HOUR / 4),
                   "ended_at": rfc3339(now), "met": "person", "action": None, "note": "在家",
                   "position": {"lat": 36.8, "lon": 118.0, "accuracy_m": 9.5}}  # fmt: skip
        body = self.field.phone.result(
            self.field.visit_id, "eligible", captures=list(captures), attempts=[attempt],
            decided_at=rfc3339(now), **changes,
        )  # fmt: skip
        answer = self.field.phone.post("/results", body)
        assert answer.status_code in {201, 409}, answer.text
        # The request reads on after its commit when it refuses; in a server its end closes that.
        db.session.rollback()
        return UUID(body["result_id"])

    def decide(self, result_id: UUID, decision: review.Decision, words: str = "") -> None:
        """Let the office decide a result."""
        is_accepted = decision is review.Decision.ACCEPT
        review.decide(
            actor=self.city.actor("office1"), result_id=result_id, decision=decision,
            words=words, code_seen=True if is_accepted else None,
        )  # fmt: skip
        db.session.commit()


def build_archive(client: FlaskClient, city: City) -> None:
    """Fill the database: accepted, returned and rival results, refused things, looks, phones."""
    _accounts(city)
    phone = enrolled(client, city)
    archive = Archive(Fieldwork(client, city, phone, city.visits[0].id, ""))
    _accepted(archive)
    archive.go_to(1)
    returned = archive.report(archive.photo(2), note="门口有狗")
    runner.run_due()
    archive.decide(returned, review.Decision.RETURN, "请重拍，看不清脸")
    _together(archive)
    _rivals(archive)
    _refused(archive)
    _phones(archive)
    _looks(archive)
    later = TermChange(due_on=city.visits[-1].due_on + 7 * DAY)
    rescheduling.change_terms(
        actor=city.actor("office9"), visit_ids=[city.visits[-1].id], change=later,
        today=clock.now().date(),
    )  # fmt: skip
    packaging.announce(packaging.prepare(visit_id=city.visits[0].id))
    journal.store_checkpoint()
    verifying.start(actor=city.actor("auditor1"))
    db.session.commit()
    runner.run_due()


def _accounts(city: City) -> None:
    """Accounts from before they were journaled, one made since, one with a given password."""
    acts.record_all_once()
    admin, by = city.actor("admin"), city.accounts["admin"].id
    area = city.areas["a"]
    people.create_account(username="checker2", name="测试复核", role=Role.AGENCY_CHECKER,
                          password="k7-tianqi-baicai", area_id=area.id, area_path=area.path,
                          by=by)  # fmt: skip
    agency = city.accounts["agency2"]
    people.set_password(account=agency, password="k8-tianqi-baicai", by=by, is_own=False)
    people.set_password(account=agency, password="k9-tianqi-baicai", by=agency.id, is_own=True)
    administration.replace_password(actor=admin, account=city.accounts["agency1"])
    administration.switch(actor=admin, account=city.accounts["agency9"], is_active=False)
    administration.give_area(
        actor=admin, account=city.accounts["office9"], area_id=city.areas["b"].id
    )
    db.session.commit()


def _accepted(archive: Archive) -> None:
    archive.go_to(0)
    corrected = [{"field": "address", "value": "测试小区9号楼"},
                 {"field": "phone", "value": "13900009999"},
                 {"field": "contact", "value": "测试邻居"}]  # fmt: skip
    result_id = archive.report(archive.photo(1), contact_changes=corrected)
    runner.run_due()
    archive.decide(result_id, review.Decision.ACCEPT, "看清了")
    taking_back.take_back(
        actor=archive.city.actor("office1"), result_id=result_id, reason="按错了"
    )  # fmt: skip
    archive.decide(result_id, review.Decision.ACCEPT, "看清了")
    for change in db.session.scalars(db.select(ContactChange).order_by(ContactChange.id)):
        contacts.decide_contact_change(
            actor=archive.city.actor("office1"), change_id=change.id,
            accept=change.field != "phone",
        )  # fmt: skip
    db.session.commit()


def _together(archive: Archive) -> None:
    """A photo of a group, on which the rivals' visit may rest besides."""
    city, field = archive.city, archive.field
    made = occasions.open_occasion(
        actor=city.actor("office1"), kind=OccasionKind.GROUP_DAY, place="测试活动室",
        held_on=clock.now().date(), area_id=city.areas["a1"].id,
    )  # fmt: skip
    occasions.add_visits(
        actor=city.actor("office1"), occasion_id=made.id, visit_ids=[city.visits[2].id]
    )
    occasion_id = made.id
    db.session.commit()
    field.phone.version, of_it = 2, {"occasion_id": str(occasion_id)}
    field.received(jpeg(7), visit_id=None, subject_ref=None, **of_it)
    field.phone.version = 1


def _rivals(archive: Archive) -> None:
    """Two results of one visit, of which one stands and the other waits for a person."""
    archive.go_to(2)
    archive.report(archive.photo(3))
    archive.report(archive.photo(4, kind="photo"), note="第二次")
    runner.run_due()


def _refused(archive: Archive) -> None:
    """A record that forks the phone's log, a foreign visit's result, bytes not as promised."""
    field = archive.field
    fork = field.record(jpeg(5), seq=1, prev="0" * 64)
    assert field.phone.commit(fork).get_json()["code"] == "seq_fork"
    assert field.begin(json.loads(fork)["capture_id"], jpeg(5)).status_code == 201
    assert field.send(json.loads(fork)["capture_id"], jpeg(5)).status_code == 204
    elsewhere = field.phone.result(
        archive.city.visits[-1].id, "refused", details={"words": "不给看"}
    )
    assert field.phone.post("/results", elsewhere).get_json()["kept"] is True
    index = db.session.scalars(select(ReportAside.journal_index)).one()
    settling.dismiss(actor=archive.city.actor("office1"), index=index, reason="走访已另派")
    db.session.commit()
    promised = jpeg(6)
    capture_id = field.committed(promised)
    begun = field.begin(capture_id, promised)
    answer = field.patch(begun.headers["Location"], 0, bytes(len(promised)))
    assert answer.status_code == 460, answer.text


def _phones(archive: Archive) -> None:
    """A second phone, confirmed and revoked, and a third that nobody confirmed."""
    for _ in range(2):
        kid = enrolled(archive.field.client, archive.city).kid
    office = archive.city.accounts["office1"].id
    device = db.session.get_one(Device, kid)
    people.confirm_device(device=device, by=office)
    people.revoke_device(device=device, by=office)
    db.session.commit()


def _looks(archive: Archive) -> None:
    actor = archive.city.actor("office1")
    received = db.select(Media).where(Media.received_index.is_not(None)).order_by(Media.id)
    media = db.session.scalars(received).first()
    assert media is not None
    for kind in (viewing.Kind.THUMBNAIL, viewing.Kind.PREVIEW):
        viewing.note_view(actor=actor, showing=viewing.showing_of(media, kind))
    db.session.commit()


def results() -> list[Result]:
    """Return the results, oldest first."""
    return list(db.session.scalars(db.select(Result).order_by(Result.journal_index)))
