"""When a job is tried again, and how an error is told without words about a person."""

from datetime import timedelta

import pytest

from webapp.jobs.registry import UnknownJobKindError, handler, lease_of, registration
from webapp.jobs.rules import LEASE, delay_after, is_exhausted
from webapp.tracebacks import place_of


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(1, 5), (2, 10), (3, 20), (6, 160), (10, 2560), (11, 3600), (1000, 3600)],
)
def test_the_delay_doubles_up_to_an_hour(tries: int, seconds: int) -> None:
    assert delay_after(tries) == timedelta(seconds=seconds)


def test_a_job_is_given_up_after_its_tries() -> None:
    assert [is_exhausted(tries, 3) for tries in (1, 2, 3, 4)] == [False, False, True, True]


def test_an_error_is_told_by_its_place_and_not_by_its_words() -> None:
    try:
        raise ValueError("张三 370399195003050018")
    except ValueError as error:
        told = place_of(error)

    assert told.startswith("ValueError at test_rules.py:")
    assert "370399" not in told


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(KeyError("x")) == "KeyError"


def test_a_kind_has_one_handler() -> None:
    @handler("test.registry", lease=timedelta(minutes=9), max_tries=2)
    def run(context: object, payload: dict[str, object]) -> None:
        pass

    assert registration("test.registry").run is run
    assert registration("test.registry").max_tries == 2
    assert lease_of("test.registry") == timedelta(minutes=9)
    handler("test.registry")(run)
    with pytest.raises(ValueError, match="two handlers"):
        handler("test.registry")(lambda context, payload: None)


def test_a_kind_without_a_handler_is_unknown() -> None:
    assert lease_of("test.nobody") == LEASE
    with pytest.raises(UnknownJobKindError):
        registration("test.nobody")
