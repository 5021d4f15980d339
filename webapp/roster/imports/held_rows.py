"""Held rows: what stood in them, what a damaged number may have been, and a person's decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp import calendar, clock
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.cells.candidates import candidates
from webapp.roster.cells.cleaning import Cell, as_text
from webapp.roster.cells.dates import read_date
from webapp.roster.cells.names import read_name
from webapp.roster.cells.numbers import mask
from webapp.roster.imports import imports
from webapp.roster.imports.applying import Applier
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.imports.known_areas import gazetteer
from webapp.roster.imports.known_people import KnownPeople
from webapp.roster.imports.messages import message_of
from webapp.roster.imports.row_judge import UNUSED, Verdict
from webapp.roster.imports.touched import is_over_others
from webapp.roster.imports.under_undo import refuse_while_undoing
from webapp.roster.models import Person
from webapp.roster.reading import cell_comments, headings
from webapp.roster.reading.headers import Field, Header
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.row_rules import SheetRules
from webapp.roster.reading.treatments import Finding, Treatment
from webapp.roster.reading.wire import PLAIN_LENGTH, RowWords, pack_reading
from webapp.roster.reading.word_codes import read_sex
from webapp.sealing import sealer

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that the cell may have meant; `known_name` if the roster holds it already."""

    number: str
    known_name: str = ""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held row as its page shows it: fields with their texts in the sheet's order."""

    row: RosterImportRow
    findings: list[Finding]
    texts: dict[str, str]
    candidates: list[Candidate]
    more: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What a held row would change of somebody: field, what stands there, what comes.

    `since` is when the roster was last changed about the person after the import, None if it was
    not; `mark` is what agrees to exactly these changes.
    """

    person: Person
    details: list[list[str]]
    mark: str
    since: datetime | None


class ChangesUnseenError(Refusal):
    """A held row would change somebody in a way that nobody was shown."""

    def __init__(self, changes: Changes) -> None:
        super().__init__("row_changes_person", 409)
        self.changes = changes


def words_of(row: RosterImportRow) -> RowWords:
    """The original cells, if they were kept, the findings with their facts, the changes."""
    if row.sealed is None:
        return RowWords(None, [Finding(code) for code in row.findings])
    return RowWords.of_text(sealer().unseal(row.sealed))


def held_row(*, record: RosterImport, row: RosterImportRow, actor: Actor) -> HeldRow:
    """What a person needs to decide on a row; of pensioners elsewhere it says nothing."""
    words, header = words_of(row), _header(record, row)
    cells = words.unpacked()
    texts = {
        field.value: as_text(cells[at]) if at < len(cells) else ""
        for field, at in header.columns.items() if field is not Field.SERIAL
    }  # fmt: skip
    found = _candidates(cells, header, actor)
    if [one.number for one in found] == [texts.get(Field.NUMBER.value)]:
        found = []  # The number is sound; something else in the row is to be decided.
    return HeldRow(row, words.findings, texts, found[:MOST_SHOWN], max(len(found) - MOST_SHOWN, 0))


def journal_view(*, actor: Actor, row: RosterImportRow) -> None:
    """Say in the journal that somebody saw a row with its full number."""
    journal.append(
        type=EntryType.VIEWED, at=clock.now(),
        facts={
            "viewer_id": str(actor.account_id), "import_id": str(row.import_id),
            "position": row.position, "kind": "held_row",
        },
    )  # fmt: skip


def _sheet_of(record: RosterImport, row: RosterImportRow) -> dict[str, Any]:
    return next(sheet for sheet in record.sheets if sheet["name"][:100] == row.sheet)


def _header(record: RosterImport, row: RosterImportRow) -> Header:
    sheet = _sheet_of(record, row)
    columns = {Field(name): at for name, at in sheet["columns"].items()}
    return Header(0, sheet["row"], columns, tuple(sheet["texts"]))


def _candidates(cells: list[Cell], header: Header, actor: Actor) -> list[Candidate]:
    """Right numbers that the cell may have meant; those of the actor's own people come first."""

    def cell(field: Field) -> Cell:
        at = header.columns.get(field)
        return cells[at] if at is not None and at < len(cells) else None

    today = calendar.today()
    birth = read_date(cell(Field.BIRTH), today=today)
    numbers = candidates(
        cell(Field.NUMBER), today=today, birth_on=None if birth.month_only else birth.day,
        sex=read_sex(cell(Field.SEX)).value,
    )  # fmt: skip
    indexes = {sealer().index(number): number for number in numbers}
    query = select(Person.number_index, Person.name, Person.area_path).where(
        Person.number_index.in_(indexes)
    )
    held = {
        indexes[index]: name for index, name, path in db.session.execute(query)
        if actor.covers(path)
    }  # fmt: skip
    name = read_name(as_text(cell(Field.NAME))).name
    made = [Candidate(number, held.get(number, "")) for number in numbers]
    return sorted(made, key=lambda one: (one.known_name != name, not one.known_name))


def discard_row(*, record: RosterImport, row: RosterImportRow, actor: Actor) -> None:
    """Decide that a held row is not to be imported.

    Raises:
        Refusal: row_not_found (404) when it was decided before.
    """
    _open(record, row)
    _decide(row, actor, "discarded")


def apply_row(
    *, record: RosterImport, row: RosterImportRow, actor: Actor, texts: dict[str, str],
    agreed: str = "",
) -> RowReading:  # fmt: skip
    """Import a held row with the texts that a person put right, judged like any other row.

    The row may be much older than what the roster says now. Whatever it would change of somebody
    is therefore shown first; `agreed` is the mark of those changes (`ChangesUnseenError`).

    Raises:
        Refusal: row_not_found (404); row_still_held with the reasons; row_changes_person, a
            `ChangesUnseenError`, while the changes as they are now were not agreed to;
            import_being_undone (409).
    """
    _open(record, row)
    reading = _read_again(record, row, texts)
    verdict = _judge(reading, actor)
    if verdict is None:
        serious = [f for f in reading.findings if f.treatment is reading.treatment]
        raise Refusal("row_still_held", why=message_of(serious))
    applier = Applier(record.id, clock.now(), sealer())
    if verdict.known is not None:
        person = db.session.get_one(Person, verdict.known.id)
        _refuse_unseen(record, person, verdict, reading, agreed)
        row.over_others = is_over_others(record, person)
        if verdict.changes:
            applier.change(verdict.known, reading, verdict.changes)
        row.person_id, row.changes = person.id, verdict.changes
    else:
        row.person_id = _create(applier, reading)
    applier.finish()
    _decide(row, actor, "applied")
    refuse_while_undoing()
    return reading


def _judge(reading: RowReading, actor: Actor) -> Verdict | None:
    """Judge the row as it reads now, with whom it names locked; None if it must stay held."""
    if not reading.number or reading.treatment is Treatment.SKIP:
        return None
    index = sealer().index(reading.number)
    locked = select(Person.id).where(Person.number_index == index)
    db.session.execute(locked.with_for_update(key_share=True))
    judge = imports.judge_for(actor.area_path)
    verdict = judge.judge([reading], KnownPeople())[0]
    return verdict if reading.treatment not in UNUSED else None


def _refuse_unseen(
    record: RosterImport, person: Person, verdict: Verdict, reading: RowReading, agreed: str
) -> None:
    """Let nobody overwrite what stands in the roster now without having been shown it."""
    mark = verdict.mark(reading, sealer()).hex()
    if verdict.changes and agreed != mark:
        since = record.applied_at is not None and person.updated_at > record.applied_at
        raise ChangesUnseenError(Changes(
            person, verdict.details(reading), mark, person.updated_at if since else None
        ))  # fmt: skip


def _create(applier: Applier, reading: RowReading) -> Any:
    index = sealer().index(reading.number)
    applier.create([pack_reading(reading, [])[:PLAIN_LENGTH]], [index])
    return db.session.scalar(select(Person.id).where(Person.number_index == index))


def _read_again(record: RosterImport, row: RosterImportRow, texts: dict[str, str]) -> RowReading:
    header, words = _header(record, row), words_of(row)
    filled = words.unpacked()
    filled += [""] * (len(header.texts) - len(filled))
    for field, at in header.columns.items():
        if field.value in texts:
            filled[at] = texts[field.value]
    kind = _sheet_of(record, row).get("kind", "retiree")
    rules = SheetRules(
        header, gazetteer(), calendar.today(), row.sheet, kind,
        over=headings.of_findings(words.findings),
    )  # fmt: skip
    reading = rules.read(row.row, filled)
    # Whoever decides on the row has read that it holds another number, and its cells' comments.
    reading.drop("number_unread")
    for finding in words.findings:
        if finding.code == "cell_comment":
            reading.keep(str(finding.facts["note"]), cell_comments.LABEL)
    return reading


def _open(record: RosterImport, row: RosterImportRow) -> None:
    if row.decision or row.treatment != Treatment.HOLD.value:
        raise Refusal("row_not_found", 404)
    if record.state != ImportState.APPLIED.value:
        raise Refusal("import_not_possible_now", 409, state=record.state)


def _decide(row: RosterImportRow, actor: Actor, decision: str) -> None:
    row.decision, row.decided_by, row.decided_at = decision, actor.account_id, clock.now()
    acts.note_row(row=row, by=actor.account_id, decision=decision)


def masked_identity(cells: list[Cell], header: dict[str, int]) -> tuple[str, str]:
    """Name and masked number of a row, for lists; of a number lost in a float only its start."""
    found: list[Cell] = []
    for name in ("name", "number"):
        at = header.get(name, len(cells))
        found.append(cells[at] if at < len(cells) else None)
    number = as_text(found[1]).strip()
    if isinstance(found[1], float) and "e+" in number:
        return as_text(found[0]), number.replace(".", "")[:6] + "…"
    return as_text(found[0]), mask(number) if len(number) > _SHORT else number


# Up to here a text in the number's column names nobody.
_SHORT = 4
