"""Every column of every table stands in `docs/protected-columns.md`, once, and no other."""

from collections import Counter

from apiflask import APIFlask

from tests.column_table import DELETED, DOUBLED, claims, malformed_lines
from webapp.extensions import db


def test_every_column_says_what_protects_it_or_why_nothing_does(app: APIFlask) -> None:
    columns = {
        f"{table.name}.{name}"
        for table in db.metadata.sorted_tables
        for name in (*table.columns.keys(), DELETED, DOUBLED)
    }
    said = Counter(claim.name for claim in claims())

    assert sorted(columns - set(said)) == [], "not in docs/protected-columns.md"
    assert sorted(set(said) - columns) == [], "in docs/protected-columns.md, but in no model"
    assert [name for name, times in said.items() if times > 1] == []


def test_the_page_can_be_read_as_it_is_written() -> None:
    assert malformed_lines() == []


def test_what_is_not_protected_says_why() -> None:
    assert [claim.name for claim in claims() if len(claim.how) < 8] == []
