"""CSV and its relatives, as Excel, WPS and office systems write them: encoding and separator."""

import codecs
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from webapp.refusals import Refusal
from webapp.roster.cells.cleaning import Cell
from webapp.roster.reading.headers import LOOK_AT, Field, find_header
from webapp.roster.reading.stray_quotes import Shape, records_of

SEPARATORS = (",", "\t", ";", "；", "|", "，")
_GARBLED = ("锟斤拷", "烫烫烫", "屯屯屯")
_HEADER_WORDS = ("姓名", "身份", "证件", "电话", "性别")


def encoding_of(data: bytes) -> str:
    """The encoding: UTF-8 if it is that strictly, UTF-16 by its mark, else GB18030.

    Raises:
        Refusal: file_mojibake when the text was ruined before it came here.
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if b"\0" in data[:4096]:
        return "utf-16-le" if data[1:4096:2].count(0) > data[:4096:2].count(0) else "utf-16-be"
    for name in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            for start in range(0, len(data), 1 << 20):
                decoder.decode(data[start : start + (1 << 20)])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    raise Refusal("file_mojibake")


def refuse_garbled(sample: str) -> None:
    """Refuse a text that was decoded wrongly somewhere on its way here.

    Raises:
        Refusal: file_mojibake.
    """
    if (
        any(mark in sample for mark in _GARBLED)
        or sample.startswith("锘")
        or sample.count("\ufffd") > 2
    ):
        raise Refusal("file_mojibake")
    if any(word in sample for word in _HEADER_WORDS):
        return
    for wrong, right in (("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gb18030"),
                         ("gb18030", "utf-8"), ("utf-8", "gb18030")):  # fmt: skip
        recoded = sample.encode(wrong, "ignore").decode(right, "ignore")
        if any(word in recoded for word in _HEADER_WORDS):
            raise Refusal("file_mojibake")


def refuse_ruined(cells: list[Cell]) -> None:
    """Refuse a row that holds what is left of Chinese text after two wrong decodings.

    Raises:
        Refusal: file_mojibake.
    """
    for cell in cells:
        if isinstance(cell, str) and any(mark in cell for mark in _GARBLED):
            raise Refusal("file_mojibake")


def shape_of(text_start: str, synonyms: dict[str, Field]) -> Shape:
    """The separator under which the header names most columns; a comma when none does."""
    best, most = Shape(","), 0
    for separator in SEPARATORS:
        rows = _first_records(text_start, separator)
        header = find_header(rows, synonyms)
        columns = len(header.columns) if header else 0
        if header and columns > most:
            number = header.columns.get(Field.NUMBER, -1)
            best, most = Shape(separator, len(header.texts), number), columns
    return best


def _first_records(text_start: str, separator: str) -> list[list[Cell]]:
    """The first records; under a wrong separator, or in a cut text, a quotation may stay open."""
    rows: list[list[Cell]] = []
    with suppress(Refusal):
        stream = io.StringIO(text_start, newline="")
        rows.extend(
            list(record) for record in islice(records_of(stream, Shape(separator)), LOOK_AT)
        )
    return rows


def read_delimited(data: bytes, synonyms: dict[str, Field]) -> Iterator[list[Cell]]:
    """The records of the file, one list of texts each; a line break in quotes stays in its cell.

    Raises:
        Refusal: file_mojibake; file_quote_open, with the line where the quotation begins.
    """
    encoding = encoding_of(data)
    start = data[: 1 << 16].decode(encoding, "ignore")
    refuse_garbled(start)
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    records = records_of(stream, shape_of(start, synonyms))
    return ([_plain(text) for text in record] for record in records)


def _plain(text: str) -> str:
    """`="0001"` is how some systems keep a number as text."""
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text
