"""The states that a package shows: the visit, whose it was, and the attempts, with their proofs.

Of each object only the part is opened that the package is about: a stranger learns who the person
is, as the worker did, but not where he lives or what he receives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select

from webapp.evidence.models import Capture
from webapp.extensions import db
from webapp.journal.merkle import HASH_BYTES
from webapp.journal.models import JournalState
from webapp.journal.state_kinds import KINDS, id_text, id_value, read_objects
from webapp.journal.state_rules import GONE, part_salt, path_of, state_leaf
from webapp.roster.protected import IDENTITY
from webapp.visits.models import Attempt, Visit
from webapp.visits.protected import TASK

ATTEMPT, OCCASION = "attempt", "occasion"


@dataclass
class ShownStates:
    """The states of one visit's package; `indexes` are the entries that prove them."""

    visit: Visit
    captures: Sequence[Capture]
    _leaves: dict[int, list[bytes]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> list[tuple[JournalState, str]]:
        """The states, each with the part that is opened."""
        visit_id, person_id = id_text(self.visit.id), id_text(self.visit.person_id)
        attempts = select(Attempt.id).filter_by(visit_id=self.visit.id)
        ids = [id_text(one) for one in db.session.scalars(attempts.order_by(Attempt.started_at))]
        return [
            *((row, TASK) for row in _states("visit", [visit_id])[-1:]),
            *((row, OCCASION) for row in self._of_occasion()),
            *((row, IDENTITY) for row in self._of_person(person_id)),
            *((row, ATTEMPT) for one in ids for row in _states("attempt", [one])[-1:]),
        ]

    def _of_occasion(self) -> list[JournalState]:
        if self.visit.occasion_id is None:
            return []
        return _states("occasion", [id_text(self.visit.occasion_id)])[-1:]

    @property
    def indexes(self) -> set[int]:
        """The entries whose trees the states are leaves of."""
        return {row.index for row, _ in self.rows}

    @property
    def objects(self) -> set[str]:
        """The objects that are shown, as entries name them."""
        return {f"{row.kind}:{id_value(KINDS[row.kind], row.object_id)}" for row, _ in self.rows}

    def _of_person(self, person_id: str) -> list[JournalState]:
        """Return what the person was when the first record came, if it was another, and is now."""
        found = _states("person", [person_id])
        first = min((capture.commit_index for capture in self.captures), default=None)
        then = [row for row in found if first is not None and row.index < first][-1:]
        return [*(row for row in then if row is not found[-1]), *found[-1:]]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the states with their proofs, for `states.json`."""
        return list(self._described())

    def _described(self) -> Iterator[dict[str, Any]]:
        for at, (row, part) in enumerate(self.rows):
            kind = KINDS[row.kind]
            later = self.rows[at + 1 : at + 2]
            is_last = not later or later[0][0].object_id != row.object_id
            words = read_objects(kind, [row.object_id]).get(row.object_id) if is_last else None
            digests = [row.parts[at : at + HASH_BYTES]
                       for at in range(0, len(row.parts), HASH_BYTES)]  # fmt: skip
            leaves = self._leaves_of(row.index)
            yield {
                "kind": row.kind, "object_id": str(id_value(kind, row.object_id)),
                "index": row.index, "position": row.position, "leaves": len(leaves),
                "path": [part.hex() for part in path_of(leaves, row.position)],
                "parts": {} if row.parts == GONE else {
                    name: digest.hex() for name, digest in zip(kind.parts, digests, strict=True)
                },
                "shown": {part: {"salt": part_salt(row.salt, part).hex(), "words": words[part]}}
                if words else {},
            }  # fmt: skip

    def _leaves_of(self, index: int) -> list[bytes]:
        if index not in self._leaves:
            columns = (JournalState.kind, JournalState.object_id, JournalState.parts)
            rows = select(*columns).filter_by(index=index).order_by(JournalState.position)
            self._leaves[index] = [state_leaf(*row) for row in db.session.execute(rows)]
        return self._leaves[index]


def _states(kind: str, object_ids: Sequence[str]) -> list[JournalState]:
    query = select(JournalState).where(
        JournalState.object_id.in_(object_ids), JournalState.kind == kind
    )
    return list(db.session.scalars(query.order_by(JournalState.index, JournalState.position)))
