"""Which facts about pensioners nobody changes without an entry in the journal."""

from typing import cast

from sqlalchemy import Table

from webapp.journal.state_kinds import Child, Kind, declare
from webapp.roster.models import Benefit, Contact, Person, Phone

IDENTITY, FACTS = "identity", "facts"
# So the column was called when the first states were written.
AS_BEFORE = {"reported_status": "status"}

# Who it is can be shown to a stranger without where he lives and what he receives.
PERSON = Kind(
    name="person",
    table=cast(Table, Person.__table__),
    parts={
        IDENTITY: frozenset(
            {"name", "doc_type", "number_index", "masked_number", "sex", "birth_on"}
        ),
        FACTS: frozenset(),
    },
    # The path follows from the area, which verify_people demands.
    left_out=frozenset({"area_path"}),
    children=(
        Child(cast(Table, Phone.__table__), "person_id", FACTS),
        Child(cast(Table, Contact.__table__), "person_id", FACTS),
        Child(cast(Table, Benefit.__table__), "person_id", FACTS, spelt=AS_BEFORE),
    ),
    spelt=AS_BEFORE,
)
declare(PERSON)
