"""A picture seen before, on another person or in another year (evidence §5.42 to §5.48)."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, media_item
from webapp import clock
from webapp.extensions import db
from webapp.jobs import runner


def edited(edit: Callable[[Image.Image], Image.Image], quality: int = 60) -> bytes:
    with Image.open(io.BytesIO(jpeg(1))) as picture:
        out = io.BytesIO()
        edit(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def with_bar(picture: Image.Image) -> Image.Image:
    marked = picture.copy()
    ImageDraw.Draw(marked).rectangle((0, 440, 640, 480), fill="black")
    return marked


def elsewhere(field: Fieldwork) -> dict[str, str]:
    """Return the changes that make a record one of the worker's second visit."""
    visit = field.city.visits[1]
    return {"visit_id": str(visit.id), "subject_ref": visit.subject_ref}


def flags_after(field: Fieldwork, data: bytes, **changes: object) -> dict[str, object]:
    capture_id = field.received(data, **changes)
    db.session.rollback()
    runner.run_due()
    return flags_of(capture_id)


def test_42_the_same_file_for_two_pensioners(field: Fieldwork) -> None:
    flags_after(field, jpeg(1))
    assert flags_after(field, jpeg(1), **elsewhere(field))["same_media"] == {"times": 1}


def test_43_last_years_photo_of_the_same_person(field: Fieldwork) -> None:
    with clock.freeze(MORNING - timedelta(days=365)):
        flags_after(field, jpeg(1))
    field.visit_id, field.subject_ref = second_visit_of_first_person(field)
    assert "near_picture" in flags_after(field, edited(lambda picture: picture))


def second_visit_of_first_person(field: Fieldwork) -> tuple[object, str]:
    from webapp.visits import service as visits

    first = field.city.visits[0]
    visits.cancel(actor=field.city.actor("office1"), visit_ids=[first.id], reason="新的一年")
    made = visits.make_visits(
        actor=field.city.actor("office1"), person_ids=[first.person_id],
        due_on=MORNING.date(), worker_id=field.city.accounts["worker1"].id,
    )  # fmt: skip
    db.session.commit()
    return made[0].id, made[0].subject_ref


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda p: p, id="44-recompressed"),
        pytest.param(lambda p: p.resize((300, 225)), id="44-resized"),
        pytest.param(lambda p: ImageEnhance.Brightness(p).enhance(1.3), id="45-brighter"),
        pytest.param(lambda p: ImageEnhance.Contrast(p).enhance(0.7), id="45-flatter"),
        pytest.param(lambda p: p.convert("L"), id="45-grey"),
        pytest.param(lambda p: p.filter(ImageFilter.GaussianBlur(2)), id="45-blurred"),
        pytest.param(with_bar, id="46-watermark-bar"),
        pytest.param(lambda p: p.crop((10, 7, 630, 473)), id="47-cropped-3-percent"),
        pytest.param(ImageOps.mirror, id="48-mirrored"),
        pytest.param(lambda p: p.rotate(90, expand=True), id="48-rotated"),
        pytest.param(lambda p: ImageOps.mirror(p.rotate(180)), id="48-both"),
    ],
)
def test_44_45_46_47_48_edited_pictures_of_another_person_are_found(
    field: Fieldwork, edit: Callable[[Image.Image], Image.Image]
) -> None:
    flags_after(field, jpeg(1))
    data = edited(edit)
    assert "near_picture" in flags_after(field, data, **elsewhere(field))


def test_other_pictures_and_those_of_the_same_visit_are_left_alone(field: Fieldwork) -> None:
    flags_after(field, jpeg(1))
    assert "near_picture" not in flags_after(field, edited(lambda picture: picture))
    assert "near_picture" not in flags_after(field, jpeg(2), **elsewhere(field))


def test_a_blank_picture_is_flagged_and_matches_nothing(field: Fieldwork) -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#202020").save(out, "JPEG")
    flags_after(field, out.getvalue())
    other = io.BytesIO()
    Image.new("RGB", (640, 481), "#212121").save(other, "JPEG")
    data = other.getvalue()
    item = media_item(data, height=481)
    flags = flags_after(field, data, media=[item], **elsewhere(field))
    assert "picture_blank" in flags
    assert "near_picture" not in flags


def test_a_clean_second_picture_takes_nothing_back(field: Fieldwork) -> None:
    flags_after(field, jpeg(1))
    pictures = [jpeg(1), jpeg(2)]
    capture_id = field.committed(
        jpeg(1), media=[media_item(data) for data in pictures], **elsewhere(field)
    )
    for data in pictures:
        assert field.send(capture_id, data).status_code == 204
        db.session.rollback()
        runner.run_due()
    assert flags_of(capture_id)["same_media"] == {"times": 1}
