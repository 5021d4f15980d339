"""Every page of the desk speaks one language, and names nothing by an id or a code."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from tests.builders import PASSWORD
from tests.integration.desk.pages import Desk, Page, X
from tests.integration.test_foreign_areas import held_import
from webapp import clock, sealing
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.jobs.models import Job
from webapp.roster.imports.import_models import RosterImport, RosterImportRow

# Accounts of every kind of desk.
USERNAMES = ("office1", "agency2", "agency3", "city1", "auditor1", "admin")
# Of many pages that differ in their ids only, so many are read.
ALIKE = 2
SEAL = "安"
UNREAD = {f"{X}script", f"{X}style", f"{X}code"}
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-empty", "data-confirm")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,})+")
RAW = {
    "an id": re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-"),
    "a code": re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b"),
    "a value of Python": re.compile(r"\b(?:None|True|False)\b|%\(|<\w+ object"),
    "an ISO date": re.compile(r"\b\d{4}-\d{2}-\d{2}"),
}


def words_of(page: Page) -> Iterator[str]:
    """Give what a reader is shown or read out; the switch speaks both, definitions neither."""

    def of(element: Element) -> Iterator[str]:
        if element.tag in UNREAD or element.get("name") == "language":
            return
        yield from (element.get(name, "") for name in SPOKEN)
        if element.tag == f"{X}input" and element.get("type") == "submit":
            yield element.get("value", "")
        yield element.text or ""
        for child in element:
            yield from of(child)
            yield child.tail or ""

    yield from (" ".join(words.split()) for words in of(page.tree) if words.strip())


def is_page(link: str) -> bool:
    """Say whether a link leads to a page of the desk, and not to a file or the phone's app."""
    path = urlsplit(link).path
    return link.startswith("/") and not path.startswith(("/app", "/media", "/static", "/api"))


def shape(link: str) -> str:
    """Return what pages that differ only in their ids and filters have in common."""
    return re.sub(r"/[0-9a-f-]{36}|/\d+|/[\w-]{43}", "/#", urlsplit(link).path)


def spoken(link: str, tag: str) -> str:
    """Return the address of a page in a language; pages hand on what their own address says."""
    parts = urlsplit(link)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    return f"{parts.path}?{urlencode([*asked, ('lang', tag)])}"


def walk(desk: Desk) -> Iterator[tuple[str, dict[str, Page]]]:
    """Give every page that links lead to, in both languages."""
    todo, seen, alike = ["/today"], set[str](), dict[str, int]()
    while todo:
        link = todo.pop(0)
        if link in seen or alike.get(shape(link), 0) >= ALIKE:
            continue
        seen.add(link)
        alike[shape(link)] = alike.get(shape(link), 0) + 1
        answer = desk.client.get(link)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        pages = {tag: desk.get(spoken(link, tag)) for tag in ("zh", "en")}
        todo += [to for to in pages["zh"].links() if is_page(to)]
        yield link, pages


def wrong_with(words: str, tag: str, data: str) -> Iterator[str]:
    """Name what is wrong with words on a page; what the database holds may be shown."""
    foreign = {"zh": ENGLISH, "en": CHINESE}[tag]
    if any(found not in data and found != SEAL for found in foreign.findall(words)):
        yield "another language"
    yield from (what for what, spelled in RAW.items() if spelled.search(words))


def held() -> str:
    """Return every word that the database holds: data, which may be of any language."""
    found: list[str] = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)):
            for name, value in row._mapping.items():
                if name in {"report", "facts"}:
                    # What a program wrote about findings; pages say it in words of their own.
                    continue
                is_sealed = str(name).endswith("_sealed") and value
                found.append(sealing.unseal(value) if is_sealed else str(value))
    return "\n".join(found)


@pytest.fixture
def everything(archive: None) -> Iterator[None]:
    """The archive, with what only a bad day shows: held rows, given-up work, a foreign index."""
    db.session.execute(text("CREATE INDEX ix_stray ON visit (note)"))
    community = db.session.scalars(db.select(Area).where(Area.level == "community")).first()
    assert community is not None
    held_import(community.path)
    at = clock.now()
    db.session.add(
        Job(
            kind="evidence.adopt-files",
            payload={},
            state="dead",
            run_at=at,
            tries=5,
            last_error="OSError at adopting.py:20",
            created_at=at,
            finished_at=at,
        )
    )
    db.session.commit()
    yield
    db.session.remove()
    db.session.execute(text("DROP INDEX ix_stray"))
    db.session.execute(db.delete(RosterImportRow))
    db.session.execute(db.delete(RosterImport))
    db.session.execute(db.delete(Job).where(Job.state == "dead"))
    db.session.commit()


@pytest.mark.parametrize("username", USERNAMES)
def test_every_page_speaks_one_language(everything: None, username: str) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    desk, data = Desk(app.test_client()), held()
    desk.sign_in(username, PASSWORD if username != "agency2" else "k9-tianqi-baicai")
    faults, seen = set(), set()
    for link, pages in walk(desk):
        seen.add(shape(link))
        for tag, page in pages.items():
            faults |= {(shape(link), tag, why, words) for words in words_of(page)
                       for why in wrong_with(words, tag, data)}  # fmt: skip
    assert not faults
    assert {"/today", "/password"} < seen, "the walk leads somewhere"


@pytest.mark.parametrize(
    ("words", "tag", "why"),
    [
        ("No migration makes it", "zh", "another language"),
        ("1 项 to do", "en", "another language"),
        ("见 019a1c5e-0ac2-791c-b4f4-2ef21acdd704", "zh", "an id"),
        ("not media_missing", "en", "a code"),
        ("到 2027-01-12", "zh", "an ISO date"),
        ("None", "en", "a value of Python"),
        ("%(n)s 项", "zh", "a value of Python"),
    ],
)
def test_what_is_wrong_is_seen(words: str, tag: str, why: str) -> None:
    assert why in wrong_with(words, tag, data="测试市")


def test_data_may_be_of_any_language() -> None:
    assert list(wrong_with("Home · 测试市", "en", data="测试市")) == []
    assert list(wrong_with("手机 John Smith", "zh", data="John Smith")) == []
