"""Each outer thing has one door (design §1), and the rules are pure."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DOORS = {
    "argon2": {"webapp/people/service.py"},
    "PIL": {"webapp/evidence/decoding/imaging.py"},
    "pillow_heif": {"webapp/evidence/decoding/imaging.py"},
    "av": {"webapp/evidence/decoding/video.py"},
    "geopy": {"webapp/roster/geography.py"},
    "boto3": {"storage/s3.py"},
    "botocore": {"storage/s3.py"},
    "python_calamine": {"webapp/roster/reading/workbook.py"},
    "xlsxwriter": {"webapp/roster/workbook_writer.py"},
    "segno": {"webapp/serving/local_network.py", "webapp/oversight/checkpoints.py"},
    "waitress": {"webapp/serving/embedded_server.py"},
}
PURE = {"rules.py"}
# What asks the clock or chance for something; rules are told time and place.
ASKING = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "random", "urandom", "uuid4"}


# A value that changes may stand among rules only with a reason.
CHANGING = {"SheetRules": "reads a sheet row by row and remembers the row above"}


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


def test_other_tests_start_a_second_application_by_running() -> None:
    """A pool that a test forgets fails another test, when the garbage collector finds it."""
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "create_app"
    }
    assert not found


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


def test_rules_are_told_what_time_it_is() -> None:
    asking = []
    for path in modules():
        if path.name not in PURE:
            continue
        asking += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.func.attr}"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKING
        ]  # fmt: skip
    assert not asking


def test_the_facts_of_rules_are_frozen() -> None:
    loose = []
    for path in modules():
        if path.name not in PURE:
            continue
        loose += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ClassDef) and node.name not in CHANGING
            and any("dataclass" in (words := ast.unparse(mark)) and "frozen=True" not in words
                    for mark in node.decorator_list)
        ]  # fmt: skip
    assert not loose


def test_services_take_keyword_only_arguments() -> None:
    positional = []
    for path in modules():
        if path.name != "service.py":
            continue
        positional += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            and len(node.args.posonlyargs + node.args.args) > 1
        ]  # fmt: skip
    assert not positional


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_areas_give_the_one_answer_to_what_lies_in_an_area() -> None:
    """`areas/duty.py` asks for rows, `Actor.covers` and `path_lies_in` of a path at hand."""
    answering = ("webapp/areas/", "webapp/access/")
    asked = re.compile(r"area_path\.startswith\(|startswith\((actor|chosen|worker)\.area_path")
    found = {
        str(path.relative_to(ROOT)) for path in modules() if asked.search(path.read_text("utf-8"))
    }
    assert not {name for name in found if not name.startswith(answering)}
