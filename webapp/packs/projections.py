"""What each role is told of an object: a list of what it may have, never of what it may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from webapp.access.rules import Role
from webapp.refusals import Refusal

VIEW = 4


@dataclass(frozen=True)
class Projection:
    """Which members of one kind of object each role is told.

    A member that a role may not have is left out, or is sent as `blank` where the contract of the
    API demands that it stands there, so that phones of every age read on. A new member is told to
    nobody until a role is given it.
    """

    members: Mapping[Role, frozenset[str]]
    blank: Mapping[str, Any] = field(default_factory=dict)

    def project(self, role: Role, whole: Mapping[str, Any]) -> dict[str, Any]:
        """Return what `role` is told of an object.

        Raises:
            Refusal: `not_allowed` (403) for a role that is told of no such object at all.
        """
        if role not in self.members:
            raise Refusal("not_allowed", 403)
        told = self.members[role]
        shown = {name: whole[name] for name in whole if name in told}
        return {**{name: value for name, value in self.blank.items() if name in whole}, **shown}

    def withheld_from(self, role: Role) -> frozenset[str]:
        """Return the members that other roles are told and this one is not."""
        everything = frozenset[str]().union(*self.members.values())
        return everything - self.members.get(role, frozenset())


def view_of(role: Role, projections: Iterable[Projection]) -> str:
    """Return the name of what a role sees: "" where nothing is withheld, else four hex digits."""
    withheld = sorted(name for each in projections for name in each.withheld_from(role))
    return sha256("\n".join(withheld).encode()).hexdigest()[:VIEW] if withheld else ""
