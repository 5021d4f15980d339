"""Each outer thing has one door (design §1), and the rules are pure."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DOORS = {
    "PIL": {"webapp/evidence/imaging.py"},
    "pillow_heif": {"webapp/evidence/imaging.py"},
    "av": {"webapp/evidence/video.py"},
    "geopy": {"webapp/roster/geography.py"},
    "boto3": {"storage/s3.py"},
    "botocore": {"storage/s3.py"},
    "python_calamine": {"webapp/roster/workbook.py"},
    "xlsxwriter": {"webapp/roster/workbook_writer.py"},
}
PURE = {"rules.py"}


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def modules() -> list[Path]:
    return [*(ROOT / "webapp").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_outer_library_has_one_door(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in modules()
        if any(name.split(".")[0] == library for name in imports_of(path))
    }
    assert users <= DOORS[library]


def test_rules_import_only_the_standard_library() -> None:
    impure = {}
    for path in modules():
        if path.name not in PURE:
            continue
        foreign = {
            name for name in imports_of(path)
            if name.split(".")[0] not in sys.stdlib_module_names
            and name != "webapp.refusals"
            and not name.startswith(f"webapp.{path.parent.name}.")
        }  # fmt: skip
        if foreign:
            impure[str(path.relative_to(ROOT))] = foreign
    assert not impure


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_phone_doors() -> None:
    """IndexedDB only in store, network only in net, camera and location only in device."""
    source = ROOT / "webapp/static/pwa/src"
    words = {
        "indexedDB": "store", "idb": "store", "XMLHttpRequest": "net", "getUserMedia": "device",
        "geolocation": "device", "MediaRecorder": "device",
    }  # fmt: skip
    strangers = []
    for path in source.rglob("*.ts*"):
        room = path.relative_to(source).parts[0]
        text = path.read_text("utf-8")
        strangers += [
            f"{path.relative_to(ROOT)}: {word}"
            for word, home in words.items()
            if room != home and (f"{word}." in text or f'from "{word}"' in text)
            and room != "sw.ts"
        ]  # fmt: skip
    assert not strangers
