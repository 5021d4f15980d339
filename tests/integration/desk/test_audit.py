"""What the auditor sees: the journal in words, who looked at whom, verification, checkpoints."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.pages import Desk, Page
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.phones import enrolled
from webapp import calendar, clock
from webapp.access.rules import GRANTS, Permission, Role
from webapp.config import Settings
from webapp.evidence.archive import viewing
from webapp.evidence.models import Media
from webapp.extensions import db
from webapp.http import keyset
from webapp.jobs import runner, schedules
from webapp.journal import service as journal
from webapp.journal.models import (
    JournalCheckpoint,
    JournalEntry,
    JournalMention,
    JournalNode,
    JournalSalt,
)
from webapp.journal.rules import EntryType
from webapp.oversight.labels import TYPE_WORDS
from webapp.oversight.models import VerificationRun
from webapp.oversight.verify_runs import verify_runs

PAGES = ("/audit/journal", "/audit/looks", "/audit/verification", "/audit/checkpoints")


@pytest.fixture
def auditor(sit: Sit, city: City) -> Desk:
    return sit("auditor1")


@pytest.fixture
def worked(app: APIFlask, city: City) -> Fieldwork:
    """A day's work: a phone, a photo, and a look at it by the office."""
    client = app.test_client()
    phone = enrolled(client, city)
    visit = city.visits[0]
    field = Fieldwork(client, city, phone, visit.id, visit.subject_ref)
    field.received(jpeg())
    db.session.rollback()
    runner.run_due()
    media = db.session.scalars(db.select(Media)).one()
    viewing.note_view(
        actor=city.actor("office1"), showing=viewing.showing_of(media, viewing.Kind.PREVIEW)
    )
    db.session.commit()
    return field


def rows(page: Page) -> list[str]:
    bodies = page.all("tbody")
    return [" ".join("".join(r.itertext()).split()) for body in bodies for r in body]


def indexes(page: Page) -> list[int]:
    return [int(row.split(" ")[0].replace(",", "")) for row in rows(page)]


def test_every_type_of_entry_has_words() -> None:
    assert set(TYPE_WORDS) == {kind.value for kind in EntryType}


def test_only_the_auditor_opens_them(sit: Sit, auditor: Desk) -> None:
    assert GRANTS[Permission.AUDIT] == {Role.AUDITOR}
    for path in PAGES:
        auditor.get(path)
        for other in ("office1", "city1", "admin", "agency3"):
            sit(other).get(path, status=403)


def test_an_entry_says_who_did_what_to_whom(auditor: Desk, sit: Sit, city: City) -> None:
    office = city.accounts["office1"]
    sit("admin").post(f"/accounts/{office.id}/password")
    page = auditor.get("/audit/journal?type=password_set")
    assert len(rows(page)) == 1
    assert "设置密码 测试admin 测试office1" in rows(page)[0]
    assert f"/audit/journal?actor={city.accounts['admin'].id}" in page.links()
    english = auditor.get("/audit/journal?type=password_set&lang=en")
    assert "Password set" in english.text


def test_the_journal_is_narrowed_by_who_and_by_what(
    auditor: Desk, worked: Fieldwork, city: City
) -> None:
    visit = city.visits[0]
    about = auditor.get(f"/audit/journal?object={visit.id}")
    assert {"收到取证记录"} <= types_shown(about)
    media = db.session.scalars(db.select(Media)).one()
    of_file = auditor.get(f"/audit/journal?object={media.sha256}")
    assert types_shown(of_file) >= {"收到文件", "制作预览", "查看"}
    phone = auditor.get(f"/audit/journal?object={worked.phone.kid}")
    assert types_shown(phone) >= {"登记手机", "收到取证记录"}
    by_name = auditor.get("/audit/journal?actor=office1&type=viewed")
    assert len(rows(by_name)) == 1
    assert not rows(auditor.get("/audit/journal?actor=nobody"))
    assert rows(auditor.get(f"/audit/journal?actor={city.accounts['office1'].id}"))


def types_shown(page: Page) -> set[str]:
    heads = [head for head in page.all("th") if head.get("scope") == "row"]
    return {"".join(head.itertext()).strip() for head in heads}


@pytest.mark.parametrize("wrong", ["x", "' OR 1=1", "123", "0" * 63])
def test_what_is_no_object_is_said(auditor: Desk, wrong: str) -> None:
    page = auditor.get(f"/audit/journal?object={wrong}", status=422)
    assert "不是编号" in page.text


def entries_at(count: int, step: timedelta) -> None:
    start = clock.now() - step * count
    for number in range(count):
        journal.append(type=EntryType.ANCHORED, at=start + step * number, facts={"n": number})
    db.session.commit()


def test_pages_follow_each_other_without_gap_or_repeat(auditor: Desk) -> None:
    entries_at(keyset.PAGE * 2 + 7, timedelta(seconds=1))
    path, seen = "/audit/journal?type=anchored", []
    while path:
        page = auditor.get(path)
        seen += indexes(page)
        following = [link for link in page.all("a") if link.get("rel") == "next"]
        path = following[0].get("href", "") if following else ""
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == keyset.PAGE * 2 + 7


def test_days_are_whole_days_of_the_city(auditor: Desk) -> None:
    entries_at(12, timedelta(hours=6))
    found = db.session.scalars(
        db.select(JournalEntry).filter_by(type="anchored").order_by(JournalEntry.index)
    ).all()
    for entry in found:
        day = calendar.local_day(entry.at).isoformat()
        shown = indexes(auditor.get(f"/audit/journal?type=anchored&since={day}&until={day}"))
        same = [e.index for e in found if calendar.local_day(e.at).isoformat() == day]
        assert sorted(shown) == same
    auditor.get("/audit/journal?since=nonsense", status=422)


def test_looks_are_found_by_whom_they_fell_on(
    auditor: Desk, worked: Fieldwork, sit: Sit, city: City
) -> None:
    seen, other = city.people[0], city.people[1]
    sit("office1").post(f"/people/{seen.id}/number")
    for path in (f"/audit/looks?person={seen.id}", f"/audit/looks?search={seen.name}"):
        page = auditor.get(path)
        assert len(rows(page)) == 2, "the picture and the number"
        assert all("测试office1" in row for row in rows(page))
    assert "没有人看过" in auditor.get(f"/audit/looks?person={other.id}").text
    assert "没有人看过" in auditor.get("/audit/looks?search=没有这个人").text


def test_a_number_looked_for_never_stands_in_the_address(auditor: Desk, city: City) -> None:
    fields = {"list": "/audit/looks", "search": "37039919500305001X"}
    page = auditor.post("/look-up", fields)
    assert "37039919500305001X" not in page.response.request.full_path
    auditor.get("/audit/looks?search=37039919500305001X", status=422)


def test_a_verification_runs_outside_the_request_and_its_outcome_stays(
    auditor: Desk, worked: Fieldwork
) -> None:
    assert "还没有核对过" in auditor.get("/audit/verification").text
    auditor.post("/audit/verification")
    auditor.post("/audit/verification")
    run = db.session.scalars(db.select(VerificationRun)).one()
    waiting = auditor.get("/audit/verification")
    assert f"/jobs/{run.job_id}" in {bar.get("data-job") for bar in waiting.all("section")}
    db.session.rollback()
    runner.run_due()
    done = auditor.get("/audit/verification")
    assert "全部一致。" in done.text
    db.session.expire_all()
    assert run.is_sound
    entry = db.session.get(JournalEntry, run.journal_index)
    assert entry is not None
    assert entry.facts["is_sound"] is True
    assert "做了核对" in auditor.get("/audit/journal").text


def test_every_night_brings_a_verification_that_is_nobodys(
    auditor: Desk, worked: Fieldwork
) -> None:
    db.session.rollback()
    evening = datetime(2027, 1, 11, 14, 0, tzinfo=UTC)
    with clock.freeze(evening):
        assert schedules.look() == 0, "a new schedule begins with the next night"
    with clock.freeze(evening + timedelta(hours=4, minutes=29)):
        assert schedules.look() == 0, "it is 02:29 in the city"
    with clock.freeze(evening + timedelta(hours=4, minutes=30)):
        assert (schedules.look(), schedules.look()) == (1, 0)
        runner.run_due()
    run = db.session.scalars(db.select(VerificationRun)).one()
    assert (run.started_by, run.is_sound) == (None, True)
    entry = db.session.get(JournalEntry, run.journal_index)
    assert entry is not None
    assert entry.facts["by"] is None
    assert "每晚自动" in auditor.get("/audit/verification").text
    assert "做了核对" in auditor.get("/audit/journal").text
    assert list(verify_runs()) == []
    run.started_by = worked.city.accounts["auditor1"].id
    db.session.commit()
    assert [found.code for found in verify_runs()], "who started it follows from the entry"


def test_a_verification_compares_with_the_checkpoints_held_outside(
    auditor: Desk, worked: Fieldwork, app: APIFlask, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "held").mkdir()
    (tmp_path / "held" / "paper").write_text("a checkpoint of another journal")
    app.config["SETTINGS"] = replace(settings, held=str(tmp_path / "held"))
    auditor.post("/audit/verification")
    db.session.rollback()
    runner.run_due()
    page = auditor.get("/audit/verification")
    assert "有不一致的地方" in page.text
    assert "held paper: on the disk of the data folder" in page.text


def test_a_verification_names_what_is_wrong(auditor: Desk, worked: Fieldwork) -> None:
    media = db.session.scalars(db.select(Media)).one()
    media.size_bytes += 1
    db.session.commit()
    auditor.post("/audit/verification")
    db.session.rollback()
    runner.run_due()
    page = auditor.get("/audit/verification")
    assert "有不一致的地方" in page.text
    assert "内容与存证不一致。" in page.text


def test_a_checkpoint_is_kept_printed_and_compared(auditor: Desk) -> None:
    entries_at(3, timedelta(seconds=1))
    page = auditor.post("/audit/checkpoints")
    note = "".join(page.all("pre")[0].itertext())
    assert page.all("pre")
    assert [e for e in page.tree.iter() if e.tag.endswith("svg") and e.get("class") == "segno"]
    agreed = auditor.post("/audit/checkpoints/comparison", {"note": note.replace("\n", "\r\n")})
    assert "一致：日志前" in agreed.text


def test_a_checkpoint_that_does_not_agree_is_said(auditor: Desk) -> None:
    entries_at(3, timedelta(seconds=1))
    page = auditor.post("/audit/checkpoints")
    note = "".join(page.all("pre")[0].itertext())
    post = "/audit/checkpoints/comparison"
    assert "不是检查点的全文" in auditor.post(post, {"note": "x"}, status=422).text
    lines = note.split("\n")
    forged = "\n".join([lines[0], str(int(lines[1]) + 1), *lines[2:]])
    assert "改动过" in auditor.post(post, {"note": forged}, status=422).text
    # The journal is rewritten up to its nodes, and its own checkpoints are gone.
    db.session.execute(db.delete(JournalCheckpoint))
    db.session.execute(
        db.update(JournalNode).values(hash=bytes(32))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    assert "日志被改写过" in auditor.post(post, {"note": note}, status=422).text
    longer = journal.checkpoint()
    assert "一致" in auditor.post(post, {"note": longer}).text
    db.session.execute(db.delete(JournalMention))
    db.session.execute(db.delete(JournalSalt))
    db.session.execute(db.delete(JournalEntry).where(JournalEntry.index > 0))
    db.session.commit()
    assert "后面的条目不见了" in auditor.post(post, {"note": longer}, status=422).text
