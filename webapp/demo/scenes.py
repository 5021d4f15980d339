"""What the demo workers find behind each door, and how it is sent in."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from webapp import clock
from webapp.database.base import uuid7
from webapp.demo.phone import Phone, media_of, position_of
from webapp.demo.pictures import portrait
from webapp.http.instants import rfc3339
from webapp.visits.models import Visit

METRES_PER_DEGREE = 111_320.0
# Stands for a day that lies in the past whenever the scenes are played.
SOME_WEEKS_AGO = "some weeks ago"


@dataclass(frozen=True)
class Scene:
    """One door: what was found, `off_metres` from the registered place."""

    name: str
    outcome: str = "eligible"
    met: str = "person"
    off_metres: float = 12.0
    accuracy_m: float = 14.0
    has_photo: bool = True
    holds_code: bool = True
    source: str = "camera"
    other_face: bool = False
    details: dict[str, str] = field(default_factory=dict)
    note: str = ""
    contact_changes: tuple[dict[str, str], ...] = ()
    phone_notes: tuple[str, ...] = ()


SEEN_CARD = {"identity_document": "id_card", "identity_last4": "101X"}
SCENES = (
    Scene("在家，一切正常 at home", details=SEEN_CARD),
    Scene("离登记地点较远 far from home", off_metres=1400.0, note="老人住女儿家，同一街道。",
          details={"identity_document": "social_card"}, phone_notes=("looks_dark",)),
    Scene("从相册选的照片 from the gallery", source="picker", holds_code=False,
          details={"identity_document": "none_seen"}, phone_notes=("picker",)),
    Scene("定位不准 coarse position", accuracy_m=620.0, details=SEEN_CARD,
          phone_notes=("position_coarse",)),
    Scene("换了人 another face", other_face=True),
    Scene("更正地址和电话 corrections", contact_changes=(
        {"field": "phone", "value": "13900001234"},
        {"field": "address", "value": "测试小区 8号楼2单元301"},
    )),
    Scene("已去世 deceased", "deceased", "relative_only", has_photo=False,
          details={"date": SOME_WEEKS_AGO, "place": "医院", "source": "death_certificate",
                   "informant": "张测试", "informant_relation": "儿子",
                   "informant_phone": "13900002345"}),
    Scene("在养老院 in care", "in_care", "care_home", details={
        "institution": "测试养老院", "room": "302", "institution_phone": "05330000000",
    }, off_metres=900.0),
    Scene("已搬走 moved", "moved_away", "moved_address_known", has_photo=False,
          details={"address": "外市测试路1号", "informant": "李测试", "informant_relation": "邻居",
                   "phone": "13900005678"}),
    Scene("联系不上 unreachable", "unreachable", has_photo=False),
    Scene("不愿配合 refused", "refused", "refused", has_photo=False,
          details={"words": "不想拍照，改天再说。"}),
)  # fmt: skip

# The ladder before "unreachable": hours after a midnight in Zibo, what was met, what was done.
LADDER = (
    (9, "nobody_home", "asked_neighbour"), (43, "door_not_opened", "left_note"),
    (44, "phone_off", "asked_relative"), (58, "phone_off", None), (63, "phone_off", None),
)  # fmt: skip


def play(phone: Phone, visit: Visit, scene: Scene) -> UUID:
    """Carry out one visit as `scene` says; return the result's id."""
    visit_id, captures = visit.id, []
    attempts = _ladder() if scene.outcome == "unreachable" else [_attempt(visit, scene)]
    if scene.has_photo:
        captures = [_photo(phone, visit, scene)]
    body = phone.result(
        visit_id, scene.outcome, details=_dated(scene.details), captures=captures,
        attempts=attempts, note=scene.note, contact_changes=list(scene.contact_changes),
    )  # fmt: skip
    phone.expect(phone.post("/results", body), 201)
    return UUID(body["result_id"])


def _dated(details: dict[str, str]) -> dict[str, str]:
    day = (clock.now() - timedelta(weeks=6)).date().isoformat()
    return {name: day if said == SOME_WEEKS_AGO else said for name, said in details.items()}


def _photo(phone: Phone, visit: Visit, scene: Scene) -> dict[str, str]:
    """Take, commit and upload one photo; return how a result names it."""
    ticket = phone.ticket()
    challenge = phone.challenge(ticket, visit.id)
    face = visit.person_id.int % 10**9 + (1 if scene.other_face else 0)
    media = portrait(person_seed=face, room_seed=visit.id.int,
                     code=challenge["code"] if scene.holds_code else None)  # fmt: skip
    body, record = phone.record(
        visit.id, visit.subject_ref, media,
        ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]}, challenge=challenge,
        position=_position(visit, scene), media=[media_of(media) | {"source": scene.source}],
        flags=list(scene.phone_notes),
    )  # fmt: skip
    phone.expect(phone.commit(record), 201)
    phone.upload(body["capture_id"], media)
    return {"capture_id": body["capture_id"], "record_sha256": hashlib.sha256(record).hexdigest()}


def _position(visit: Visit, scene: Scene) -> dict[str, Any]:
    person, spread = visit.person, visit.id.int % 9973 / 1e6
    lat, lon = person.latitude or 36.81 + spread, person.longitude or 118.05 + spread
    north = scene.off_metres / METRES_PER_DEGREE
    return position_of(lat + north, lon + 0.00003, scene.accuracy_m, clock.now())


def _attempt(visit: Visit, scene: Scene) -> dict[str, Any]:
    at = clock.now()
    return {"attempt_id": str(uuid7()), "started_at": rfc3339(at - timedelta(minutes=6)),
            "ended_at": rfc3339(at), "met": scene.met, "action": None, "note": "",
            "position": _position(visit, scene)}  # fmt: skip


def _ladder() -> list[dict[str, Any]]:
    """Return attempts on different days, one in the morning and one in the evening of Zibo."""
    midnight = clock.now().replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=4)
    return [
        {"attempt_id": str(uuid7()), "started_at": rfc3339(midnight + timedelta(hours=hours)),
         "ended_at": None, "met": met, "action": action, "note": "", "position": None}
        for hours, met, action in LADDER
    ]  # fmt: skip
