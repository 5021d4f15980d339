"""What phones send of their visits, as checked values (the result of design §4)."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from webapp.visits.detail_names import canonical_details
from webapp.visits.rules import Action, Met, Outcome

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Note = Annotated[str, StringConstraints(max_length=2000)]
NumberEnd = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,4})?$")]


# What a clock that is beyond all reason reads as; flagged as `values_unreadable`, never refused.
UNREADABLE = datetime(1970, 1, 1, tzinfo=UTC)
# How JavaScript writes a time outside the years 0000 to 9999 (ECMA-262 §21.4.1.32.1).
_FAR_YEAR = re.compile(r"[+-][0-9]{6}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z", re.ASCII)
# The year 0 and others that only Python's calendar lacks.
_NO_YEAR = re.compile(r"0000-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z", re.ASCII)


def _of_some_clock(value: Any) -> Any:
    """Read the far years that a phone's clock may show; text that no clock writes stays."""
    is_far = isinstance(value, str) and (_FAR_YEAR.fullmatch(value) or _NO_YEAR.fullmatch(value))
    return UNREADABLE if is_far else value


def _in_our_time(value: datetime) -> datetime:
    """Take instants at the edges of the calendar, which no zone can be told of, as unreadable.

    A phone whose clock was set to 1960 cannot report its visit again: what it says of the time
    is worth nothing, and costs the rest nothing either.
    """
    return value if 1970 <= value.year <= 2200 else UNREADABLE


def _each_once(refs: "list[CaptureRef]") -> "list[CaptureRef]":
    if len({ref.capture_id for ref in refs}) != len(refs):
        raise ValueError("a capture is named twice")
    return refs


Instant = Annotated[AwareDatetime, BeforeValidator(_of_some_clock), AfterValidator(_in_our_time)]


class Sent(BaseModel):
    """What a phone sends: unknown members are let be, and null stands for absent."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if value is not None}


class AttemptBody(Sent):
    """One attempt; `position` is kept as the phone wrote it.

    `number_end` says which number a call went to, by its last four digits; "" is a number that
    is not on record.
    """

    attempt_id: UUID
    started_at: Instant
    ended_at: Instant | None = None
    met: Met
    action: Action | None = None
    number_end: NumberEnd | None = None
    note: Note = ""
    position: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _ended_when_nobody_knows(self) -> "AttemptBody":
        """Let an end that no clock shows be none: nothing can be reckoned from it."""
        self.ended_at = None if self.ended_at == UNREADABLE else self.ended_at
        return self


class CaptureRef(Sent):
    """Names a capture and the record that the result rests on."""

    capture_id: UUID
    record_sha256: Sha256


class ContactChangeBody(Sent):
    """A correction that the worker proposes."""

    field: Literal["address", "phone", "contact"]
    value: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class ResultBody(Sent):
    """The body of `POST /api/v1/results`."""

    result_id: UUID
    visit_id: UUID
    outcome: Outcome
    decided_at: Instant
    attempts: list[AttemptBody] = Field(default_factory=list, max_length=1000)
    captures: Annotated[list[CaptureRef], AfterValidator(_each_once)] = Field(
        default_factory=list, max_length=1000
    )
    details: dict[str, Any] = Field(default_factory=dict, max_length=50)
    contact_changes: list[ContactChangeBody] = Field(default_factory=list, max_length=20)
    note: Note = ""

    @model_validator(mode="after")
    def _in_our_words(self) -> "ResultBody":
        self.details = canonical_details(self.outcome, self.details)
        return self


class AttemptsBody(Sent):
    """The body of `POST /api/v1/attempts`: attempts of one visit that has no result yet."""

    visit_id: UUID
    attempts: list[AttemptBody] = Field(min_length=1, max_length=1000)
