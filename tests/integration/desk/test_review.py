"""The review queue and the decisions about a case."""

import pytest

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.desk.pages import Desk
from webapp import clock, sealing
from webapp.evidence.models import Capture, Review
from webapp.evidence.records.challenge import derive_challenge
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.visits.models import ContactChange, Result

FAR = {"code": "location_far", "weight": 3, "facts": {"distance_m": 812, "accuracy_m": 12}}


@pytest.fixture
def office(sit: Sit) -> Desk:
    return sit("office1")


@pytest.fixture
def waiting(city: City) -> Result:
    """An eligible result with one photo, waiting for review."""
    visit = city.visits[0]
    return add_result(city, visit, "worker1", add_capture(city, visit, "worker1", flags=[FAR]))


def decide(desk: Desk, result: Result, status: int = 200, **form: object) -> object:
    return desk.post(f"/review/{result.id}/decision", form, status=status)


def test_the_queue_shows_what_waits_with_its_flags(office: Desk, waiting: Result) -> None:
    page = office.get("/review")
    assert f"/review/{waiting.id}" in page.links()
    assert "离住址远" in page.text


def test_the_queue_is_narrowed(office: Desk, waiting: Result, city: City) -> None:
    path = f"/review/{waiting.id}"
    for query, seen in (("flagged=1", True), ("outcome=deceased", False), ("conflict=1", False),
                        (f"area={city.areas['a12'].id}", False)):  # fmt: skip
        links = [link.split("?")[0] for link in office.get(f"/review?{query}").links()]
        assert (path in links) is seen, query


def test_a_case_shows_picture_place_time_and_innocent_causes(office: Desk, waiting: Result) -> None:
    page = office.get(f"/review/{waiting.id}")
    pictures = [e.get("src", "") for e in page.all("img")]
    assert any(src.endswith("/preview") for src in pictures)
    assert "离登记住址约 812 米" in page.text
    assert "可能在子女家" in page.text
    assert derive_challenge(seed=bytes(32), subject_id=waiting.visit_id).code in page.text
    assert "能证明的时间" in page.text
    assert "跨度 5 小时" in page.text


def test_an_accepted_case_settles_the_visit_and_keeps_the_picture(
    office: Desk, waiting: Result
) -> None:
    decide(office, waiting, decision="accept", code_seen="1")
    assert (waiting.state, waiting.visit.status) == ("accepted", "accepted")
    assert waiting.person.photo_sha256
    review = db.session.scalars(db.select(Review)).one()
    assert (review.decision, review.code_seen) == ("accept", True)
    entry = db.session.get(JournalEntry, review.journal_index)
    assert entry is not None
    assert entry.type == "review_decided"
    assert str(review.id).encode() in entry.body


def test_the_code_must_be_answered_before_accepting(office: Desk, waiting: Result) -> None:
    page = decide(office, waiting, status=422, decision="accept")
    assert "请先选择现场号码" in page.text
    assert waiting.state == "submitted"
    page = decide(office, waiting, status=422, decision="accept", code_seen="0")
    assert "请写明理由" in page.text
    page = decide(office, waiting, decision="accept", code_seen="0", words="没有信号")
    assert "测试1号" in page.text
    assert "要等第二人审核" in page.text
    assert db.session.scalars(db.select(Review)).one().code_seen is False
    assert waiting.state == "awaiting_second"


def test_a_form_that_is_sent_twice_leads_on_as_if_sent_once(office: Desk, waiting: Result) -> None:
    for _ in range(2):
        decide(office, waiting, decision="accept", code_seen="1")
    assert len(db.session.scalars(db.select(Review)).all()) == 1


def test_the_note_names_who_was_accepted_and_takes_it_back(office: Desk, waiting: Result) -> None:
    page = decide(office, waiting, decision="accept", code_seen="1")
    assert f"{waiting.person.name}（{waiting.person.masked_number}）：已通过。" in page.text
    page = office.post(f"/review/{waiting.id}/take-back", {})
    assert "已撤回" in page.text
    assert (waiting.state, waiting.visit.status) == ("submitted", "reported")
    assert waiting.person.photo_sha256 is None


def test_a_return_needs_words_and_brings_them_to_the_phone(office: Desk, waiting: Result) -> None:
    decide(office, waiting, status=422, decision="return", words=" ")
    decide(office, waiting, decision="return", phrase="照片看不清。", words="请到窗边拍。")
    assert waiting.visit.status == "returned"
    assert waiting.visit.returned_words == "照片看不清。 请到窗边拍。"
    entry = db.session.get(JournalEntry, db.session.scalars(db.select(Review)).one().journal_index)
    assert "照片".encode() not in entry.body


def test_another_visit_can_be_asked_for(office: Desk, waiting: Result) -> None:
    decide(office, waiting, decision="ask_again", words="换个人再去一次")
    assert waiting.visit.status == "assigned"
    assert waiting.state == "superseded"


def test_what_is_decided_is_not_decided_again(office: Desk, waiting: Result) -> None:
    decide(office, waiting, decision="accept", code_seen="1")
    decide(office, waiting, status=409, decision="return", words="晚了")
    assert "已经审核过" in office.get(f"/review/{waiting.id}").text


def test_whoever_decides_later_is_shown_the_case_and_the_way_on(
    office: Desk, waiting: Result, city: City
) -> None:
    visit = city.visits[1]
    later = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    decide(office, later, decision="return", words="看不清")
    page = decide(office, later, status=409, decision="accept", code_seen="1")
    assert "您这次的决定没有保存" in page.text
    assert "更正" not in page.text
    assert page.text.count("「看不清」") == 2, "beside the notice and in the history"
    onward = [e.get("href") for e in page.all("a") if e.get("data-key") == "j"]
    assert onward == [f"/review/{waiting.id}"]
    assert not [e for e in page.all("form") if e.get("class") == "decision"]


def test_nobody_reviews_their_own_result(office: Desk, city: City) -> None:
    visit = city.visits[1]
    own = add_result(city, visit, "office1", add_capture(city, visit, "office1"))
    assert f"/review/{own.id}" not in office.get("/review").links()
    assert not [e for e in office.get(f"/review/{own.id}").all("button") if e.get("data-key")]
    decide(office, own, status=403, decision="accept", code_seen="1")
    assert own.state == "submitted"


def test_whoever_visited_alone_is_told_who_else_may_review(
    office: Desk, sit: Sit, city: City
) -> None:
    visit = city.visits[1]
    own = add_result(city, visit, "office1", add_capture(city, visit, "office1"))
    checker = city.accounts["agency2"]
    page = office.get(f"/review/{own.id}")
    assert f"可以由{checker.name}审核" in page.text
    assert "自己走访、要由别人审核的结果" in office.get("/today").text
    above = sit("agency2")
    assert "自己走访、要由别人审核的结果" not in above.get("/today").text
    assert "负责人自己走访" in above.get("/review").text
    decide(above, own, decision="accept", code_seen="1")
    assert own.state == "accepted"


def test_where_nobody_else_may_review_it_is_said(office: Desk, city: City) -> None:
    visit = city.visits[1]
    own = add_result(city, visit, "office1", add_capture(city, visit, "office1"))
    city.accounts["agency2"].is_active = False
    db.session.commit()
    assert "目前没有别的账号能审核" in office.get(f"/review/{own.id}").text
    assert "目前没有别的账号能审核" in office.get("/today").text


def test_a_foreign_case_is_not_found(sit: Sit, waiting: Result) -> None:
    stranger = sit("office9")
    stranger.get(f"/review/{waiting.id}", status=404)
    decide(stranger, waiting, status=404, decision="accept", code_seen="1")
    assert waiting.state == "submitted"


def test_an_unknown_decision_is_refused(office: Desk, waiting: Result) -> None:
    decide(office, waiting, status=422, decision="burn")
    assert waiting.state == "submitted"


def test_nothing_is_accepted_before_the_person_is_seen(office: Desk, city: City) -> None:
    visit = city.visits[0]
    capture = add_capture(city, visit, "worker1", state="committed")
    result = add_result(city, visit, "worker1", capture)
    page = office.get(f"/review/{result.id}")
    assert "文件还在手机里" in page.text
    page = decide(office, result, status=422, decision="accept", code_seen="1")
    assert "没有收齐" in page.text


def test_two_workers_evidence_asks_one_decision(office: Desk, city: City) -> None:
    visit = city.visits[0]
    first = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    second = add_result(city, visit, "worker2", add_capture(city, visit, "worker2"),
                        state="conflict")  # fmt: skip
    page = office.get(f"/review/{second.id}")
    assert "两位走访人员" in page.text
    assert "不止一个结果" not in page.text
    assert len([e for e in page.all("img") if e.get("src", "").endswith("/preview")]) == 2
    decide(office, second, decision="accept", code_seen="1")
    assert (first.state, first.is_standing) == ("superseded", False)
    assert (second.state, second.is_standing) == ("accepted", True)


def test_two_results_of_one_worker_are_not_said_to_be_of_two(office: Desk, city: City) -> None:
    visit = city.visits[0]
    add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    second = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"),
                        state="conflict")  # fmt: skip
    page = office.get(f"/review/{second.id}")
    assert "不止一个结果" in page.text
    assert "两位走访人员" not in page.text
    queue = office.get("/review").text
    assert "另有一份结果" in queue
    assert "两人" not in queue


def test_after_a_decision_the_next_case_comes(office: Desk, city: City) -> None:
    results = [
        add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
        for visit in city.visits[:3]
    ]
    page = decide(office, results[1], decision="accept", code_seen="1")
    assert page.response.request.path == f"/review/{results[2].id}"
    page = decide(office, results[2], decision="accept", code_seen="1")
    assert page.response.request.path == f"/review/{results[0].id}"
    page = decide(office, results[0], decision="accept", code_seen="1")
    assert page.response.request.path == "/review"
    assert "没有等待审核" in page.text


def test_a_proposed_correction_is_decided_on_the_case(
    office: Desk, waiting: Result, city: City
) -> None:
    change = ContactChange(result_id=waiting.id, person_id=waiting.person_id, field="address",
                           value_sealed=sealing.seal("新小区8号楼"))  # fmt: skip
    waiting.person.latitude, waiting.person.longitude = 36.8, 118.05
    db.session.add(change)
    db.session.commit()
    assert "新小区8号楼" in office.get(f"/review/{waiting.id}").text
    office.post(f"/contact-changes/{change.id}/decision",
                {"accept": "1", "back": f"/review/{waiting.id}"})  # fmt: skip
    assert waiting.person.address == "新小区8号楼"
    assert waiting.person.latitude is None, "the coordinates were those of the old address"


def test_last_years_picture_stands_beside(office: Desk, waiting: Result, city: City) -> None:
    earlier = add_capture(city, city.visits[1], "worker1").media[0].sha256
    waiting.person.photo_sha256 = earlier
    db.session.commit()
    pictures = [e.get("src") for e in office.get(f"/review/{waiting.id}").all("img")]
    assert f"/media/{earlier}/preview" in pictures


def test_roles_without_the_task_do_not_review(sit: Sit, waiting: Result) -> None:
    for username in ("agency1", "city1", "auditor1", "admin"):
        sit(username).get("/review", status=403)


def test_progress_of_the_files_is_told(office: Desk, waiting: Result) -> None:
    office.get("/today")
    told = office.client.get(f"/results/{waiting.id}/progress").get_json()
    assert told == {"state": "done", "done": 1, "total": 1}
    assert clock.now() >= waiting.received_at


def test_a_file_on_the_phone_does_not_keep_the_others_waiting(office: Desk, city: City) -> None:
    visit = city.visits[0]
    here = add_capture(city, visit, "worker1")
    result = add_result(city, visit, "worker1", here,
                        add_capture(city, visit, "worker1", state="committed"))  # fmt: skip
    office.get("/today")
    path = f"/results/{result.id}/progress"
    assert office.client.get(path).get_json() == {"state": "done", "done": 1, "total": 1}
    here.media[0].inspection = None
    db.session.commit()
    assert office.client.get(path).get_json() == {"state": "running", "done": 0, "total": 1}
    assert "正在准备预览" in office.get(f"/review/{result.id}").text


def test_every_file_of_a_case_can_be_looked_at(office: Desk, city: City) -> None:
    visit = city.visits[0]
    photo, video = add_capture(city, visit, "worker1"), add_capture(city, visit, "worker1")
    result = add_result(city, visit, "worker1", photo, video)
    page = office.get(f"/review/{result.id}")
    frames = {e.get("id"): e.get("hidden") for e in page.all("div") if e.get("class") == "frame"}
    assert sorted(frames) == sorted(f"frame-{one.media[0].id}" for one in (photo, video))
    assert list(frames.values()).count(None) == 1, "one is large, the other waits for a key"
    doors = [e for e in page.all("a") if e.get("data-frame")]
    assert [e.get("data-key") for e in doors] == ["1", "2"]
    assert {e.get("data-frame") for e in doors} == set(frames)


def test_both_of_two_results_are_told_in_full(office: Desk, city: City) -> None:
    visit = city.visits[0]
    first = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    add_result(city, visit, "worker2", add_capture(city, visit, "worker2", flags=[FAR]),
               state="conflict", outcome="deceased", note="邻居说已经过世。",
               details={"date": "2026-09-14"})  # fmt: skip
    page = office.get(f"/review/{first.id}")
    assert "离登记住址约 812 米" in page.text
    assert "邻居说已经过世。" in page.text
    assert "2026年9月14日 周一" in page.text


def test_the_archive_tells_the_fingerprint_of_each_original(office: Desk, waiting: Result) -> None:
    capture = db.session.get_one(Capture, waiting.captures[0].capture_id)
    page = office.get(f"/archive/{waiting.id}")
    assert capture.media[0].sha256 in [e.text for e in page.all("code")]
