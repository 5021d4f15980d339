"""What a run would write into the roster, kept aside until a short transaction writes it."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from tempfile import TemporaryFile
from weakref import finalize

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.roster.applying import Applier
from webapp.roster.comparison import Known
from webapp.roster.models import Person, RosterImportChange
from webapp.roster.new_people import NewPeople, prepare
from webapp.roster.readings import RowReading
from webapp.roster.sealing import Sealer
from webapp.roster.wire import PackedRow

Change = tuple[Known, RowReading, list[str]]


class Plan:
    """Stands in for an `Applier` during a dry run, and is carried out by one afterwards.

    Sealing a city takes many times as long as inserting it, and on SQLite everybody who writes
    waits for the one who does. The prepared rows lie in a scratch file without a name, sealed.
    """

    import_id = None

    def __init__(self, sealer: Sealer) -> None:
        """Note the state of the roster that the plan will be made for."""
        self._sealer = sealer
        self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the plan.
        finalize(self, self._file.close)
        self._count = self._new = 0
        self._mark = _roster_mark()

    def expect(self, rows: int) -> None:
        """Nothing has to be got ready for a plan."""

    def finish(self) -> None:
        """Nothing was begun."""

    def create(self, rows: Sequence[PackedRow], indexes: list[bytes]) -> None:
        """Prepare pensioners who are new."""
        if rows:
            self._new += len(rows)
            self._keep(prepare(rows, indexes, self._sealer))

    def change(self, known: Known, reading: RowReading, changes: list[str]) -> None:
        """Remember what a row changes of a pensioner."""
        self._keep((known, reading, changes))

    def _keep(self, step: NewPeople | Change) -> None:
        sealed = self._sealer.seal_bytes(pickle.dumps(step, pickle.HIGHEST_PROTOCOL))
        self._file.write(len(sealed).to_bytes(8, "big") + sealed)
        self._count += 1

    def still_fits(self) -> bool:
        """Say whether nobody has changed the roster since; asked in the writing transaction."""
        return self._mark == _roster_mark()

    def carry_out(self, applier: Applier) -> None:
        """Write all of it, in the session's transaction."""
        self._file.seek(0)
        applier.expect(self._new)
        for _ in range(self._count):
            length = int.from_bytes(self._file.read(8), "big")
            packed = self._sealer.unseal_bytes(self._file.read(length))
            step: NewPeople | Change = pickle.loads(packed)  # noqa: S301 - sealed by ourselves.
            if isinstance(step, NewPeople):
                applier.write(step)
            else:
                self._change(applier, *step)
        applier.finish()

    def _change(
        self, applier: Applier, known: Known, reading: RowReading, changes: list[str]
    ) -> None:
        """Change somebody; whom an earlier row of the file made has another id by now."""
        if db.session.get(Person, known.id) is None:
            index = self._sealer.index(reading.number)
            made = db.session.scalars(select(Person.id).where(Person.number_index == index))
            known = replace(known, id=made.one())
        applier.change(known, reading, changes)


def _roster_mark() -> tuple[object, ...]:
    """Return what differs as soon as anybody is added, changed, taken away or brought back."""
    people = select(func.count(), func.max(Person.updated_at)).select_from(Person)
    changes = select(func.count()).select_from(RosterImportChange)
    return (*db.session.execute(people).one(), db.session.scalar(changes))
