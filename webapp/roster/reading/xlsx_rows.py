"""Brings the rows of an .xlsx sheet into the one spelling in which they are looked through.

Writers may prefix every tag (`x:row`), quote with apostrophes, and leave out where a row or cell
stands, since ECMA-376 part 1, 18.3.1.4 and 18.3.1.73 make `r` optional.
"""

import re

_PREFIXED = re.compile(rb"<(/?)[A-Za-z_][\w.-]*:(?=[A-Za-z])")
_ODD_QUOTES = re.compile(rb"""\s([A-Za-z:]+)\s*=\s*(?:'([^'"<>]*)'|"([^"<>]*)")""")
_IS_ODD = re.compile(rb"""[A-Za-z]\s*=\s*'|[A-Za-z]\s+=\s*"|[A-Za-z]=\s+["']""")
_TAG = re.compile(rb"<[^>]*>")
_PLACELESS = re.compile(rb'<(?:row|c)(?=[\s/>])(?![^>]*\sr=")')
_ROW_OR_CELL = re.compile(rb"<(row|c)(?=[\s/>])([^>]*)>")
_PLACE = re.compile(rb'\sr="([A-Z]*)(\d+)"')


def spelled_out(rows: bytes, row: int) -> bytes:
    """Whole rows without prefixes, quoted with `"`, each row and cell with its place.

    `row` is the number of the row before the first of these.
    """
    plain = _PREFIXED.sub(rb"<\1", rows) if b":row" in rows or b":c " in rows else rows
    if _IS_ODD.search(plain):
        plain = _TAG.sub(lambda tag: _ODD_QUOTES.sub(_quoted, tag[0]), plain)
    return _placed(plain, row) if _PLACELESS.search(plain) else plain


def _quoted(found: re.Match[bytes]) -> bytes:
    value = found[2] if found[2] is not None else found[3]
    return b' %s="%s"' % (found[1], value)


def _placed(rows: bytes, row: int) -> bytes:
    at = [row, 0]

    def with_place(found: re.Match[bytes]) -> bytes:
        is_row = found[1] == b"row"
        place = _PLACE.search(found[2])
        if place is not None:
            at[:] = [int(place[2]), 0] if is_row else [at[0], _number(place[1])]
            return found[0]
        at[:] = [at[0] + 1, 0] if is_row else [at[0], at[1] + 1]
        name = b"" if is_row else _letters(at[1])
        return b'<%s r="%s%d"%s>' % (found[1], name, at[0], found[2])

    return _ROW_OR_CELL.sub(with_place, rows)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _letters(number: int) -> bytes:
    name = b""
    while number:
        number, rest = divmod(number - 1, 26)
        name = bytes([65 + rest]) + name
    return name
