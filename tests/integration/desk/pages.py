"""A client that checks each page it fetches: HTML, one h1, title, labels, no inline code."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

X = "{http://www.w3.org/1999/xhtml}"
CONTROLS = {f"{X}input", f"{X}select", f"{X}textarea"}


@dataclass
class Page:
    """A fetched page, parsed."""

    response: TestResponse
    tree: Element
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = " ".join("".join(self.tree.itertext()).split())

    @property
    def status(self) -> int:
        return self.response.status_code

    def all(self, tag: str) -> list[Element]:
        return list(self.tree.iter(f"{X}{tag}"))

    def links(self) -> list[str]:
        return [link.get("href", "") for link in self.all("a")]

    def token(self) -> str:
        return next(m.get("content", "") for m in self.all("meta") if m.get("name") == "csrf-token")


def check_page(body: str) -> Element:
    """Parse strictly and check what every page promises; return the tree."""
    tree = html5lib.HTMLParser(strict=True).parse(body)
    elements = list(tree.iter())
    ids = Counter(e.get("id") for e in elements if e.get("id"))
    assert [name for name, times in ids.items() if times > 1] == [], "ids are unique"
    assert len(list(tree.iter(f"{X}h1"))) == 1, "one h1"
    title = next(tree.iter(f"{X}title"))
    assert (title.text or "").split("·")[0].strip(), "a title"
    check_controls(tree, set(ids))
    for element in elements:
        assert not [a for a in element.attrib if a.startswith("on") or a == "style"], "no inline"
        assert element.tag != f"{X}style", "no inline style"
        if element.tag == f"{X}script":
            assert element.get("src"), "no inline script"
        if element.tag == f"{X}img":
            assert element.get("alt") is not None, "pictures have words"
        for name in (element.get("aria-labelledby"), element.get("aria-describedby")):
            assert all(part in ids for part in (name or "").split()), f"{name} names an id"
    return tree


def check_controls(tree: Element, ids: set[str]) -> None:
    """Every control has a label; every posting form a token and an action."""
    labelled = {e.get("for") for e in tree.iter(f"{X}label")}
    inside = {child for label in tree.iter(f"{X}label") for child in label.iter()}
    for element in tree.iter():
        if element.tag in CONTROLS and element.get("type") not in {"hidden", "submit"}:
            named = element.get("aria-label") or element.get("id") in labelled or element in inside
            assert named, f"a label for {element.get('name')}"
        if element.tag == f"{X}form":
            assert element.get("action"), "a form says where it goes"
            fields = {e.get("name") for e in element.iter(f"{X}input")}
            assert element.get("method") != "post" or "csrf_token" in fields, "a token"
        if element.tag == f"{X}button":
            words = "".join(element.itertext()).strip() or element.get("aria-label")
            assert words, "a button says what it does"


def forget_request() -> None:
    """Empty `g`: the tests keep one application context open, a server opens one a request."""
    for name in list(g):
        g.pop(name)


class Desk:
    """Somebody's browser at the desk."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> Page:
        forget_request()
        return self._read(self.client.get(path), status)

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 200,
             token: str | None = None) -> Page:  # fmt: skip
        """Post a form with the session's token and follow the redirect."""
        fields = {"csrf_token": token or self.token(), **(data or {})}
        forget_request()
        return self._read(self.client.post(path, data=fields, follow_redirects=True), status)

    def token(self) -> str:
        forget_request()
        return self._read(r := self.client.get("/sign-in"), r.status_code).token()

    def sign_in(self, username: str, password: str) -> Page:
        return self.post("/sign-in", {"username": username, "password": password})

    def _read(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, response.text[:2000]
        return Page(response, check_page(response.text))
