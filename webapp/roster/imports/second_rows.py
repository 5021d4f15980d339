"""A second row of a file about one person with two benefits adds, and overwrites nothing."""

from webapp.roster.imports.comparison import joined_notes
from webapp.roster.imports.row_judge import Verdict
from webapp.roster.reading.readings import RowReading

OTHER_ADDRESS = "另一住址"
# What the first row said of the person stays.
_OF_FIRST = frozenset({"name", "address", "area", "position", "sex", "birth", "document"})


def leave_first_row(reading: RowReading, verdict: Verdict) -> None:
    """Take from the verdict what would overwrite the first row, and keep its words as a remark."""
    facts = next(each.facts for each in reading.findings if each.code == "second_benefit")
    first = facts.get("first_address")
    if first == "" and reading.address:
        added = [name for name in ("address", "area") if name not in verdict.changes]
        verdict.changes += added if reading.area_id is not None else added[:1]
        verdict.changes = [
            n for n in verdict.changes if n not in _OF_FIRST or n in {"address", "area"}
        ]
        return
    if reading.address and reading.address != first:
        reading.keep(reading.address, OTHER_ADDRESS)
        reading.note("second_address", note=reading.address)
    verdict.changes = [name for name in verdict.changes if name not in _OF_FIRST]
    before = verdict.known.note if verdict.known is not None else ""
    if "note" not in verdict.changes and joined_notes(reading.remark, before) != before:
        verdict.changes.append("note")
