"""One run over a workbook's rows: judged against the roster, counted, and written if asked to."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import compress, groupby
from typing import Any
from uuid import UUID

from webapp.roster.imports.applying import Applier
from webapp.roster.imports.known_people import KnownPeople
from webapp.roster.imports.plan import Plan
from webapp.roster.imports.row_judge import UNUSED, RowJudge, Verdict
from webapp.roster.imports.second_rows import leave_first_row
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.treatments import (
    Finding,
    Treatment,
    is_outside_duty,
    most_serious,
)
from webapp.roster.reading.wire import (
    PLAIN_LENGTH,
    Frame,
    Late,
    PackedRow,
    pack_reading,
    unpack_reading,
)

BATCH = 4_000
# So many rows of a sheet show what was read.
SAMPLE = 5
# Stands among the reasons for rows that are held for nothing but their area.
OUTSIDE = "outside"
# Rows done, and rows in all if that is known.
Progress = Callable[[int, int | None], None]


@dataclass(slots=True)
class Item:
    """A row that the report names, with its original cells if the reader sent them.

    `details` are the changes as field, what stood there, what comes.
    """

    position: int
    sheet: str
    row: int
    findings: list[Finding]
    cells: list[Any] | None = None
    changes: list[str] = field(default_factory=list)
    details: list[list[str]] = field(default_factory=list)
    person_id: UUID | None = None

    @property
    def treatment(self) -> Treatment:
        """The most serious of the findings' treatments."""
        return most_serious(self.findings)


@dataclass(slots=True)
class Outcome:
    """What a run found: rows by treatment, pensioners by what becomes of them, remarkable rows.

    `reasons` counts rows by finding, and under OUTSIDE those held only as somebody else's.
    `difference` counts created, changed, unchanged pensioners, and changes by field. `mark` adds
    up, in any order, what each row that needed a look says of whom: figures alone may come out the
    same for other people.
    """

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    difference: Counter[str] = field(default_factory=Counter)
    items: dict[int, Item] = field(default_factory=dict)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    all_sheets: list[list[Any]] = field(default_factory=list)
    heads: dict[str, list[Any]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    mark: int = 0


@dataclass(slots=True)
class ImportRun:
    """Takes the reader's frames; without an applier, or with a plan, it is a dry run."""

    judge: RowJudge
    known: KnownPeople
    applier: Applier | Plan | None = None
    progress: Progress | None = None
    outcome: Outcome = field(default_factory=Outcome)
    _sheet: str = ""
    _waiting: list[tuple[int, PackedRow]] = field(default_factory=list)
    _second: list[tuple[int, PackedRow]] = field(default_factory=list)
    _dependants: list[tuple[int, PackedRow]] = field(default_factory=list)
    _late: list[Late] = field(default_factory=list)
    _row_numbers: "array[int]" = field(default_factory=lambda: array("q"))
    _sheet_starts: list[int] = field(default_factory=list)

    def take(self, frames: Iterable[Frame]) -> Outcome:
        """Go through all frames and return what was found."""
        for frame in frames:
            if "rows" in frame:
                self._take_rows(frame["rows"])
                self._late += frame.get("late", ())
            elif "header" in frame:
                self._flush()
                self._sheet = frame["sheet"]
                if self.applier is not None:
                    self.applier.expect(frame.get("height") or 0)
                self._sheet_starts.append(self.outcome.rows)
                self.outcome.sheets.append({"name": self._sheet, **frame["header"]})
            elif "sheets" in frame:
                self.outcome.all_sheets = frame["sheets"]
            elif "heads" in frame:
                self.outcome.heads = frame["heads"]
        self._flush()
        self._take_dependants()
        self._add_second_benefits()
        if self.applier is not None:
            self.applier.finish()
        self._mark_late()
        self._count()
        return self.outcome

    def _take_rows(self, rows: list[PackedRow]) -> None:
        start = self.outcome.rows
        self._keep_first(rows)
        for placed in zip(range(start, start + len(rows)), rows, strict=False):
            (self._dependants if placed[1][_KIND] == "dependant" else self._waiting).append(placed)
        self._row_numbers.extend([row[0] for row in rows])
        self.outcome.rows += len(rows)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _keep_first(self, rows: list[PackedRow]) -> None:
        """Keep the first people of each sheet as they were read, for a person to look at."""
        kept = self.outcome.sheets[-1].setdefault("sample", [])
        for row in rows if len(kept) < SAMPLE else ():
            findings = unpack_reading(row, self._sheet).findings
            if most_serious(findings) is not Treatment.SKIP:
                kept.append([row[:PLAIN_LENGTH], most_serious(findings).value])
            if len(kept) == SAMPLE:
                break

    def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        closely = self._create_news(batch)
        self._judge([(position, row, self._unpack(row)) for position, row in closely])
        if self.progress is not None:
            self.progress(self.outcome.rows, None)

    def _create_news(self, batch: list[tuple[int, PackedRow]]) -> list[tuple[int, PackedRow]]:
        """Write plain rows about people who are new, and return the rows that need a look."""
        duty, index = self.judge.duty, self.judge.sealer.index
        placed = [
            each for each in batch
            if len(each[1]) == PLAIN_LENGTH and each[1][9].startswith(duty)
        ]  # fmt: skip
        plain = [row for _, row in placed]
        indexes = [index(row[2]) for row in plain]
        news = self.known.are_news(plain, indexes)
        self._create(list(compress(plain, news)), list(compress(indexes, news)))
        written = {position for position, _ in compress(placed, news)}
        return [(position, row) for position, row in batch if position not in written]

    def _take_dependants(self) -> None:
        """Dependants come last, for any retiree's row of the file may show whose number it is."""
        deceased = {position for position, code in self._late if code == "id_of_deceased"}
        waiting, self._dependants = self._dependants, []
        for sheet, group in groupby(waiting, key=lambda each: self._sheet_of(each[0])):
            self._sheet = sheet
            for position, row in group:
                if position in deceased:
                    reading = self._unpack(row)
                    reading.note("id_of_deceased")
                    self._keep(position, row, reading)
                    continue
                self._waiting.append((position, row))
                if len(self._waiting) >= BATCH:
                    self._flush()
            self._flush()

    def _unpack(self, row: PackedRow) -> RowReading:
        return unpack_reading(row, self._sheet)

    def _judge(self, batch: list[tuple[int, PackedRow, RowReading]]) -> None:
        """Rows that need a look: those with findings, and all when the roster holds people."""
        usable = []
        for position, row, reading in batch:
            if reading.treatment in UNUSED or not reading.number:
                self._keep(position, row, reading)
            elif "second_benefit" in reading.codes:
                self._second.append((position, row))
            else:
                usable.append((position, row, reading))
        self._settle(usable)

    def _settle(self, usable: list[tuple[int, PackedRow, RowReading]]) -> None:
        judged = self.judge.judge([reading for _, _, reading in usable], self.known)
        new: list[PackedRow] = []
        indexes: list[bytes] = []
        for (position, row, reading), verdict in zip(usable, judged, strict=True):
            item = None
            if reading.findings or verdict.changes:
                item = self._keep(position, row, reading)
                self._tell(item, reading, verdict)
            if item is not None or verdict.known is not None:
                self._sign(position, reading, verdict)
            if reading.treatment in UNUSED:
                continue
            if verdict.known is None:
                new.append(pack_reading(reading, [])[:PLAIN_LENGTH])
                indexes.append(self.judge.sealer.index(reading.number))
            else:
                self._count_known(verdict.changes)
                if verdict.changes and self.applier is not None:
                    self.applier.change(verdict.known, reading, verdict.changes)
        self._create(new, indexes)

    def _tell(self, item: Item, reading: RowReading, verdict: Verdict) -> None:
        """Say whom the row is about and what it changes, of nobody outside the duty."""
        if verdict.known is None or not self.judge.answers_for(verdict.known.area_path):
            return
        item.person_id = verdict.known.id
        if reading.treatment not in UNUSED:
            item.changes, item.details = verdict.changes, verdict.details(reading)

    def _sign(self, position: int, reading: RowReading, verdict: Verdict) -> None:
        mark = int.from_bytes(verdict.mark(reading, self.judge.sealer, position), "big")
        self.outcome.mark = (self.outcome.mark + mark) % _MARKS

    def _create(self, rows: list[PackedRow], indexes: list[bytes]) -> None:
        if not rows:
            return
        self.outcome.difference["created"] += len(rows)
        if self.applier is not None:
            self.applier.create(rows, indexes)

    def _count_known(self, changes: list[str]) -> None:
        self.outcome.difference["changed" if changes else "unchanged"] += 1
        self.outcome.difference.update(changes)

    def _add_second_benefits(self) -> None:
        """Rows that give a second benefit to somebody whom this file named before.

        The dry run has written nobody, so it expects those whom it would have.
        """
        rows = [(position, row, self._unpack(row)) for position, row in self._second]
        if not rows:
            return
        firsts = {(item.sheet, item.row): item for item in self.outcome.items.values()}
        first_of = [firsts.get(_first_row_of(reading)) for *_, reading in rows]
        readings = [reading for *_, reading in rows]
        import_id = self.applier.import_id if self.applier is not None else None
        used = [r for r, first in zip(readings, first_of, strict=True) if not _is_unused(first)]
        made = self.known.made_by(import_id, used, self.judge.sealer.index)
        verdicts = self.judge.judge(readings, self.known)
        for placed, first, verdict in zip(rows, first_of, verdicts, strict=True):
            self._settle_second(placed, first, verdict, made)

    def _settle_second(
        self, placed: tuple[int, PackedRow, RowReading], first: Item | None, verdict: Verdict,
        made: Collection[UUID],
    ) -> None:  # fmt: skip
        position, row, reading = placed
        if verdict.known is not None and not _is_unused(first):
            leave_first_row(reading, verdict)
        is_new = verdict.known is not None and verdict.known.id in made
        item = self._keep(position, row, reading)
        if is_new:
            told = ["benefit", "note"] if "second_address" in reading.codes else ["benefit"]
            item.changes = told if reading.treatment not in UNUSED else []
        else:
            self._tell(item, reading, verdict)
            self._sign(position, reading, verdict)
        if reading.treatment in UNUSED:
            return
        if verdict.known is None:
            packed = pack_reading(reading, [])[:PLAIN_LENGTH]
            self._create([packed], [self.judge.sealer.index(reading.number)])
            return
        if is_new:
            self.outcome.difference["benefit"] += 1
        else:
            self._count_again(verdict.changes, first)
        if verdict.changes and self.applier is not None:
            self.applier.change(verdict.known, reading, verdict.changes)

    def _count_again(self, changes: list[str], first: Item | None) -> None:
        """Count what the second row changes beyond the first; a pensioner counts once."""
        if _is_unused(first):
            self._count_known(changes)
            return
        before = first.changes if first is not None else []
        further = [name for name in changes if name not in before]
        if further and not before:
            self.outcome.difference.update(unchanged=-1, changed=1)
        self.outcome.difference.update(further)

    def _keep(self, position: int, row: PackedRow, reading: RowReading) -> Item:
        skipped = reading.treatment is Treatment.SKIP
        cells = row[_CELLS] if len(row) > _CELLS and not skipped else None
        findings = [finding for finding in reading.findings if finding.code != "second_benefit"]
        item = Item(position, self._sheet_of(position), row[0], findings, cells)
        self.outcome.items[position] = item
        return item

    def _sheet_of(self, position: int) -> str:
        at = bisect_right(self._sheet_starts, position) - 1
        return str(self.outcome.sheets[at]["name"])

    def _mark_late(self) -> None:
        """Earlier rows whose phone turned out to be shared by more than twenty people."""
        for position in (each[0] for each in self._late if each[1] == "phone_shared"):
            item = self.outcome.items.get(position)
            if item is None:
                row = self._row_numbers[position]
                item = Item(position, self._sheet_of(position), row, [])
                self.outcome.items[position] = item
            if item.treatment not in UNUSED:
                item.findings.append(Finding("phone_shared"))

    def _count(self) -> None:
        counts: Counter[str] = Counter()
        for item in self.outcome.items.values():
            counts[item.treatment.value] += 1
            self.outcome.reasons.update({finding.code for finding in item.findings})
            self.outcome.reasons[OUTSIDE] += is_outside_duty(item.findings)
        counts[Treatment.CLEAN.value] += self.outcome.rows - sum(counts.values())
        self.outcome.counts = counts


def _first_row_of(reading: RowReading) -> tuple[str, int]:
    """Sheet and number of the earlier row about the same pensioner."""
    facts = next(f.facts for f in reading.findings if f.code == "second_benefit")
    return str(facts.get("other_sheet", reading.sheet)), int(str(facts["other_row"]))


def _is_unused(item: Item | None) -> bool:
    return item is not None and item.treatment in UNUSED


_CELLS = PLAIN_LENGTH + 1
_MARKS = 1 << 256
_KIND = 6
