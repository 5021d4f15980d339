"""What rows of one file say about each other: repetitions, contradictions, shared phones."""

from webapp.roster.names import softly_same
from webapp.roster.numbers import upgrade_legacy
from webapp.roster.readings import RowReading
from webapp.roster.treatments import Fact, Treatment
from webapp.roster.wire import PackedRow

MOST_PEOPLE_A_PHONE = 20
# Contact, employer, deceased number and position, which a plain row has not.
_NOTHING_ELSE = (None, "", "", None)
# Row, area path, first phone and address.
_Whereabouts = tuple[int, str, str, str]


class Repeats:
    """Remembers the rows seen so far, in as little memory as a million rows ask for."""

    def __init__(self) -> None:
        self._numbers: dict[str, tuple[int, str, str, str, int]] = {}
        self._second_kinds: dict[tuple[str, str], int] = {}
        self._twins: dict[tuple[str, str], _Whereabouts] = {}
        self._namesakes: dict[tuple[str, str], list[_Whereabouts]] = {}
        self._phones: dict[str, int | list[int]] = {}

    def admit(self, row: PackedRow, sheet: str, position: int) -> bool:
        """Whether a plain row is the first of its number, its name and day, and its phone.

        If so it is remembered; if not, `compare` must look at it.
        """
        number, twin, phones = row[2], (row[1], row[5]), row[11]
        phone = phones[0] if phones else ""
        if number in self._numbers or twin in self._twins or phone in self._phones:
            return False
        content = hash((row[1], number, row[6], "normal", row[8], row[10], phones, *_NOTHING_ELSE))
        self._numbers[number] = (row[0], sheet, row[1], row[6], content)
        self._twins[twin] = (row[0], row[9], phone, row[10])
        if phone:
            self._phones[phone] = position
        return True

    def compare(self, reading: RowReading, position: int) -> list[int]:
        """Adds findings to the reading; `position` counts the file's rows over all sheets.

        Returns the positions of earlier rows that only now turn out to share their phone with
        more than twenty people.
        """
        number = reading.number
        if not number or reading.treatment is Treatment.REJECT:
            return []
        key = upgrade_legacy(number) if len(number) == 15 and number.isdecimal() else number
        earlier = self._numbers.get(key)
        if earlier is not None:
            self._against(reading, key, earlier)
            return []
        content = hash(reading.content())
        self._numbers[key] = (reading.row, reading.sheet, reading.name, reading.kind, content)
        self._twin(reading)
        return self._shared(reading, position)

    def _against(
        self, reading: RowReading, key: str, earlier: tuple[int, str, str, str, int]
    ) -> None:
        row, sheet, name, kind, content = earlier
        facts: dict[str, Fact] = {"other_row": row}
        if sheet != reading.sheet:
            facts["other_sheet"] = sheet
        own = hash(reading.content())
        known = content if kind == reading.kind else self._second_kinds.get((key, reading.kind))
        if own == known:
            reading.findings.clear()
            reading.note("row_repeated", **facts)
        elif name != reading.name and not softly_same(name, reading.name):
            reading.note("id_two_names", **facts)
        elif known is not None:
            reading.note("id_repeated_differs", **facts)
        else:
            self._second_kinds[key, reading.kind] = own
            reading.note("second_benefit", **facts)
            if name != reading.name:
                reading.note("name_variant", **facts)

    def _twin(self, reading: RowReading) -> None:
        """Same name and day, and the same street, phone or address, may be one person twice.

        Name and day alone are no sign: among two thousand pensioners such pairs are usual.
        """
        if reading.birth_on is None:
            return
        key = (reading.name, reading.birth_on.isoformat())
        phone = reading.phones[0] if reading.phones else ""
        own = (reading.row, reading.area_path, phone, reading.address)
        first = self._twins.setdefault(key, own)
        if first is own:
            return
        namesakes = self._namesakes.setdefault(key, [first])
        for other in namesakes:
            if _close(own, other):
                reading.note("possible_duplicate", other_row=other[0])
                break
        namesakes.append(own)

    def _shared(self, reading: RowReading, position: int) -> list[int]:
        late: list[int] = []
        for phone in reading.phones:
            rows = self._phones.get(phone)
            if rows is None:
                self._phones[phone] = position
                continue
            if isinstance(rows, int):
                rows = self._phones[phone] = [rows]
            rows.append(position)
            if len(rows) > MOST_PEOPLE_A_PHONE:
                reading.note("phone_shared")
            if len(rows) == MOST_PEOPLE_A_PHONE + 1:
                late += rows[:-1]
        return late


def _close(one: _Whereabouts, other: _Whereabouts) -> bool:
    """The same street, the same phone or the same address."""
    if same_street(one[1], other[1]):
        return True
    return any(mine and mine == theirs for mine, theirs in zip(one[2:], other[2:], strict=True))


def same_street(one: str, other: str) -> bool:
    """Whether two area paths lie in the same street: `/city/district/street/…`."""
    street = one.split("/")[:4]
    return len(street) == 4 and street[3] != "" and other.split("/")[:4] == street
