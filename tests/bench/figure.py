"""What a measure gives back: a figure with its unit beside the budget it has to keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; `at_least` marks a budget that is a floor, not a ceiling."""

    name: str
    value: float
    unit: str
    budget: float
    note: str = ""
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """The figure divided by its budget."""
        return self.value / self.budget

    @property
    def verdict(self) -> str:
        """`ok`, or on which side of the budget the figure lies: `over`, `under`."""
        if self.at_least:
            return "ok" if self.value >= self.budget else "under"
        return "ok" if self.value <= self.budget else "over"


@dataclass(frozen=True)
class Failure:
    """A measure that could not be run, and why."""

    name: str
    why: str

    verdict = "not run"


Row = Figure | Failure
