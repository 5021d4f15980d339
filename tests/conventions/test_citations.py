"""Every citation of a design paragraph can be followed inside the repository."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "docs/design"
PAGES = ("evidence", "design", "domain", "look")
KINDS = {".py", ".ts", ".tsx", ".js", ".css", ".html", ".md", ".po", ".txt"}
# Built files repeat their sources, and this file spells wrong citations.
LEFT_OUT = (
    "webapp/static/pwa/dist",
    "webapp/static/desk/dist",
    "tests/conventions/test_citations.py",
)
PARAGRAPH = r"§\w+(?:\.\d+)*"
CITED = re.compile(rf"(?i)\b({'|'.join(PAGES)}) ({PARAGRAPH}(?:(?:, | and | to ){PARAGRAPH})*)")
STANDARD = re.compile(r"RFC|ISO|ITU|ECMA|CIPA|NIST|PNG|EXIF|APPNOTE")
OTHER_SPELLINGS = re.compile(
    r"(?i)\(issue\b|\bissue §|\battacks? \d|[(,;] ?[SC]\d{1,2}[),;]"
    r"|\b(?:evidence|domain|field\d?) [SAC]?\d+(?:\.\d+)?\b(?! \w)"
    r"|(?<!/)\b(?:look|domain|evidence|field\d?|layout|year|server|browser)\.md"
)


def sources() -> Iterator[Path]:
    """Give every text of ours that may cite, but the pages of design themselves."""
    for folder in ("webapp", "storage", "tests", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = str(path.relative_to(ROOT))
            if (
                path.suffix in KINDS
                and not name.startswith(LEFT_OUT)
                and DESIGN not in path.parents
            ):
                yield path


def flowing(path: Path) -> str:
    """Return a text with its lines joined, so that a wrapped citation is one again."""
    return re.sub(r"\s*\n\s*(?:#:?|//|\*)?\s*", " ", path.read_text("utf-8"))


def paragraphs(page: str) -> set[str]:
    """Return what may be cited of a page: its sections, their points, clauses and tables."""
    text = (DESIGN / f"{page}.md").read_text("utf-8")
    found: set[str] = set()
    section = ""
    for line in text.splitlines():
        if heading := re.match(r"##+ (\w+(?:\.\d+)*)", line):
            section = heading[1]
            found.add(section)
        elif point := re.match(r"(\d+)\. ", line):
            found.add(f"{section}.{point[1]}")
        elif clause := re.match(r"\|(S\d+)\||- (C\d+) ", line):
            found.add(clause[1] or clause[2])
    return found


def unknown_in(text: str) -> list[str]:
    """Return the citations that lead nowhere."""
    wrong = []
    for page, cited in CITED.findall(text):
        known = paragraphs(page.lower())
        wrong += [
            f"{page} {each}" for each in re.findall(PARAGRAPH, cited) if each[1:] not in known
        ]
    return wrong


def stray_in(text: str) -> list[str]:
    """Return what looks like a citation and is spelt another way, or names no page."""
    stray = [found[0] for found in OTHER_SPELLINGS.finditer(text)]
    ours = [found.span() for found in CITED.finditer(text)]
    for sign in re.finditer("§", text):
        of_ours = any(start <= sign.start() < end for start, end in ours)
        before = text[max(0, sign.start() - 160) : sign.start()]
        if not of_ours and not STANDARD.search(before):
            stray.append(text[max(0, sign.start() - 20) : sign.end() + 8])
    return stray


def test_every_cited_paragraph_exists() -> None:
    wrong = {str(path.relative_to(ROOT)): found for path in sources()
             if (found := unknown_in(flowing(path)))}  # fmt: skip
    assert not wrong


def test_citations_are_spelt_one_way() -> None:
    stray = {str(path.relative_to(ROOT)): found for path in sources()
             if (found := stray_in(flowing(path)))}  # fmt: skip
    assert not stray


def test_the_pages_cite_each_other_truly() -> None:
    wrong = {page: found for page in PAGES
             if (found := unknown_in(flowing(DESIGN / f"{page}.md")))}  # fmt: skip
    assert not wrong


@pytest.mark.parametrize(
    ("page", "some"),
    [("evidence", {"1.4", "2", "5.1", "5.27", "5.70"}), ("design", {"1", "4", "7"}),
     ("domain", {"2.2", "7.1", "A2", "A3", "S1", "S42", "C7"}), ("look", {"Speech", "Type"})],
)  # fmt: skip
def test_the_pages_have_their_paragraphs(page: str, some: set[str]) -> None:
    assert some <= paragraphs(page)


@pytest.mark.parametrize(
    "text", ["(evidence §5.71)", "(evidence §1.1 to §1.99)", "domain §S43", "look §Sound"]
)
def test_a_citation_of_nothing_is_found(text: str) -> None:
    assert unknown_in(text)


@pytest.mark.parametrize(
    "text", ["(issue §4)", "(attack 21)", "(S33)", "domain A3)", "look.md", "as §3 says"]
)
def test_another_spelling_is_found(text: str) -> None:
    assert stray_in(text)
