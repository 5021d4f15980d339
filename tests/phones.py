"""The phone without a screen, as one of the small city's workers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from tests.builders import PASSWORD, City
from webapp.demo.phone import Phone, b64url, jwk_of, media_of, new_key, sign

__all__ = ["TestPhone", "b64url", "enrolled", "jwk_of", "media_of", "new_key", "sign"]


@dataclass
class TestPhone(Phone):
    """A phone whose records carry fixed times and a JPEG, unless a test says otherwise."""

    __test__ = False

    username: str = "worker1"
    password: str = PASSWORD

    def record(
        self, visit_id: UUID | str, subject_ref: str, media: bytes, /, **changes: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Make the next record of this phone for one JPEG."""
        fixed: dict[str, Any] = {
            "media": [media_of(media, "image/jpeg")],
            "clock": {"wall": "2027-01-12T01:23:45.678Z", "monotonic_ms": 93211.4,
                      "time_origin": "2027-01-12T01:22:12.467Z", "tz": "Asia/Shanghai",
                      "server_offset_ms": 0},
        }  # fmt: skip
        return super().record(visit_id, subject_ref, media, **(fixed | changes))


def enrolled(client: FlaskClient, city: City, username: str = "worker1") -> TestPhone:
    """Return an enrolled phone of one of the city's accounts."""
    assert username in city.accounts
    phone = TestPhone(client, username)
    phone.enrol()
    return phone
