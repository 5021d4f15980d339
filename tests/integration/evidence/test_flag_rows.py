"""Where flags hang, and how often one thing is told: on a result without files, on many files."""

import hashlib
from datetime import timedelta
from uuid import UUID

import pytest

from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, rfc3339
from webapp import clock
from webapp.database.base import uuid7
from webapp.evidence.archive import archive_queries
from webapp.evidence.archive.archive_queries import ArchiveFilter
from webapp.evidence.export import custody
from webapp.evidence.models import Capture, RaisedFlag
from webapp.evidence.review import review, review_queries
from webapp.evidence.review.case import case_of
from webapp.evidence.review.review_queries import QueueFilter
from webapp.extensions import db
from webapp.visits.models import Result

PATH = "/"


def report(field: Fieldwork, outcome: str, *capture_ids: str, **more: object) -> Result:
    """Send a result that rests on these captures and return its row."""
    captures = [db.session.get_one(Capture, UUID(each)) for each in capture_ids]
    refs = [{"capture_id": str(c.id), "record_sha256": c.record_sha256} for c in captures]
    body = field.phone.result(field.visit_id, outcome, captures=refs, **more)
    answer = field.phone.post("/results", body | {"decided_at": rfc3339(clock.now())})
    assert answer.status_code == 201, answer.text
    db.session.rollback()
    return db.session.get_one(Result, UUID(body["result_id"]))


def glance() -> dict[str, str | None]:
    """Return an attempt that was over in twenty seconds."""
    started = clock.now() - timedelta(minutes=1)
    return {"attempt_id": str(uuid7()), "met": "person", "action": None, "note": "",
            "started_at": rfc3339(started),
            "ended_at": rfc3339(started + timedelta(seconds=20))}  # fmt: skip


def test_a_result_without_captures_keeps_its_flags_and_its_weight(field: Fieldwork) -> None:
    details = {"date": "2027-01-03", "source": "relative"}
    result = report(field, "deceased", details=details, attempts=[glance()])
    office = field.city.actor("office1")

    rows, _ = review_queries.queue(actor=office, chosen=QueueFilter(PATH, flagged=True), after="")
    assert [(row.result.id, row.codes, row.weight) for row in rows] == [
        (result.id, ["short_visit"], 2)
    ]
    assert [(flag.code, flag.facts) for flag in case_of(result).flags] == [
        ("short_visit", {"seconds": 20})
    ]
    found, _ = archive_queries.archive(chosen=ArchiveFilter(PATH, flag="short_visit"), after="")
    assert [one.id for one in found] == [result.id]
    told = custody.describe(custody.gather(field.visit_id))["results"][0]["flags"]
    assert told == [{"code": "short_visit", "weight": 2, "facts": {"seconds": 20}}]


def test_the_order_of_arrival_raises_no_gap(field: Fieldwork) -> None:
    first = field.record(jpeg(1))
    second = field.record(jpeg(2), seq=2, prev=hashlib.sha256(first).hexdigest())

    assert field.phone.commit(second).status_code == 201
    late = str(db.session.scalars(db.select(Capture.id).filter_by(seq=2)).one())
    assert flags_of(late)["seq_gap"] == {"seq": 2}
    assert field.phone.commit(first).status_code == 201
    assert "seq_gap" not in flags_of(late)


def test_a_record_that_was_set_aside_is_no_gap(field: Fieldwork) -> None:
    aside = field.record(jpeg(1), subject_ref="x" * 64)
    assert field.phone.commit(aside).status_code == 422
    following = field.committed(jpeg(2), seq=2, prev=hashlib.sha256(aside).hexdigest())
    assert "seq_gap" not in flags_of(following)


def old_position() -> dict[str, object]:
    sample = {"lat": 36.805123, "lon": 118.047321, "accuracy_m": 12.4, "altitude_m": 31.0,
              "speed": 0.2, "heading": None,
              "at": rfc3339(clock.now() - timedelta(minutes=17))}  # fmt: skip
    return {"samples": [sample], "age_ms": 17 * 60_000}


def test_one_old_position_is_one_flag_for_all_files(field: Fieldwork) -> None:
    captures = [field.committed(jpeg(seed), position=old_position()) for seed in (1, 2, 3)]
    result = report(field, "eligible", *captures)
    assert [(one.code, one.times) for one in case_of(result).flags] == [
        ("ticket_missing", 3), ("challenge_missing", 3), ("location_stale", 3),
    ]  # fmt: skip
    assert review_queries.with_flags([result])[0].weight == 2 + 2 + 1


def report_again(field: Fieldwork, new_kind: str) -> tuple[str, str, Result]:
    """Report, have it returned, report with a further file; return both files and the result."""
    old = field.received(jpeg(1), position=old_position())
    first = report(field, "eligible", old)
    review.decide(actor=field.city.actor("office1"), result_id=first.id, words="请重拍",
                  decision=review.Decision.RETURN, code_seen=None)  # fmt: skip
    db.session.commit()
    with clock.freeze(clock.now() + timedelta(hours=2)):
        new = field.received(jpeg(2), kind=new_kind)
        return old, new, report(field, "eligible", old, new)


@pytest.mark.parametrize("new_kind", ["photo", "document"])
def test_a_visit_done_again_does_not_count_its_old_files(field: Fieldwork, new_kind: str) -> None:
    old, new, second = report_again(field, new_kind)
    # A document beside the old photo is no new picture: the result still rests on the old one.
    is_new = new_kind == "photo"
    case = case_of(second)
    assert case.older == ({UUID(old)} if is_new else set())
    assert ("location_stale" in {one.code for one in case.flags}) is not is_new
    assert ("location_stale" in review_queries.with_flags([second])[0].codes) is not is_new
    assert case.main_file is not None
    assert case.main_file.capture.id == UUID(new if is_new else old)
    assert {one.capture.id for one in case.evidence} == {UUID(old), UUID(new)}


def assert_filter_agrees(field: Fieldwork, *, flagged: bool) -> None:
    """Demand that "only with flags" shows a waiting row exactly if the row shows a flag."""
    office = field.city.actor("office1")
    every, _ = review_queries.queue(actor=office, chosen=QueueFilter(PATH), after="")
    chosen = QueueFilter(PATH, flagged=True)
    found, _ = review_queries.queue(actor=office, chosen=chosen, after="")
    assert [bool(row.codes) for row in every] == [flagged]
    assert [row.result.id for row in found] == [row.result.id for row in every if row.codes]
    first = review_queries.first_waiting(actor=office, chosen=chosen)
    assert first == (every[0].result.id if flagged else None)


def forget_flags_but_of(*kept: str) -> None:
    """Leave only the flags of these captures."""
    ids = [UUID(each) for each in kept]
    others = RaisedFlag.capture_id.is_(None) | RaisedFlag.capture_id.not_in(ids)
    db.session.execute(db.delete(RaisedFlag).where(others))
    db.session.commit()


def test_the_filter_sees_a_gap_as_long_as_there_is_one(field: Fieldwork) -> None:
    first = field.record(jpeg(1))
    late = field.committed(jpeg(2), seq=2, prev=hashlib.sha256(first).hexdigest())
    report(field, "eligible", late)
    forget_flags_but_of()
    assert_filter_agrees(field, flagged=True)
    db.session.rollback()
    assert field.phone.commit(first).status_code == 201
    forget_flags_but_of()
    assert_filter_agrees(field, flagged=False)


@pytest.mark.parametrize("new_kind", ["photo", "document"])
def test_the_filter_counts_old_files_as_the_row_does(field: Fieldwork, new_kind: str) -> None:
    old, _new, _second = report_again(field, new_kind)
    forget_flags_but_of(old)
    assert_filter_agrees(field, flagged=new_kind == "document")
