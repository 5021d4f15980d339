"""Reads one row of a roster and says what is found in it; pure, nothing is guessed silently.

The treatments are those of domain §7.1; `treatments.py` has the table of codes.
"""

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from webapp.roster.cells.cleaning import (
    BrokenCell,
    Cell,
    as_text,
    means_same_as_above,
    tidy,
)
from webapp.roster.cells.dates import DateReading, read_date
from webapp.roster.cells.names import loss_beside, read_name
from webapp.roster.cells.numbers import read_number
from webapp.roster.cells.phones import read_phones
from webapp.roster.cells.positions import read_position
from webapp.roster.reading.cell_comments import note_comments, note_loss
from webapp.roster.reading.gazetteer import Gazetteer
from webapp.roster.reading.headers import Field, Header, normal_header
from webapp.roster.reading.headings import NOWHERE, Heading, of_row, of_titles
from webapp.roster.reading.layout import (
    continues_header,
    holds_person,
    kind_of_row,
)
from webapp.roster.reading.plain_rows import PlainRows
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.row_place import RowPlacer
from webapp.roster.reading.row_remarks import DIED_ON, read_remarks
from webapp.roster.reading.said_over import (
    group_over,
    loss_over,
    loss_over_sheet,
    words_of_nobody,
)
from webapp.roster.reading.same_above import pointed_to
from webapp.roster.reading.strikes import NOTHING_STRUCK, Strikes
from webapp.roster.reading.struck_rows import note_strikes
from webapp.roster.reading.told_contacts import read_contact, read_employer
from webapp.roster.reading.wire import PackedRow
from webapp.roster.reading.word_codes import read_kind, read_sex, read_status

ERROR_TEXTS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"}
)
# The season of certification (domain §S5) opens on 1 April and ends with the year.
SEASON_OPENS = (4, 1)
_FIELDS = [each.value for each in Field if each is not Field.IGNORED]
_DOCUMENT_WORDS = {
    "护照": "passport", "居住证": "residence_permit", "永久居留": "foreigner_card",
    "通行证": "travel_permit", "军": "military", "警": "military", "士兵": "military",
}  # fmt: skip

if TYPE_CHECKING:
    Values = Any
else:
    Values = namedtuple("Values", _FIELDS)


class _Kind(NamedTuple):
    """What the category column says, or what the sheet as a whole implies."""

    kind: str
    code: str | None


@dataclass(slots=True)
class SheetRules:
    """How to read the rows of one sheet; it remembers the row above for "同上"."""

    header: Header
    gazetteer: Gazetteer
    today: date
    sheet: str = ""
    default_kind: str = "retiree"
    synonyms: dict[str, Field] = field(default_factory=dict)
    over: Heading = NOWHERE
    lost: str = ""
    is_unclear: bool = False
    _above: dict[str, str] = field(default_factory=dict)
    _pick: Callable[[list[Cell]], tuple[Cell, ...]] = field(init=False)
    _width: int = field(init=False)
    _category_header: str = field(init=False)
    _births_are_months: bool = field(init=False)
    _plain: PlainRows = field(init=False)
    _placer: RowPlacer = field(init=False)
    _last_plain: list[Cell] | None = None

    def __post_init__(self) -> None:
        """Prepare to pick every field's cell at one go; a field without column picks None."""
        columns = {each.value: at for each, at in self.header.columns.items()}
        self._width = max(columns.values()) + 1
        self._pick = itemgetter(*(columns.get(name, self._width) for name in _FIELDS))
        self._plain = PlainRows(self.header, self.gazetteer, self.today)
        self._placer = RowPlacer(self.gazetteer, self.over)
        self._category_header = self._text_of(Field.CATEGORY)
        births = normal_header(self._text_of(Field.BIRTH))
        self._births_are_months = "月" in births and "日" not in births

    def _text_of(self, name: Field) -> str:
        at = self.header.columns.get(name)
        return self.header.texts[at] if at is not None else ""

    def read_plain(self, row: int, cells: list[Cell]) -> PackedRow | None:
        """The row, packed, if it is plain; None if it must be read closely, with `read`."""
        is_sure = not self.lost and not self.is_unclear
        plain = self._plain.read(row, cells) if is_sure else None
        if plain is not None:
            self._last_plain = cells
        return plain

    @property
    def standing_over(self) -> Heading:
        """The place that stands over the next row."""
        return self._placer.over

    def read(
        self, row: int, cells: list[Cell], *, hidden: bool = False,
        struck: Strikes = NOTHING_STRUCK, comments: Strikes = NOTHING_STRUCK,
        whole: list[Cell] | None = None,
    ) -> RowReading:  # fmt: skip
        """Read the cells of the sheet's row number `row` (the first is 1).

        `struck` and `comments` are what is struck through and noted, by columns; `whole` is the
        sheet's whole row where these cells are only a part of it.
        """
        self._catch_up()
        reading = RowReading(row, self.sheet)
        kind = self._kind_of_row(row, cells, whole)
        if kind is not None:
            reading.note(kind)
            if words := words_of_nobody(cells, kind, self.header):
                reading.note("words_of_nobody", note=words)
            note_loss(reading, comments, "words_of_nobody")
            return reading
        if self.is_unclear:
            reading.note("header_unclear")
        if hidden:
            reading.note("hidden_row")
        if struck:
            note_strikes(reading, struck, self.header)
        values = self._values(reading, cells)
        values = values._replace(remark=self._remark(reading, cells, values.remark))
        self._identity(reading, values)
        self._birth_and_sex(reading, values)
        self._benefit(reading, values)
        self._place(reading, cells, values)
        self._phones(reading, values)
        self._certificate(reading, values)
        if comments:
            note_comments(reading, comments)
        read_remarks(reading, values, cells[len(self.header.texts) :])
        if self.lost and reading.kind != "dependant":
            reading.note("remark_lost", note=self.lost)
        return reading

    def _kind_of_row(
        self, row: int, cells: list[Cell], whole: list[Cell] | None
    ) -> str | None:  # fmt: skip
        """What a row is that holds no person; a place in it stands over the rows below."""
        kind = kind_of_row(cells, self.header, self.synonyms)
        if kind is None and holds_person(cells, self.header):
            return None
        heading = NOWHERE
        if kind == "title_repeated":
            heading = of_titles(map(as_text, cells), self.gazetteer)
            lost = next(filter(None, map(loss_over, map(as_text, cells))), "")
            self.lost = lost or loss_over_sheet(self.sheet.split(" [", maxsplit=1)[0])
        elif kind != "header_repeated":
            self._under_group(cells)
            heading = of_row(whole or cells, self.header, self.gazetteer)
            kind = "section_row" if heading else kind
        if heading:
            self._placer.over = heading.over(self._placer.over)
        if kind is None and continues_header(row, cells, self.header):
            return "header_repeated"
        return kind

    def _under_group(self, cells: list[Cell]) -> None:
        """A line may say what became of the people below it; nobody on a lost sheet is none."""
        lost = group_over(cells, self.header)
        if lost is not None:
            self.lost = lost or loss_over_sheet(self.sheet.split(" [", maxsplit=1)[0])

    def _catch_up(self) -> None:
        """Take what "同上" may mean from the plain row above, if that was the last one."""
        cells, self._last_plain = self._last_plain, None
        if cells is not None:
            for name in (Field.DISTRICT, Field.STREET, Field.COMMUNITY, Field.ADDRESS):
                self._above[name.value] = tidy(as_text(cells[self.header.columns[name]]))
            self._above["remark"] = ""

    def _values(self, reading: RowReading, cells: list[Cell]) -> Values:
        """The cells by field; errors are noted and count as empty."""
        padded = cells[: self._width]
        padded += [None] * (self._width + 1 - len(padded))
        if not ERROR_TEXTS.isdisjoint(padded) or BrokenCell in map(type, padded):
            for at, cell in enumerate(padded):
                if isinstance(cell, BrokenCell) or cell in ERROR_TEXTS:
                    self._broken(reading, at, cell)
                    padded[at] = None
        return Values._make(self._pick(padded))

    def _broken(self, reading: RowReading, at: int, cell: Cell) -> None:
        what = cell.what if isinstance(cell, BrokenCell) else str(cell)
        for name, column in self.header.columns.items():
            if column == at and name is not Field.SERIAL:
                reading.note("cell_error", field=name.value, what=what)

    def _identity(self, reading: RowReading, values: Values) -> None:
        name = read_name(values.name if type(values.name) is str else as_text(values.name))
        reading.name = name.name
        if means_same_as_above(name.name):
            reading.name = ""
            reading.note("name_missing")
        elif lost := loss_beside(name.name):
            reading.note("name_death_note", note=lost)
        for code in name.codes:
            reading.note(code, **({"note": name.note} if name.note else {}))
        if name.note and name.note != "?":
            reading.keep(name.note)
        number = read_number(values.number, today=self.today)
        if not number.number and values.doc_type and (other := _other_document(values)):
            reading.number, reading.doc_type = other
            reading.note("id_other_document")
            return
        for code in number.codes:
            reading.note(code)
        reading.number, reading.doc_type = number.number, number.doc_type.value
        reading.birth_on, reading.sex = number.birth_on, number.sex

    def _birth_and_sex(self, reading: RowReading, values: Values) -> None:
        sex = read_sex(values.sex)
        if sex.code:
            reading.note(sex.code, field="sex")
        birth = read_date(values.birth, today=self.today)
        if self._births_are_months:
            birth = birth.of_month()
        if birth.code:
            reading.note(birth.code)
        if reading.sex and sex.value and sex.value != reading.sex:
            reading.note("sex_differs")
        if reading.birth_on and birth.contradicts(reading.birth_on):
            reading.note("birth_differs")
        reading.sex = reading.sex or sex.value
        if reading.birth_on is None and not birth.month_only:
            reading.birth_on = birth.day
        reading.kind, code = self._kind(values)
        if code:
            reading.note(code, field="category")
        if reading.kind == "dependant":
            self._deceased_number(reading, values, birth)

    def _kind(self, values: Values) -> _Kind:
        if not self._category_header:
            # Whoever is listed with a dead worker's name is that worker's dependant.
            is_dependant = bool(values.deceased_name or values.deceased_number)
            return _Kind("dependant" if is_dependant else self.default_kind, None)
        found = read_kind(values.category, self._category_header)
        return _Kind(found.value or self.default_kind, found.code)

    def _deceased_number(self, reading: RowReading, values: Values, birth: DateReading) -> None:
        """A dependant's row often carries the dead worker's number in the wrong column."""
        if values.deceased_number:
            deceased = read_number(values.deceased_number, today=self.today)
            reading.deceased_number = deceased.number
        same = bool(reading.number) and reading.number == reading.deceased_number
        codes = reading.codes
        contradicts = "sex_differs" in codes and ("birth_differs" in codes or birth.day is None)
        if same or contradicts:
            reading.note("id_of_deceased")

    def _benefit(self, reading: RowReading, values: Values) -> None:
        if values.status is not None:
            status = read_status(values.status)
            reading.status = status.value or ""
            if status.code:
                reading.note(status.code, field="status")
        if values.employer is not None:
            read_employer(reading, values.employer)

    def _place(self, reading: RowReading, cells: list[Cell], values: Values) -> None:
        district = self._or_above(reading, cells, Field.DISTRICT, values.district)
        street = self._or_above(reading, cells, Field.STREET, values.street)
        community = self._or_above(reading, cells, Field.COMMUNITY, values.community)
        reading.address = self._or_above(reading, cells, Field.ADDRESS, values.address)
        named = district, street, community
        self._placer.place(reading, named, has_columns=values.street is not None)
        if values.latitude is not None:
            reading.position, problem = read_position(
                values.latitude, values.longitude, values.datum
            )
            if problem:
                reading.note(problem)

    def _or_above(self, reading: RowReading, cells: list[Cell], name: Field, cell: Cell) -> str:
        """The text of a field, or that of the row above which it points to.

        What it points to is put into the row itself, which may be read again without the one above.
        """
        text = tidy(cell if type(cell) is str else as_text(cell))
        if means_same_as_above(text):
            reading.note("same_as_above", field=name.value)
            text = self._above.get(name.value, "")
            cells[self.header.columns[name]] = text
        self._above[name.value] = text
        return text

    def _remark(self, reading: RowReading, cells: list[Cell], cell: Cell) -> str:
        """The remark, with what the row above says under each name where this one points to it."""
        text = tidy(as_text(cell))
        meant = pointed_to(text, self._above.get("remark", ""))
        if meant is not None:
            reading.note("same_as_above", field="remark")
            text = cells[self.header.columns[Field.REMARK]] = meant
        self._above["remark"] = text
        return text

    def _phones(self, reading: RowReading, values: Values) -> None:
        first = read_phones(values.phone)
        reading.phones = first.numbers
        for code in first.codes:
            reading.note(code)
        for cell in (values.phone_2, values.phone_3):
            if cell:
                more = read_phones(cell)
                for code in more.codes:
                    reading.note(code)
                reading.phones = tuple(dict.fromkeys(reading.phones + more.numbers))
        if values.contact or values.contact_phone:
            read_contact(reading, values)

    def _certificate(self, reading: RowReading, values: Values) -> None:
        """Some rosters carry the last certificate and a date of death."""
        death = read_date(values.died_on, today=self.today)
        died = death.day
        if died is not None or death.code == "date_unreadable":
            # A date that nobody can read says no less that somebody died.
            reading.note("status_lost", field="died_on")
            reading.keep(tidy(as_text(values.died_on)), DIED_ON)
        if not values.certified_on:
            return
        certified = read_date(values.certified_on, today=self.today)
        if certified.code:
            reading.note(certified.code)
        if certified.day is None:
            return
        if certified.day > self.today:
            reading.note("certified_in_future")
        elif died is not None and certified.day > died:
            reading.note("certified_after_death")
        elif (certified.day.month, certified.day.day) < SEASON_OPENS:
            reading.note("certified_off_season")


def _other_document(values: Values) -> tuple[str, str] | None:
    """A number of a document that the row itself names; it is taken as it stands."""
    kind, number = tidy(as_text(values.doc_type)), tidy(as_text(values.number)).upper()
    if not number or len(number) > 32 or "居民身份证" in kind:
        return None
    for word, doc_type in _DOCUMENT_WORDS.items():
        if word in kind:
            return number, doc_type
    return None
