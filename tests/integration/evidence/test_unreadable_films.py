"""A film that no decoder reads is kept and flagged, and shows nobody."""

import pytest

from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    jpeg,
    media_item,
    newest_capture,
)
from tests.integration.evidence.polyglots import mp4
from tests.integration.evidence.test_hostile_files import derive
from tests.integration.evidence.test_media import sign_in
from tests.integration.evidence.test_results import eligible
from webapp.evidence.review import review
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.visits.models import Result


def reported(field: Fieldwork, *captures: str) -> Result:
    assert field.phone.post("/results", eligible(field, *captures)).status_code == 201
    db.session.rollback()
    return db.session.scalars(db.select(Result)).one()


def accept(field: Fieldwork, result: Result) -> None:
    review.decide(actor=field.city.actor("office1"), result_id=result.id, code_seen=True,
                  decision=review.Decision.ACCEPT, words="")  # fmt: skip


def film(field: Fieldwork) -> str:
    item = media_item(mp4(), mime="video/mp4", duration_ms=6000)
    capture_id = field.answered(mp4(), kind="video", media=[item])
    derive()
    assert newest_capture().state == "received"
    assert "undecodable" in flags_of(capture_id)
    return capture_id


def test_alone_it_is_no_evidence_of_a_person(field: Fieldwork) -> None:
    result = reported(field, film(field))
    with pytest.raises(Refusal, match="person_not_shown"):
        accept(field, result)


def test_beside_a_photo_it_stands_in_nobodys_way(field: Fieldwork) -> None:
    photo = field.answered(jpeg())
    derive()
    accept(field, reported(field, photo, film(field)))


def test_the_page_says_so_and_offers_the_original(field: Fieldwork) -> None:
    result = reported(field, film(field))
    page = sign_in(field, "office1").get(f"/review/{result.id}").text
    assert "这个文件没有画面可以显示" in page
    assert "/original" in page
    assert "<video" not in page
