"""Which facts about visits nobody changes without an entry in the journal."""

from typing import cast

from sqlalchemy import Table

from webapp.journal.state_kinds import Child, Kind, Row, declare
from webapp.visits.models import (
    Attempt,
    ContactChange,
    Occasion,
    Visit,
    VisitRemoval,
    VisitTermChange,
)

WORDS, HISTORY, TASK = "words", "history", "task"


def area_of(row: Row) -> str:
    """Return the id of the area that a visit lies in; where that area lies may change."""
    return str(row["area_path"]).strip("/").rpartition("/")[2]


VISIT = Kind(
    name="visit",
    table=cast(Table, Visit.__table__),
    parts={
        WORDS: frozenset({"note", "returned_words", "cancelled_reason"}),
        HISTORY: frozenset(),
        TASK: frozenset(),
    },
    # The change number orders packs; the path must be that of the area (verify_visits).
    left_out=frozenset({"area_path", "change_no"}),
    derived={"area": area_of},
    children=(
        Child(cast(Table, VisitRemoval.__table__), "visit_id", HISTORY, frozenset({"change_no"})),
        Child(cast(Table, VisitTermChange.__table__), "visit_id", HISTORY),
    ),
)
OCCASION = Kind(
    name="occasion", table=cast(Table, Occasion.__table__), parts={"occasion": frozenset()},
    left_out=frozenset({"area_path"}), derived={"area": area_of},
)  # fmt: skip
ATTEMPT = Kind(name="attempt", table=cast(Table, Attempt.__table__), parts={"attempt": frozenset()})
CONTACT_CHANGE = Kind(
    name="contact_change", table=cast(Table, ContactChange.__table__),
    parts={"change": frozenset()},
)  # fmt: skip
for _kind in (VISIT, OCCASION, ATTEMPT, CONTACT_CHANGE):
    declare(_kind)
