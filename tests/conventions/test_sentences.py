"""Every refusal has one clear sentence, in both languages."""

import ast
from pathlib import Path

from apiflask import APIFlask
from babel.messages.pofile import read_po

from tests.integration.desk.pages import forget_request
from webapp.evidence.labels import span_words
from webapp.http.errors import FACT_WORDS, SENTENCES
from webapp.jobs import registry
from webapp.jobs.desk import KIND_WORDS
from webapp.visits.rules import REQUIRED_DETAILS

ROOT = Path(__file__).parents[2]


def codes_raised() -> dict[str, str]:
    """Return every literal code given to Refusal(...) and where."""
    found = {}
    for path in (ROOT / "webapp").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in {"Refusal", "Kept"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found[node.args[0].value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def test_every_code_has_a_sentence(app: APIFlask) -> None:
    assert not {code: at for code, at in codes_raised().items() if code not in SENTENCES}


def test_whatever_a_result_can_lack_is_named_in_words(app: APIFlask) -> None:
    can_lack = {field for fields in REQUIRED_DETAILS.values() for field in fields}
    assert set(FACT_WORDS["detail_missing"]["field"]) >= can_lack


def test_english_is_complete() -> None:
    """What `pybabel extract` finds in the code stands translated in the English catalogue."""
    from babel.messages.extract import extract_from_dir

    with (ROOT / "webapp/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2)}
    found = extract_from_dir(str(ROOT / "webapp"), methods, keywords=keywords)
    missing = set()
    for filename, _line, message, _comments, _context in found:
        key = message[0] if isinstance(message, tuple) else message
        entry = catalogue.get(key)
        forms = entry.string if entry and entry.pluralizable else (entry and entry.string,)
        if entry is None or not all(forms) or "fuzzy" in entry.flags:
            missing.add((filename, key))
    assert not missing


def test_every_kind_of_work_has_words(app: APIFlask) -> None:
    """A job that was given up is shown to the administrator by its kind."""
    kinds = {kind: registry.registration(kind).run.__module__ for kind in registry.kinds()}
    ours = {kind for kind, module in kinds.items() if module.startswith("webapp.")}
    assert ours == set(KIND_WORDS)


def test_english_counts_one_and_many(app: APIFlask) -> None:
    with (ROOT / "webapp/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        plural = [entry for entry in read_po(file, locale="en") if entry.pluralizable]
    assert plural
    assert not [entry.id for entry in plural if len(set(entry.string)) < 2]
    with app.test_request_context("/?lang=en"):
        assert [span_words(seconds) for seconds in (1, 59, 3600 * 26, 172_800)] == [
            "1 second", "59 seconds", "26 hours", "2 days",
        ]  # fmt: skip
        assert [span_words(seconds) for seconds in (90, 5400)] == ["2 minutes", "2 hours"]
    forget_request()
    with app.test_request_context("/?lang=zh"):
        assert span_words(1) == "1 秒"
