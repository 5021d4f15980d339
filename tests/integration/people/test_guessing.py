"""Whoever guesses passwords is slowed down; the holder and the office beside are not locked out."""

from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.builders import PASSWORD, City
from tests.integration.desk.pages import Desk, forget_request
from tests.phones import TestPhone, jwk_of, new_key
from tests.running import running
from webapp.config import Settings
from webapp.extensions import db
from webapp.people import limits, service
from webapp.people.models import Account

HOME, OFFICE, ATTACKER = "10.1.1.1", "10.2.2.2", "203.0.113.9"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, sign_in_limit="10 per minute")


class Caller:
    """Somebody's device, calling from one address."""

    def __init__(self, app: APIFlask, address: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.address = address

    def try_phone(self, username: str, password: str) -> int:
        forget_request()
        body = {"username": username, "password": password, "name": "x",
                "public_key": jwk_of(new_key())}  # fmt: skip
        answer = self.client.post(
            "/api/v1/devices", json=body, environ_overrides={"REMOTE_ADDR": self.address}
        )
        return answer.status_code

    def try_desk(self, username: str, password: str) -> int:
        forget_request()
        self.client.environ_base["REMOTE_ADDR"] = self.address
        desk = Desk(self.client)
        fields = {"username": username, "password": password, "csrf_token": desk.token()}
        forget_request()
        return self.client.post("/sign-in", data=fields).status_code

    def guess(self, username: str, times: int) -> list[int]:
        return [self.try_phone(username, f"wrong {n}") for n in range(times)]


def test_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(
    app: APIFlask, city: City
) -> None:
    assert Caller(app, ATTACKER).guess("worker1", 12) == [401] * 10 + [429] * 2
    assert Caller(app, HOME).try_phone("worker1", PASSWORD) == 201
    assert Caller(app, ATTACKER).try_phone("worker1", PASSWORD) == 429


def test_an_office_behind_one_address_does_not_lock_itself_out(app: APIFlask, city: City) -> None:
    Caller(app, OFFICE).guess("worker1", 12)
    assert Caller(app, OFFICE).try_phone("worker2", PASSWORD) == 201
    assert Caller(app, OFFICE).try_desk("office1", PASSWORD) == 303


def test_a_known_device_is_not_locked_out_by_many_addresses(app: APIFlask, city: City) -> None:
    known, stranger = Caller(app, HOME), Caller(app, HOME)
    assert known.try_phone("worker1", PASSWORD) == 201
    for n in range(11):
        Caller(app, f"198.51.100.{n}").guess("worker1", 10)
    assert stranger.try_phone("worker1", PASSWORD) == 429, "a hundred a day from everywhere"
    assert known.try_phone("worker1", PASSWORD) == 201


def test_one_address_does_not_use_up_everybody_s_tries(
    app: APIFlask, city: City, settings: Settings
) -> None:
    with running(replace(settings, sign_in_limit="1000 per minute")) as patient:
        assert Caller(patient, ATTACKER).guess("worker1", 200).count(401) == 20
        assert Caller(patient, HOME).try_phone("worker1", PASSWORD) == 201


def test_desk_and_phone_count_together_and_know_the_same_devices(app: APIFlask, city: City) -> None:
    known = Caller(app, OFFICE)
    assert known.try_desk("office1", PASSWORD) == 303
    Caller(app, OFFICE).guess("office1", 12)
    assert Caller(app, OFFICE).try_desk("office1", PASSWORD) == 429
    assert known.try_desk("office1", PASSWORD) == 303


def test_a_stolen_known_device_guesses_no_faster(app: APIFlask, city: City) -> None:
    thief = Caller(app, HOME)
    assert thief.try_phone("worker1", PASSWORD) == 201
    assert thief.guess("worker1", 11)[-1] == 429
    thief.address = ATTACKER
    assert thief.try_phone("worker1", "wrong") == 429, "the device's own count follows it"


def test_a_cookie_of_one_account_or_of_one_s_own_making_helps_nowhere(
    app: APIFlask, city: City
) -> None:
    thief = Caller(app, ATTACKER)
    assert thief.try_phone("worker2", PASSWORD) == 201
    cookie = next(c for c in thief.client._cookies.values() if c.key.startswith("anzai_known"))
    assert cookie.http_only
    thief.client.set_cookie(limits._cookie_name("worker1"), cookie.value)
    thief.client.set_cookie(limits._cookie_name("volunteer1"), "0.0")
    for name in ("worker1", "volunteer1"):
        assert thief.guess(name, 12) == [401] * 10 + [429] * 2


def test_one_address_does_not_try_every_account(app: APIFlask, city: City) -> None:
    tried = [Caller(app, ATTACKER).try_phone(f"name{n}", "woaini1314") for n in range(301)]
    assert tried.index(429) == 300


def test_all_of_an_ipv6_subscriber_s_addresses_are_one(app: APIFlask, city: City) -> None:
    tried = [Caller(app, f"2001:db8:1:1::{n:x}").try_phone("worker1", "wrong") for n in range(11)]
    assert tried[-1] == 429
    assert Caller(app, "2001:db8:1:2::1").try_phone("worker1", PASSWORD) == 201


OWN = "tianqi baicai wazi"


def test_a_changed_password_makes_every_device_a_stranger(
    app: APIFlask, city: City, settings: Settings
) -> None:
    with running(replace(settings, sign_in_limit="1000 per minute")) as patient:
        lent = Caller(patient, OFFICE)
        assert lent.try_phone("worker1", PASSWORD) == 201
        account = db.session.get_one(Account, city.accounts["worker1"].id)
        service.set_password(account=account, password=OWN, by=account.id, is_own=True)
        db.session.commit()
        assert lent.guess("worker1", 22) == [401] * 20 + [429] * 2


def test_a_known_device_has_a_day_s_count_too(
    app: APIFlask, city: City, settings: Settings
) -> None:
    with running(replace(settings, sign_in_limit="1000 per minute")) as patient:
        known = Caller(patient, HOME)
        assert known.try_phone("worker1", PASSWORD) == 201
        assert known.guess("worker1", 101) == [401] * 100 + [429]


def test_the_present_password_is_guessed_twenty_times_a_day(
    app: APIFlask, city: City, settings: Settings
) -> None:
    with running(replace(settings, sign_in_limit="1000 per minute")) as patient:
        phone = TestPhone(patient.test_client(), "worker1").enrol()

        def change(present: str, wanted: str = OWN) -> int:
            forget_request()
            return phone.post("/password", {"present": present, "wanted": wanted}).status_code

        assert [change(PASSWORD, "short") for _ in range(25)] == [422] * 25, (
            "weak ones are no guess"
        )
        assert [change(f"wrong {n}") for n in range(21)] == [422] * 20 + [429]
        desk = Desk(patient.test_client())
        desk.sign_in("office1", PASSWORD)
        form = {"wanted": OWN, "again": OWN}
        for n in range(20):
            desk.post("/password", form | {"present": f"wrong {n}"}, status=422)
        desk.post("/password", form | {"present": PASSWORD}, status=429)


def test_many_guesses_at_once_do_not_run_past_the_count(app: APIFlask, city: City) -> None:
    """Three others are under way from this address: the fourth is put off, wrong or right."""
    key = f"at:{ATTACKER}:account:worker1"
    limits._under_way[key] = limits.MOST_AT_ONCE
    try:
        assert Caller(app, ATTACKER).try_phone("worker1", PASSWORD) == 429
        assert Caller(app, HOME).try_phone("worker1", PASSWORD) == 201
    finally:
        del limits._under_way[key]
    assert Caller(app, ATTACKER).try_phone("worker1", PASSWORD) == 201
    assert not limits._under_way
