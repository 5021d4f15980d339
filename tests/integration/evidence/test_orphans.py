"""The database is older than the originals: what the store still holds is received, not lost."""

import hashlib

import pytest

from tests.integration.evidence.fieldwork import Fieldwork, jpeg, media_item, newest_capture
from tests.integration.evidence.test_lost_originals import damage, missing, original
from webapp.evidence.verification.verification import verify_all


def test_a_file_that_only_the_store_still_holds_is_received_with_its_record(
    field: Fieldwork,
) -> None:
    damage(original(), jpeg())
    capture_id = field.committed(jpeg())
    assert newest_capture().state == "received"
    assert field.receipt(capture_id).status_code == 200
    assert verify_all().is_sound, verify_all().findings


@pytest.mark.parametrize("content", [jpeg()[:-1] + b"x", b""], ids=["other bytes", "empty"])
def test_other_bytes_under_its_name_are_not_taken_for_it(field: Fieldwork, content: bytes) -> None:
    damage(original(), content)
    capture_id = field.committed(jpeg())
    assert missing(field, capture_id) == [hashlib.sha256(jpeg()).hexdigest()]


def test_a_file_of_another_record_must_be_sent(field: Fieldwork) -> None:
    field.received(jpeg())
    second = field.committed(jpeg(), media=[media_item(jpeg())])
    assert missing(field, second) == [hashlib.sha256(jpeg()).hexdigest()]
