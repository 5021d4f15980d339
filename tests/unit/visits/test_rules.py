"""What each outcome must rest on, and how a visit may move (domain §2.2 and §A2)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.refusals import Refusal
from webapp.visits.detail_days import ZIBO, last_past_day
from webapp.visits.requirements import requirement_of
from webapp.visits.rules import (
    AFTER_SEEN,
    CALLS,
    PAST_DAYS,
    REQUIRED_DETAILS,
    TRANSITIONS,
    Action,
    AttemptFact,
    CaptureFact,
    CaptureKind,
    Known,
    Met,
    Outcome,
    VisitEvent,
    VisitStatus,
    judge_ladder,
    judge_result,
    next_status,
)

CONTRACT = Path(__file__).parents[2] / "contracts" / "visit-rules.json"
MORNING = datetime(2027, 1, 11, 1, 30, tzinfo=UTC)  # 09:30 in Zibo
EVENING = datetime(2027, 1, 13, 10, 30, tzinfo=UTC)  # 18:30 in Zibo

captures = st.lists(
    st.builds(CaptureFact, st.sampled_from(CaptureKind), st.none() | st.integers(0, 20_000))
)


def full_ladder() -> list[AttemptFact]:
    return [
        AttemptFact(MORNING, Met.NOBODY_HOME, Action.ASKED_NEIGHBOUR),
        AttemptFact(EVENING, Met.DOOR_NOT_OPENED, Action.LEFT_NOTE),
        AttemptFact(EVENING, Met.PHONE_OFF, Action.ASKED_RELATIVE),
        AttemptFact(EVENING, Met.PHONE_OFF),
        AttemptFact(EVENING + timedelta(days=1), Met.NUMBER_VOID),
    ]


@given(captures)
def test_eligible_rests_on_a_photo_or_five_seconds_of_video(found: list[CaptureFact]) -> None:
    shown = any(
        c.kind == "photo" or (c.kind == "video" and (c.duration_ms or 0) >= 5000) for c in found
    )
    judged = judge_result(
        outcome=Outcome.ELIGIBLE, details={}, captures=found, attempts=[],
        requirement=requirement_of("home", "eligible"),
    )  # fmt: skip
    assert judged.is_allowed is shown


@pytest.mark.parametrize("outcome", [o for o in Outcome if REQUIRED_DETAILS[o]])
def test_every_required_detail_is_required(outcome: Outcome) -> None:
    whole = dict.fromkeys(REQUIRED_DETAILS[outcome], "x")
    whole |= {name: "2026-12-30" for name in whole if name in PAST_DAYS.get(outcome, ())}
    photo = [CaptureFact(CaptureKind.PHOTO)]
    asked = requirement_of("home", outcome)
    judged = judge_result(
        outcome=outcome, details=whole, captures=photo, attempts=[], requirement=asked
    )
    assert judged.is_allowed
    for field in whole:
        for empty in ("", "  ", None):
            judged = judge_result(
                outcome=outcome, details=whole | {field: empty}, captures=photo, attempts=[],
                requirement=asked,
            )  # fmt: skip
            assert (judged.code, judged.field) == ("detail_missing", field)


NOON = datetime(2027, 1, 14, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("decided_at", "last"),
    [(NOON, date(2027, 1, 14)),
     # Six in the evening of Greenwich is already the next day in Zibo.
     (NOON + timedelta(hours=14), date(2027, 1, 15)),
     (NOON - timedelta(days=3), date(2027, 1, 11)),
     # A decision that lies ahead of the server's own day is a wrong clock.
     (NOON + timedelta(days=900), date(2027, 1, 15))],
)  # fmt: skip
def test_a_clock_ahead_is_forgiven_a_day_and_no_more(decided_at: datetime, last: date) -> None:
    assert last_past_day(decided_at=decided_at, now=NOON) == last


@given(st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_what_the_phone_lets_pass_the_server_takes(at: datetime) -> None:
    """The phone compares with the day of its own clock, which may be hours ahead."""
    on_phone = at.astimezone(ZIBO).date()
    for ahead in (timedelta(0), timedelta(hours=23)):
        assert on_phone <= last_past_day(decided_at=at, now=at - ahead)


def test_the_whole_ladder_allows_unreachable() -> None:
    assert judge_ladder(full_ladder()).is_allowed


@pytest.mark.parametrize(
    ("missing", "code"),
    [(0, "ladder_visits"), (1, "ladder_visits"), (2, "ladder_calls"), (3, "ladder_calls")],
)
def test_a_ladder_with_a_rung_missing_does_not(missing: int, code: str) -> None:
    ladder = full_ladder()
    del ladder[missing]
    assert judge_ladder(ladder).code == code


@pytest.mark.parametrize(
    ("action", "code"),
    [(Action.ASKED_RELATIVE, "ladder_relative"), (Action.ASKED_NEIGHBOUR, "ladder_neighbour"),
     (Action.LEFT_NOTE, "ladder_note")],
)  # fmt: skip
def test_whom_to_ask_and_the_note_are_rungs(action: Action, code: str) -> None:
    ladder = [AttemptFact(a.started_at, a.met, None if a.action is action else a.action)
              for a in full_ladder()]  # fmt: skip
    assert judge_ladder(ladder).code == code


@given(st.lists(st.builds(
    AttemptFact,
    st.datetimes(datetime(2027, 1, 1), datetime(2027, 1, 5)).map(lambda d: d.replace(tzinfo=UTC)),
    st.sampled_from(Met), st.none() | st.sampled_from(Action),
), max_size=8))  # fmt: skip
def test_more_tries_never_take_the_ladder_away(attempts: list[AttemptFact]) -> None:
    assert judge_ladder([*attempts, *full_ladder()]).is_allowed


def test_two_visits_at_the_same_part_of_the_day_are_not_enough() -> None:
    ladder = full_ladder()
    ladder[1] = AttemptFact(MORNING + timedelta(days=1), Met.DOOR_NOT_OPENED, Action.LEFT_NOTE)
    assert judge_ladder(ladder).code == "ladder_visits"


@given(st.sampled_from(VisitStatus), st.sampled_from(VisitEvent))
def test_only_the_table_moves_a_visit(status: VisitStatus, event: VisitEvent) -> None:
    if (status, event) in TRANSITIONS:
        assert next_status(status, event) is TRANSITIONS[status, event]
        return
    with pytest.raises(Refusal) as refused:
        next_status(status, event)
    assert (refused.value.code, refused.value.status) == ("visit_state", 409)


def test_nothing_leaves_accepted_and_only_a_late_result_leaves_cancelled() -> None:
    assert not [move for move in TRANSITIONS if move[0] is VisitStatus.ACCEPTED]
    leaving = [move[1] for move in TRANSITIONS if move[0] is VisitStatus.CANCELLED]
    assert leaving == [VisitEvent.ACCEPT]


def test_calls_are_not_visits() -> None:
    assert Met.NOBODY_HOME not in CALLS


def _known(said: dict[str, Any]) -> Known:
    seen = said.get("last_seen_on")
    return Known(said.get("birth_year"), date.fromisoformat(seen) if seen else None)


def test_the_contract_agrees() -> None:
    """The phone's tests read the same file."""
    contract = json.loads(CONTRACT.read_text("utf-8"))
    assert {outcome.value: list(names) for outcome, names in PAST_DAYS.items()} == (
        contract["past_days"]
    )
    assert {outcome.value: list(names) for outcome, names in AFTER_SEEN.items()} == (
        contract["after_seen"]
    )
    assert len(contract["cases"]) >= 30
    for case in contract["cases"]:
        judged = judge_result(
            outcome=Outcome(case["outcome"]),
            details=case.get("details", {}),
            captures=[CaptureFact(CaptureKind(c["kind"]), c.get("duration_ms"))
                      for c in case.get("captures", [])],
            attempts=[AttemptFact(datetime.fromisoformat(a["started_at"]), Met(a["met"]),
                                  Action(a["action"]) if a.get("action") else None,
                                  a.get("number_end"))
                      for a in case.get("attempts", [])],
            numbers=case.get("numbers"), today=date.fromisoformat(contract["today"]),
            known=_known(case.get("known", {})),
            requirement=requirement_of("home", case["outcome"]),
        )  # fmt: skip
        assert (judged.code, judged.field) == (case["code"], case["field"]), case
