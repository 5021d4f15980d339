"""The documents stay true: settings, API paths, libraries, files and links are as they say."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from apiflask import APIFlask

from webapp.config import Settings
from webapp.journal.rules import EntryType
from webapp.roster.reading.treatments import TREATMENT_OF

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PATH = re.compile(r"[\w.*/-]+\.(?:py|tsx?|json|toml|md|conf|yaml|env|css|html)|[\w/-]+/")
OF_THE_DATA_FOLDER = {"blobs/", "blobs/damaged/", "keys/", "spool/"}
SOURCES = ("webapp", "storage", "tests")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of a page's tables, without the heads."""
    found = [[cell.strip() for cell in line.strip("|").split("|")]
             for line in text.splitlines() if line.startswith("| ")]  # fmt: skip
    return [cells for cells in found if cells[0] not in {"library", "setting", "measure"}]


def test_every_setting_is_described_and_no_other() -> None:
    described = set(re.findall(r"`ANZAI_([A-Z0-9_]+)`", read("docs/operations.md")))
    names = {"DATA", *(n.upper() for n in Settings.__dataclass_fields__ if n != "data_dir")}
    keys = {name.upper().replace("-", "_") for name in keys_asked_for()}

    assert described == names | {f"KEY_{name}" for name in keys}


def keys_asked_for() -> set[str]:
    """Return the names of the keys that the code asks the settings for."""
    text = "".join(path.read_text("utf-8") for path in (ROOT / "webapp").rglob("*.py"))
    named = set(re.findall(r"\.key\(\s*\"?([\w-]+)\"?\s*\)", text))
    constants = dict(re.findall(r"^([A-Z_]+) = \"([a-z-]+)\"$", text, re.M))
    return {constants.get(name, name) for name in named} - {"name"}


def test_every_dependency_is_argued_for_and_no_other() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(each for extra in extras.values() for each in extra)]
    package = json.loads(read("package.json"))
    wanted = [re.split(r"[\[=]", each)[0] for each in asked]
    wanted += [*package["dependencies"], *package["devDependencies"]]
    argued = [name for name, why in rows(read("docs/dependencies.md")) if why]

    assert sorted(argued) == sorted(wanted)


def test_every_api_path_is_described(app: APIFlask) -> None:
    described = read("docs/api.md")
    paths = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert not sorted(path for path in paths if f"`{path}`" not in described)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    broken = [each for each in links if "://" not in each and not (page.parent / each).exists()]
    assert not broken


def test_decisions_are_numbered_in_a_row_and_titled() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    for number, page in enumerate(pages, 1):
        assert page.name.startswith(f"{number:04d}-")
        assert page.read_text("utf-8").startswith(f"# {number:04d} ")


def tracked() -> list[str]:
    """Return every file of the project, by its path."""
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                             cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    return listing.stdout.split() or [
        str(path.relative_to(ROOT)) for folder in SOURCES for path in (ROOT / folder).rglob("*")
    ]


def pattern_of(word: str) -> re.Pattern[str]:
    """Return what a path must end with to be meant by `word`; a folder has something in it."""
    end = "" if word.endswith("/") else "$"
    return re.compile(re.escape(f"/{word}").replace(r"\*", "[^/]*") + end)


@pytest.mark.parametrize("name", ["docs/tour.md", "docs/operations.md", "README.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    files = [f"/{path}" for path in tracked()]
    words = [word for word in re.findall(r"`([^`\s]+)`", read(name)) if PATH.fullmatch(word)]
    missing = [
        word for word in words
        if not word.startswith("/") and word not in OF_THE_DATA_FOLDER
        and not any(pattern_of(word).search(path) for path in files)
    ]  # fmt: skip
    assert not missing


def test_every_function_that_the_tour_names_exists() -> None:
    sources = "".join(
        (ROOT / path).read_text("utf-8")
        for path in tracked()
        if path.startswith("webapp/") and path.endswith((".py", ".ts", ".tsx"))
    )
    named = re.findall(r"`(?:\w+\.)?(\w+)\(\)`", read("docs/tour.md"))
    assert len(named) >= 12
    missing = [
        name for name in named
        if not re.search(rf"\b(?:def|function|const) {name}\b", sources)
    ]  # fmt: skip
    assert not missing


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    text = "".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.M))

    assert {"run", "test"} <= named <= targets


def test_both_readmes_say_the_same() -> None:
    """As far as a test can see it: parts, commands, pictures and links, in the same order."""
    english, chinese = read("README.md"), read("README.zh.md")
    for mark in (r"^(#+) ", r"^(make \S+)", r"(`make [^`]*`)", r"^(- \*\*)", r"(`flask[^`]*`)"):
        assert re.findall(mark, english, re.M) == re.findall(mark, chinese, re.M), mark
    pictures = r"!\[[^]]+\]\(([^)]+)\)"
    shown = [each.replace("-en.png", ".png") for each in re.findall(pictures, english)]
    assert shown == re.findall(pictures, chinese)
    links = re.compile(r"(?<!!)\[[^]]*\]\(((?!README)[^)]+)\)")
    assert sorted(links.findall(english)) == sorted(links.findall(chinese))


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").glob("*")}
    shown = set(re.findall(r"docs/pictures/([^)\"]+)", read("README.md") + read("README.zh.md")))

    assert shown == set(sizes)
    assert max(sizes.values()) < 300_000
    assert sum(sizes.values()) < 1_000_000


def test_every_entry_of_the_journal_is_described_and_no_other() -> None:
    described = [cells[0].strip("`") for cells in rows(read("docs/journal-entries.md"))]
    assert sorted(described) == sorted(["entry", *(each.value for each in EntryType)])


def test_every_finding_in_a_roster_is_described_with_its_treatment() -> None:
    found = rows(read("docs/roster-findings.md"))[1:]
    described = {cells[0].strip("`"): cells[1] for cells in found}
    assert len(described) == len(found)
    assert described == {code: str(treatment.value) for code, treatment in TREATMENT_OF.items()}


def test_every_room_is_described() -> None:
    places = {path.parent.name for path in (ROOT / "webapp").glob("*/__init__.py")}
    described = set(re.findall(r"`(\w+)/`", read("CONTRIBUTING.md")))
    assert not places - described
