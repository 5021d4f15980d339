"""What it means for a row that its cells, or words in them, are struck through."""

from webapp.roster.reading.headers import Field, Header
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.strikes import WHOLE, Strikes


def note_strikes(reading: RowReading, struck: Strikes, header: Header) -> None:
    """Note what is struck; a whole name or number that is takes the whole row with it."""
    whole = [at for at, words in sorted(struck.items()) if words == WHOLE]
    columns = header.columns
    if columns[Field.NAME] in whole or columns.get(Field.NUMBER, -1) in whole:
        reading.note("row_struck")
    elif whole:
        named = dict.fromkeys(_field_of(at, header) for at in whole)
        reading.note("cell_struck", field=",".join(named))
    words = [f"{_title_of(at, header)}：{words}" for at, words in sorted(struck.items()) if words]
    if words:
        reading.note("words_struck", note="；".join(words))


def _field_of(column: int, header: Header) -> str:
    """The field of a column, or its title if it is none."""
    if any(column == at for at, _unit in header.address):
        return Field.ADDRESS.value
    found = next((each.value for each, at in header.columns.items() if at == column), "")
    return found or _title_of(column, header).replace(",", " ") or Field.REMARK.value


def _title_of(column: int, header: Header) -> str:
    return header.texts[column].strip() if column < len(header.texts) else ""
