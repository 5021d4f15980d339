"""Which function does which kind of job, and what it is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from webapp.jobs.rules import LEASE, MAX_TRIES, Lane


class JobContext(Protocol):
    """What a handler is told of its job, and how it tells of its progress."""

    job_id: UUID
    tries: int

    def progress(self, *, done: int, total: int | None = None) -> None:
        """Show how far the work has come, and keep the lease; see `runner.RunningJob`."""
        ...


Handler = Callable[[JobContext, dict[str, Any]], None]


@dataclass(frozen=True)
class Registration:
    """A handler, how long it may be silent, how often it is tried, and behind whom it queues."""

    run: Handler
    lease: timedelta
    max_tries: int
    yields_to: Callable[[], bool] | None
    lane: Lane


class UnknownJobKindError(LookupError):
    """No function is registered for a kind of job."""


_registered: dict[str, Registration] = {}
_asked_at_start: list[Callable[[], None]] = []


def handler(
    kind: str,
    *,
    lease: timedelta = LEASE,
    max_tries: int = MAX_TRIES,
    yields_to: Callable[[], bool] | None = None,
    lane: Lane = Lane.QUICK,
) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs of `kind`.

    It runs in an application context of its own. What it writes is committed together with the
    job's end, so that a job takes effect once even if it runs twice; if it commits pieces itself,
    each piece must bear being done again. A `Refusal` ends the job as dead: trying again would
    not help. Any other exception reschedules it. A handler that is silent for longer than `lease`
    is taken for dead; `progress` keeps it alive. While `yields_to` says that more urgent work is
    going on, a worker leaves jobs of `kind` alone, though none for longer than `LONGEST_YIELD`.
    A job that takes minutes belongs into another `lane` than those that take seconds.
    """

    def register(function: Handler) -> Handler:
        if kind in _registered and _registered[kind].run is not function:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _registered[kind] = Registration(function, lease, max_tries, yields_to, lane)
        return function

    return register


def at_start(ask: Callable[[], None]) -> Callable[[], None]:
    """Register what asks for the jobs that a new version of the program brings with it.

    It runs whenever a worker begins, so it must see for itself what was asked for before.
    """
    if ask not in _asked_at_start:
        _asked_at_start.append(ask)
    return ask


def ask_at_start() -> None:
    """Ask for the jobs of a beginning worker; the caller commits."""
    for ask in _asked_at_start:
        ask()


def lease_of(kind: str) -> timedelta:
    """Return how long a job of `kind` may be silent; the usual time if nobody knows it here."""
    known = _registered.get(kind)
    return LEASE if known is None else known.lease


def kinds() -> list[str]:
    """Return every kind of job that somebody does."""
    return list(_registered)


def yielding_kinds() -> list[str]:
    """Return the kinds of job that should wait just now."""
    return [kind for kind, known in _registered.items() if known.yields_to and known.yields_to()]


def kinds_outside(lane: Lane) -> list[str]:
    """Return the kinds of job that a worker of this lane leaves to the others.

    What nobody registered is anybody's: it is given up, and seen, instead of waiting for ever.
    """
    return [kind for kind, known in _registered.items() if known.lane is not lane]


def registration(kind: str) -> Registration:
    """Return the registration of `kind`; raises `UnknownJobKindError`."""
    try:
        return _registered[kind]
    except KeyError:
        raise UnknownJobKindError(kind) from None
