"""Signing in at the desk, the language switch and one's own password."""

from dataclasses import replace

import pytest

from tests.builders import PASSWORD, City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.pages import Desk, Page, check_page
from webapp.config import Settings


def test_a_stranger_is_asked_to_sign_in_where_they_are(visitor: Desk, city: City) -> None:
    page = visitor.get("/accounts?role=city", status=401)
    following = [e.get("value") for e in page.all("input") if e.get("name") == "next"]
    assert following == ["/accounts?role=city"]


def test_signing_in_leads_to_where_one_wanted_to_go(visitor: Desk, city: City) -> None:
    data = {"username": "admin", "password": PASSWORD, "next": "/accounts?role=city"}
    page = visitor.post("/sign-in", data)
    assert page.response.request.full_path == "/accounts?role=city"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(visitor: Desk, city: City, elsewhere: str) -> None:
    data = {"username": "office1", "password": PASSWORD, "next": elsewhere}
    assert visitor.post("/sign-in", data).response.request.path == "/today"


def test_a_wrong_password_says_so_and_keeps_the_name(visitor: Desk, city: City) -> None:
    page = visitor.post("/sign-in", {"username": "office1", "password": "wrong"}, status=401)
    assert "用户名或密码不对" in page.text
    assert "office1" in [e.get("value") for e in page.all("input")]


def test_workers_are_sent_to_the_phone(visitor: Desk, city: City) -> None:
    page = visitor.post("/sign-in", {"username": "worker1", "password": PASSWORD}, status=403)
    assert "请使用手机应用" in page.text


def test_a_post_without_the_token_is_refused(visitor: Desk, city: City) -> None:
    fields = {"username": "office1", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=fields)
    assert answer.status_code == 400
    assert "页面放得太久了" in answer.text


def test_a_form_whose_session_is_gone_asks_to_sign_in(visitor: Desk, city: City) -> None:
    answer = visitor.client.post(
        "/visits/cancellation", headers={"Referer": "http://localhost/visits?overdue=1"}
    )
    page = Page(answer, check_page(answer.text))
    assert page.status == 401
    following = [e.get("value") for e in page.all("input") if e.get("name") == "next"]
    assert following == ["/visits?overdue=1"], "back to the form, and to no other site"
    visitor.get("/sign-in")
    answer = visitor.client.post("/visits/cancellation")
    assert answer.status_code == 401, "a cookie that signs nobody in is no session"


def test_a_refused_picture_begins_no_session(visitor: Desk, city: City) -> None:
    path = f"/media/{'0' * 64}/preview"
    answer = visitor.client.get(path, headers={"Sec-Fetch-Dest": "image", "Accept": "image/*,*/*"})
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert "Set-Cookie" not in answer.headers


def test_a_refused_form_leads_back_to_its_page(sit: Sit) -> None:
    desk = sit("office1")
    fields = {"csrf_token": desk.token(), "back": "/elsewhere"}
    for referrer, link in (
        ("http://localhost/visits/1?x=2", True),
        ("http://evil.example/", False),
    ):
        answer = desk.client.post(
            "/visits/cancellation", data=fields, headers={"Referer": referrer}
        )
        assert answer.status_code == 422
        assert ("/visits/1?x=2" in Page(answer, check_page(answer.text)).links()) is link
        assert "evil.example" not in answer.text


def test_signing_out_ends_the_session(sit: Sit) -> None:
    desk = sit("office1")
    desk.post("/sign-out")
    desk.get("/today", status=401)


def test_the_language_is_kept(sit: Sit) -> None:
    desk = sit("office1")
    desk.post("/language", {"language": "en", "back": "/today"})
    assert desk.get("/today").tree.get("lang") == "en"


def test_a_new_password_ends_other_sessions(sit: Sit) -> None:
    here, there = sit("office1"), sit("office1")
    new = "another good password"
    here.post("/password", {"present": PASSWORD, "wanted": new, "again": new})
    here.get("/today")
    there.get("/today", status=401)


def test_a_new_password_is_checked(sit: Sit) -> None:
    desk = sit("office1")
    short = {"present": PASSWORD, "wanted": "short", "again": "short"}
    assert "10" in desk.post("/password", short, status=422).text
    differ = {"present": PASSWORD, "wanted": "a" * 12, "again": "b" * 12}
    assert "不一样" in desk.post("/password", differ, status=422).text


class TestSignInIsLimited:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, sign_in_limit="3 per minute")

    def test_too_many_tries_are_refused(self, visitor: Desk, city: City) -> None:
        fields = {"username": "office1", "password": "wrong"}
        for _ in range(3):
            visitor.post("/sign-in", fields, status=401)
        visitor.post("/sign-in", fields, status=429)
