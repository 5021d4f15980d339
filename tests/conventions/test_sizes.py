"""Functions and files stay small enough to be read at one go (design §1)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FUNCTION, MAX_FILE = 40, 400
FORBIDDEN_NAMES = re.compile(r"^(utils?|helpers?|managers?|common|misc)$")

# A file may be longer only with a reason.
LONG_FILES: dict[str, str] = {
    "webapp/areas/divisions.py": "a table of the city's streets, not code",
    "webapp/evidence/export/outside/verify.py": "a stranger gets one file to read and to run",
}


# A function of the phone may be longer only with a reason.
LONG_FUNCTIONS = {
    "webapp/static/pwa/src/screens/model/use-draft.ts:useDraft": "one hook's state",
    "webapp/static/pwa/src/screens/sign-in.tsx:SignInForm": "one form with its markup",
    "webapp/static/pwa/src/screens/capture/capture.tsx:CaptureScreen": "one screen with its markup",
    "webapp/static/pwa/src/screens/capture/use-recording.ts:useRecording": "one hook's state",
    "webapp/static/pwa/src/screens/capture/no-camera.tsx:NoCamera": "one screen with its markup",
}
FUNCTION = re.compile(
    r"^(?P<depth> *)(?:export )?(?:default )?(?:async )?"
    r"(?:function\*? (?P<name>\w+)|const (?P<constant>\w+) = (?:async )?[^=]*=> \{$)"
)


def source_files() -> list[Path]:
    folders = ("webapp", "storage", "tests", "migrations")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    skipped = {"dist", "node_modules", "versions", "__pycache__", "translations"}
    return [
        path for path in found
        if path.suffix in {".py", ".ts", ".tsx", ".js", ".css", ".html"}
        and not skipped & set(path.parts)
    ]  # fmt: skip


def python_files() -> list[Path]:
    return [path for path in source_files() if path.suffix == ".py"]


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in source_files()
        if (count := len(path.read_text("utf-8").splitlines())) > MAX_FILE
    }
    assert not {name: count for name, count in long.items() if name not in LONG_FILES}


def test_python_functions_are_short() -> None:
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert not long


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
        and path.read_text("utf-8").strip()
    ]
    assert not silent


def phone_functions() -> Iterator[tuple[str, int]]:
    """Give each function of the phone and of the desk's modules, with its length.

    The code is indented by rule, so a function ends where a brace stands as deep as its head.
    """
    for path in source_files():
        if path.suffix not in {".ts", ".tsx", ".js"}:
            continue
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if (head := FUNCTION.match(line)) and not line.endswith("}"):
                end = re.compile(rf"^{head['depth']}\}}[;,)]*$")
                length = next((n for n, at in enumerate(lines[number:], 1) if end.match(at)), 0)
                yield f"{path.relative_to(ROOT)}:{head['name'] or head['constant']}", length


def test_phone_functions_are_short() -> None:
    found = dict(phone_functions())
    assert len(found) > 100
    long = {name: length for name, length in found.items() if length > MAX_FUNCTION}
    assert not {name: length for name, length in long.items() if name not in LONG_FUNCTIONS}


def test_nothing_is_called_long_that_is_short() -> None:
    assert set(LONG_FUNCTIONS) <= {name for name, length in phone_functions() if length > 40}


def test_the_table_of_contents_fits_a_page() -> None:
    assert len((ROOT / "webapp/__init__.py").read_text("utf-8").splitlines()) < 60


@pytest.mark.parametrize("folder", ["webapp", "storage", "tests"])
def test_no_file_is_a_shed(folder: str) -> None:
    sheds = [path for path in (ROOT / folder).rglob("*") if FORBIDDEN_NAMES.match(path.stem)]
    assert not [path for path in sheds if "node_modules" not in path.parts]
