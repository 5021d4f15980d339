"""Camera or place refused, absent or coarse: the capture goes on, and says so."""

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.e2e.conftest import MakePhone
from tests.e2e.ledger import Ledger
from tests.e2e.looks import keep_picture
from tests.e2e.pages import Screens
from tests.integration.evidence.files import video


def photo_file(path: Path) -> Path:
    """Write a picture such as a camera app makes."""
    picture = Image.new("RGB", (1200, 900), "white")
    ImageDraw.Draw(picture).ellipse((200, 100, 900, 800), fill="black", outline="red", width=40)
    picture.save(path, "JPEG")
    return path


def test_without_a_camera_the_picker_is_used_and_marked(
    make_phone: MakePhone, ledger: Ledger, tmp_path: Path
) -> None:
    phone = make_phone(changes={"refused": ["camera"]})
    screens = Screens(phone)
    screens.enrol()
    visit_id = screens.open_capture()
    expect(phone.page.get_by_text("没有允许使用相机")).to_be_visible()
    # The record will name the challenge: whoever takes the picture elsewhere must see it as well.
    expect(phone.page.get_by_text(re.compile(r"^\d{4}$"))).to_be_visible()
    screens.pick_file(photo_file(tmp_path / "photo.jpg"))
    screens.expect_kept()
    phone.wait_for(lambda: bool(ledger.captures(visit_id)), "the record at the office")
    record = ledger.captures(visit_id)[0]["body"]
    assert record["media"][0]["source"] == "picker"
    assert "picker" in record["flags"]


def test_a_file_that_is_no_picture_is_refused_politely(
    make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(changes={"refused": ["camera"]})
    screens = Screens(phone)
    screens.enrol()
    screens.open_capture()
    (tmp_path / "photo.jpg").write_bytes(b"this is no picture")
    screens.pick_file(tmp_path / "photo.jpg")
    expect(phone.page.get_by_text("这个文件打不开，请重新拍一张。")).to_be_visible()
    assert phone.stores("captures")["captures"] == []


def pick_film(screens: Screens, path: Path, *, brand: bytes) -> str:
    """Pick a film from the gallery that bears one brand only; return the visit."""
    screens.enrol()
    visit_id = screens.open_capture()
    phone = screens.phone
    phone.page.goto(f"{phone.base_url}/app/visits/{visit_id}/capture/video")
    film = video(path.parent, "made.mp4").replace(b"isomiso2avc1mp41", brand * 4)
    path.write_bytes(film.replace(b"ftypisom", b"ftyp" + brand))
    screens.pick_file(path)
    return visit_id


def test_a_film_that_the_office_could_not_take_is_never_called_saved(
    make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(changes={"refused": ["camera"]})
    pick_film(Screens(phone), tmp_path / "film.mp4", brand=b"XXXX")
    told = phone.page.get_by_text("这种格式的视频办公室打不开，请改拍照片。")
    expect(told).to_be_visible()
    assert phone.stores("captures")["captures"] == []
    keep_picture(phone.page, "media", "wrong-type")


def kinds_sent(ledger: Ledger, visit_id: str) -> set[str]:
    """Return the kinds of file that the office has a record of for a visit."""
    return {each["body"]["media"][0]["mime"] for each in ledger.captures(visit_id)}


def test_a_film_of_an_iphones_own_camera_is_kept(
    make_phone: MakePhone, ledger: Ledger, tmp_path: Path
) -> None:
    """Its form is QuickTime, and the gallery calls it so; the office reads it as MP4."""
    phone = make_phone(changes={"refused": ["camera"]})
    screens = Screens(phone)
    visit_id = pick_film(screens, tmp_path / "film.mov", brand=b"qt  ")
    # Two seconds are short: that is asked first.
    phone.page.get_by_role("button", name="就用这个").click()
    screens.expect_kept()
    # Another test may have pictured the same visit before.
    phone.wait_for(lambda: "video/mp4" in kinds_sent(ledger, visit_id), "the film's record")


COARSE = {"latitude": 36.805, "longitude": 118.047, "accuracy": 3000}


@pytest.mark.parametrize(
    ("number", "changes", "words", "flag"),
    [
        (1, {"refused": ["geolocation"]}, "没有允许定位", "no_position"),
        (2, {"geolocation": COARSE}, "定位不准", "position_coarse"),
    ],
)
def test_a_poor_place_is_said_and_flagged_and_stops_nobody(
    make_phone: MakePhone, ledger: Ledger, number: int, changes: dict[str, object], words: str,
    flag: str,
) -> None:  # fmt: skip
    phone = make_phone(changes=changes)
    screens = Screens(phone)
    screens.enrol()
    visit_id = screens.open_capture(number)
    expect(phone.page.get_by_text(words)).to_be_visible()
    screens.take_photo()
    phone.wait_for(lambda: bool(ledger.captures(visit_id)), "the record at the office")
    record = ledger.captures(visit_id)[0]["body"]
    assert flag in record["flags"]
    if flag == "no_position":
        assert record["position"] == {"error": "denied"}
