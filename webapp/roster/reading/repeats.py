"""What rows of one file say about each other: repetitions, contradictions, shared phones."""

from webapp.roster.cells.names import softly_same
from webapp.roster.cells.numbers import upgrade_legacy
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.treatments import Fact, Treatment
from webapp.roster.reading.wire import Late, PackedRow

MOST_PEOPLE_A_PHONE = 20
# Contact, employer, deceased number, position and remark, which a plain row has not.
_NOTHING_ELSE = (None, "", "", None, "")
# Row, area path, first phone and address.
_Whereabouts = tuple[int, str, str, str]
# Row, sheet, name, kind and a hash of the content.
_Earlier = tuple[int, str, str, str, int]


class Repeats:
    """Remembers the rows seen so far, in as little memory as a million rows ask for."""

    def __init__(self) -> None:
        self._numbers: dict[str, _Earlier] = {}
        # Where rows of dependants stand: a retiree of the same number may yet come.
        self._dependants: dict[str, int] = {}
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
        plain = (row[1], number, row[6], "normal", row[8], row[10], phones, *_NOTHING_ELSE)
        content = hash((*plain, row[4], row[5], ()))
        self._numbers[number] = (row[0], sheet, row[1], row[6], content)
        if row[6] == "dependant":
            self._dependants[number] = position
        self._twins[twin] = (row[0], row[9], phone, row[10])
        if phone:
            self._phones[phone] = position
        return True

    def compare(self, reading: RowReading, position: int) -> list[Late]:
        """Adds findings to the reading; `position` counts the file's rows over all sheets.

        Returns earlier rows of which something is known only now: that they share their phone
        with more than twenty people, or that a dependant's number is a retiree's.
        """
        number = reading.number
        if not number or reading.treatment is Treatment.REJECT:
            return []
        key = upgrade_legacy(number) if len(number) == 15 and number.isdecimal() else number
        earlier = self._numbers.get(key)
        owned = earlier is not None and self._owns_dependants_number(reading, key, earlier)
        if earlier is not None and not owned:
            self._against(reading, key, earlier)
            return []
        late: list[Late] = [(self._dependants.pop(key), "id_of_deceased")] if owned else []
        content = hash(reading.content())
        self._numbers[key] = (reading.row, reading.sheet, reading.name, reading.kind, content)
        if reading.kind == "dependant":
            self._dependants[key] = position
        self._twin(reading)
        return late + [(at, "phone_shared") for at in self._shared(reading, position)]

    def _owns_dependants_number(self, reading: RowReading, key: str, earlier: _Earlier) -> bool:
        """Whether a retiree's number stood before in the row of somebody else, a dependant."""
        is_owner = reading.kind == "retiree" and key in self._dependants
        return is_owner and not _same_name(earlier[2], reading.name)

    def _against(self, reading: RowReading, key: str, earlier: _Earlier) -> None:
        row, sheet, name, kind, content = earlier
        facts: dict[str, Fact] = {"other_row": row}
        if sheet != reading.sheet:
            facts["other_sheet"] = sheet
        own = hash(reading.content())
        known = content if kind == reading.kind else self._second_kinds.get((key, reading.kind))
        if own == known:
            reading.findings.clear()
            reading.note("row_repeated", **facts)
        elif not _same_name(name, reading.name):
            is_deceaseds = (kind, reading.kind) == ("retiree", "dependant")
            reading.note("id_of_deceased" if is_deceaseds else "id_two_names", **facts)
        elif known is not None:
            reading.note("id_repeated_differs", **facts)
        else:
            self._second_kinds[key, reading.kind] = own
            self._dependants.pop(key, None)
            facts |= self._address_of(name, reading, row)
            reading.note("second_benefit", **facts)
            if name != reading.name:
                reading.note("name_variant", **facts)

    def _address_of(self, name: str, reading: RowReading, row: int) -> dict[str, Fact]:
        """The address in the first row of somebody, where it is remembered."""
        key = (name, reading.birth_on.isoformat() if reading.birth_on else "")
        first = [self._twins[key]] if key in self._twins else []
        known = [each for each in self._namesakes.get(key, first) if each[0] == row]
        return {"first_address": known[0][3]} if known else {}

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


def _same_name(one: str, other: str) -> bool:
    return one == other or softly_same(one, other)


def _close(one: _Whereabouts, other: _Whereabouts) -> bool:
    """The same street, the same phone or the same address."""
    if same_street(one[1], other[1]):
        return True
    return any(mine and mine == theirs for mine, theirs in zip(one[2:], other[2:], strict=True))


def same_street(one: str, other: str) -> bool:
    """Whether two area paths lie in the same street: `/city/district/street/…`."""
    street = one.split("/")[:4]
    return len(street) == 4 and street[3] != "" and other.split("/")[:4] == street
