"""The states of a job, and when it is tried again."""

from datetime import timedelta
from enum import StrEnum

MAX_TRIES = 6
LEASE = timedelta(minutes=2)
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
# How long a job that is due lets more urgent work go first.
LONGEST_YIELD = timedelta(minutes=1)


class JobState(StrEnum):
    """A job waits, runs under a lease, and ends done or dead; a dead one waits for a person."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Lane(StrEnum):
    """Who queues behind whom: jobs of one lane wait for each other and for no others.

    Previews and uploads take seconds; workbooks take minutes, and somebody watches the bar; a
    verification of everything may take hours, and must keep neither of them waiting.
    """

    QUICK = "quick"
    LONG = "long"
    HOURS = "hours"


LIVE = (JobState.WAITING, JobState.RUNNING)


def delay_after(tries: int) -> timedelta:
    """Return how long to wait after `tries` (≥ 1) failed: 5 s, doubled each time, up to 1 h."""
    doublings = min(tries - 1, 30)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def is_exhausted(tries: int, max_tries: int) -> bool:
    """Say whether a job that failed `tries` times is given up."""
    return tries >= max_tries
