"""What a run would write into the roster, kept aside until a short transaction writes it."""

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from tempfile import TemporaryFile
from weakref import finalize

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.roster.imports.applying import Applier, Change
from webapp.roster.imports.comparison import Known
from webapp.roster.imports.import_models import RosterImportChange
from webapp.roster.imports.new_people import NewPeople, prepare
from webapp.roster.models import Person
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.wire import PackedRow
from webapp.sealing import Sealer


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
        waiting: list[Change] = []
        for step in self._steps():
            if isinstance(step, NewPeople):
                self._change_all(applier, waiting)
                applier.write(step)
            else:
                waiting.append(step)
            if len(waiting) >= _CHANGES_AT_ONCE:
                self._change_all(applier, waiting)
        self._change_all(applier, waiting)
        applier.finish()

    def _steps(self) -> Iterator[NewPeople | Change]:
        for _ in range(self._count):
            length = int.from_bytes(self._file.read(8), "big")
            packed = self._sealer.unseal_bytes(self._file.read(length))
            yield pickle.loads(packed)  # noqa: S301 - sealed by ourselves.

    def _change_all(self, applier: Applier, waiting: list[Change]) -> None:
        """Change those who wait; whom an earlier row of the file made has another id by now."""
        if not waiting:
            return
        ids = [known.id for known, *_ in waiting]
        held = set(db.session.scalars(select(Person.id).where(Person.id.in_(ids))))
        indexes = {
            self._sealer.index(reading.number): known.id
            for known, reading, _ in waiting if known.id not in held
        }  # fmt: skip
        made = select(Person.number_index, Person.id).where(Person.number_index.in_(indexes))
        new_ids = {indexes[index]: new for index, new in db.session.execute(made)}
        applier.change_all([
            (known if known.id in held else replace(known, id=new_ids[known.id]), reading, changes)
            for known, reading, changes in waiting
        ])  # fmt: skip
        waiting.clear()


# Persons with their telephones at one go: a statement binds few values, memory stays flat.
_CHANGES_AT_ONCE = 500


def _roster_mark() -> tuple[object, ...]:
    """Return what differs as soon as anybody is added, changed, taken away or brought back."""
    people = select(func.count(), func.max(Person.updated_at)).select_from(Person)
    changes = select(func.count()).select_from(RosterImportChange)
    return (*db.session.execute(people).one(), db.session.scalar(changes))
