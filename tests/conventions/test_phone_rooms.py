"""The phone's rooms (design §2): who may import whom, one door for each outer thing, two realms."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "webapp/static/pwa/src"
DESK = ROOT / "webapp/static/desk"

# What each room may import of the others; itself always. Sentences (i18n) are for who shows them.
ROOMS = {
    "domain": set(),
    "store": {"domain"},
    "net": {"domain"},
    "device": {"domain"},
    "sync": {"net", "store", "domain"},
    "i18n": {"domain"},
    "ui": {"i18n"},
    # What the screens ask for, bound to what does it: the one way from a screen to stored work.
    "app": {"domain", "store", "net", "device", "sync", "i18n"},
    "screens": {"domain", "app", "device", "ui", "i18n"},
    "main.tsx": {"app", "device", "ui", "i18n", "screens"},
    "sw.ts": {"domain", "store"},
    # The page at an office's counter, which is no screen of the phone.
    "counter.ts": {"domain", "store", "net", "device"},
    "globals.d.ts": set(),
}
# The libraries, each in the one room that knows it.
LIBRARIES = {
    "idb": {"store"}, "@noble/hashes": {"store"}, "@noble/ed25519": {"sync"},
    "preact": {"ui", "screens", "main.tsx"}, "leaflet": {"screens"},
}  # fmt: skip
# What the browser offers, each behind the one room that may ask it.
DOORS = {
    r"\bindexedDB\b": "store",
    r"\bfetch\(|\bXMLHttpRequest\b|\bsendBeacon\b|\bWebSocket\b": "net",
    r"\bgetUserMedia\b|\bMediaRecorder\b|\bImageCapture\b": "device",
    r"\bnavigator\.geolocation\b|\bgetCurrentPosition\b|\bwatchPosition\b": "device",
    r"\bnavigator\.storage\b": "device",
}
# The service worker answers from its own cache and fetches what is not there.
OWN_DOORS = {("sw.ts", r"\bfetch\(|\bXMLHttpRequest\b|\bsendBeacon\b|\bWebSocket\b")}
FROM = r"""^(?:import|export)\b[^;'"()=]*?["']([^"']+)["'];"""
LATER = r"""\bimport\(["']([^"']+)["']\)"""
IMPORT = re.compile(f"{FROM}|{LATER}", re.M)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)


def files() -> Iterator[tuple[Path, str, str]]:
    """Give each source file, its room and its text without comments."""
    for path in sorted(SOURCE.rglob("*.ts*")):
        text = COMMENT.sub("", path.read_text("utf-8"))
        yield path, path.relative_to(SOURCE).parts[0], text


def imports_of(path: Path, text: str) -> Iterator[str]:
    """Give the room or the library of each import."""
    for match in IMPORT.finditer(text):
        wanted = match[1] or match[2]
        if wanted.startswith("."):
            yield (path.parent / wanted).resolve().relative_to(SOURCE).parts[0]
        else:
            yield wanted


def test_every_room_is_known() -> None:
    assert {room for _, room, _ in files()} <= set(ROOMS) | {"styles"}


def test_rooms_import_downwards_only() -> None:
    strangers = [
        f"{path.relative_to(SOURCE)} imports {wanted}"
        for path, room, text in files()
        for wanted in imports_of(path, text)
        if wanted in ROOMS and wanted != room and wanted not in ROOMS[room]
    ]
    assert not strangers


def wanted_file(path: Path, wanted: str) -> Path | None:
    """The file that an import of `path` names; None for a library or a style."""
    if not wanted.startswith("."):
        return None
    named = (path.parent / wanted).resolve()
    tries = (named, *(Path(f"{named}{ending}") for ending in (".ts", ".tsx", "/index.ts")))
    return next((file for file in tries if file.is_file()), None)


def arrows_of(paths: list[Path]) -> dict[Path, set[Path]]:
    """Which files each file imports, types and later loads too."""
    arrows: dict[Path, set[Path]] = {}
    for path in paths:
        text = COMMENT.sub("", path.read_text("utf-8"))
        found = (wanted_file(path, match[1] or match[2]) for match in IMPORT.finditer(text))
        arrows[path] = {file for file in found if file is not None}
    return arrows


def in_cycles(arrows: dict[Path, set[Path]]) -> list[str]:
    """The files on a cycle or leading to one: those left when all ends are taken away."""
    left = {path: set(wanted) & set(arrows) for path, wanted in arrows.items()}
    while ends := [path for path, wanted in left.items() if not wanted & set(left)]:
        for path in ends:
            del left[path]
    return sorted(str(path.relative_to(ROOT)) for path in left)


def test_no_file_of_the_phone_leads_back_to_itself() -> None:
    assert in_cycles(arrows_of(sorted(SOURCE.rglob("*.ts*")))) == []


def test_no_file_of_the_desk_leads_back_to_itself() -> None:
    assert in_cycles(arrows_of(sorted(DESK.rglob("*.js")))) == []


def test_a_cycle_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conventions.test_phone_rooms.ROOT", tmp_path)
    for name, wanted in (
        ("one", "./two"),
        ("two", "./three"),
        ("three", "./one"),
        ("four", "./one"),
    ):
        (tmp_path / f"{name}.ts").write_text(f'import {{ a }} from "{wanted}";\n', "utf-8")
    (tmp_path / "five.ts").write_text('export const a = () => import("./six");\n', "utf-8")
    (tmp_path / "six.ts").write_text("export const b = 1;\n", "utf-8")
    assert in_cycles(arrows_of(sorted(tmp_path.glob("*.ts")))) == [
        "four.ts",
        "one.ts",
        "three.ts",
        "two.ts",
    ]


def test_each_library_has_its_room() -> None:
    strangers = []
    for path, room, text in files():
        for wanted in imports_of(path, text):
            name = "/".join(wanted.split("/")[: 2 if wanted.startswith("@") else 1])
            if wanted not in ROOMS and room not in LIBRARIES.get(name, set()):
                strangers.append(f"{path.relative_to(SOURCE)} imports {wanted}")
    assert not strangers


@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_outer_thing_has_one_door(door: str) -> None:
    strangers = [
        f"{path.relative_to(SOURCE)}: {match[0]}"
        for path, room, text in files()
        if room != DOORS[door] and (room, door) not in OWN_DOORS
        for match in re.finditer(door, text)
    ]
    assert not strangers


def test_pictures_are_never_text() -> None:
    """A picture in base64 takes a third more room and all of it in memory."""
    guilty = [
        str(path.relative_to(SOURCE))
        for path, _, text in files()
        if re.search(r"readAsDataURL|toDataURL", text)
    ]
    assert not guilty


def compile_with(source: str, project: str) -> "subprocess.CompletedProcess[str]":
    """Compile a probe beside the worker with the settings of one realm."""
    probe = SOURCE / "probe-of-the-tests.ts"
    settings = ROOT / "tsconfig.probe-of-the-tests.json"
    words = f'{{"extends": "./{project}", "include": ["{probe.relative_to(ROOT)}"]}}'
    environ = os.environ | {"PATH": f"{os.environ['PATH']}:{Path(sys.executable).parent}"}
    try:
        probe.write_text(source, "utf-8")
        settings.write_text(words, "utf-8")
        return subprocess.run(
            [ROOT / "node_modules/.bin/tsc", "-p", settings],
            cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        probe.unlink()
        settings.unlink()


def test_a_page_has_a_document_and_the_worker_has_none() -> None:
    source = "export const title: string = document.title;\n"
    assert compile_with(source, "tsconfig.page.json").returncode == 0
    refused = compile_with(source, "tsconfig.worker.json")
    assert refused.returncode != 0
    assert "document" in refused.stdout


def test_the_worker_has_clients_and_a_page_has_none() -> None:
    source = "declare const self: ServiceWorkerGlobalScope;\nexport const all = self.clients;\n"
    assert compile_with(source, "tsconfig.worker.json").returncode == 0
    assert "ServiceWorkerGlobalScope" in compile_with(source, "tsconfig.page.json").stdout
