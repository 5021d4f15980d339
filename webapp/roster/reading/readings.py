"""What one row of a roster says once it has been read."""

from dataclasses import dataclass, field
from datetime import date

from webapp.roster.reading.treatments import (
    SERIOUSNESS,
    Fact,
    Finding,
    Treatment,
    most_serious,
)

_HELD = SERIOUSNESS[Treatment.HOLD]
# Warnings that make a row another one than its like without them.
_MARKS = frozenset({"row_struck", "cell_struck", "words_struck", "sex_differs", "birth_differs"})


@dataclass(slots=True)
class RowReading:
    """A row in our own words; `findings` say what was done to it and what stands against it.

    `row` is the sheet's own number, the first 1. `number` is empty unless it is certain.
    """

    row: int
    sheet: str = ""
    findings: list[Finding] = field(default_factory=list)
    name: str = ""
    number: str = ""
    doc_type: str = "resident"
    sex: str | None = None
    birth_on: date | None = None
    kind: str = "retiree"
    # Empty where the row says nothing of it.
    status: str = ""
    area_id: int | None = None
    area_path: str = "/"
    address: str = ""
    phones: tuple[str, ...] = ()
    contact: tuple[str, str, str] | None = None
    employer: str = ""
    deceased_number: str = ""
    position: tuple[float, float, str] | None = None
    remark: str = ""

    def note(self, code: str, **facts: Fact) -> None:
        """Add a finding, once for each code."""
        if all(finding.code != code for finding in self.findings):
            self.findings.append(Finding(code, facts))

    def keep(self, words: str, label: str = "") -> None:
        """Add words of the row, perhaps behind the name of their column, to what is remarked."""
        said = f"{label}：{words}" if label else words
        if said and said not in self.remark.split("；"):
            self.remark = f"{self.remark}；{said}" if self.remark else said

    def drop(self, code: str) -> None:
        """Take a finding back that turned out otherwise."""
        self.findings = [finding for finding in self.findings if finding.code != code]

    @property
    def treatment(self) -> Treatment:
        """The most serious of the findings' treatments."""
        return most_serious(self.findings)

    @property
    def codes(self) -> list[str]:
        """The findings' codes in the order in which they were made."""
        return [finding.code for finding in self.findings]

    def content(self) -> tuple[object, ...]:
        """Everything that the row says, to tell a repetition from a contradiction."""
        return (
            self.name, self.number, self.kind, self.status or "normal", self.area_id, self.address,
            self.phones, self.contact, self.employer, self.deceased_number, self.position,
            self.remark, self.sex, self.birth_on and self.birth_on.isoformat(), self.marks(),
        )  # fmt: skip

    def marks(self) -> tuple[tuple[str, ...], ...]:
        """What was found of losses, strikes and contradictions, with the words; plain rows: ()."""
        found = [(each.code, *map(str, each.facts.values())) for each in self.findings
                 if each.code in _MARKS or SERIOUSNESS[each.treatment] >= _HELD]  # fmt: skip
        return tuple(sorted(found))
