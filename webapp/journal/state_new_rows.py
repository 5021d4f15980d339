"""Turns rows that are inserted by columns into states, without reading them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from webapp.journal.rules import SALT_BYTES
from webapp.journal.state_kinds import KINDS, OWNERS, Child, Kind, id_text, words_of
from webapp.journal.state_rules import State, parts_digest

Columns = Mapping[str, Sequence[Any]]


@dataclass
class NewRows:
    """Objects come as one batch of their own table, and then what hangs on them."""

    states: list[State] = field(default_factory=list)
    _kind: Kind | None = None
    _objects: Columns = field(default_factory=dict)
    _owned: set[Any] = field(default_factory=set)
    _hanging: dict[Child, dict[Any, list[dict[str, Any]]]] = field(default_factory=dict)

    def add(self, table: str, columns: Columns) -> set[Any]:
        """Take one batch; return the ids of older objects on which rows of it hang."""
        kind = KINDS[OWNERS[table][0]]
        if table == kind.table.name:
            self._fold()
            self._kind, self._objects, self._owned = kind, columns, set(columns["id"])
            return set()
        child = next(one for one in kind.children if one.table.name == table)
        return self._hang(child, columns)

    def take(self) -> list[State]:
        """Return the states of all that came."""
        self._fold()
        taken, self.states = self.states, []
        return taken

    def ids(self) -> list[tuple[str, str]]:
        """Return kind and id of all that came."""
        self._fold()
        return [(state.kind, state.object_id) for state in self.states]

    def _hang(self, child: Child, columns: Columns) -> set[Any]:
        names = [column.name for column in child.columns if column.name in columns]
        owners, owned = columns[child.owner], self._owned
        rows = self._hanging.setdefault(child, {})
        foreign = set()
        for owner, *values in zip(owners, *(columns[name] for name in names), strict=True):
            if owner in owned:
                rows.setdefault(owner, []).append(dict(zip(names, values, strict=True)))
            else:
                foreign.add(owner)
        return foreign

    def _fold(self) -> None:
        """Make the states of the batch at hand; its columns are not needed any longer."""
        kind, columns = self._kind, self._objects
        hanging = self._hanging
        self._kind, self._objects, self._owned, self._hanging = None, {}, set(), {}
        if kind is None:
            return
        names, hung = list(columns), list(hanging.items())
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(names, values, strict=True))
            salt, key = token_bytes(SALT_BYTES), row["id"]
            own = {child: rows[key] for child, rows in hung if key in rows}
            parts = parts_digest(salt, words_of(kind, row, own))
            self.states.append(State(kind.name, id_text(key), salt, parts))
