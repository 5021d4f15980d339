"""Reads SQLite's schema as lines of one spelling, from the text that SQLite itself goes by."""

import re
from collections.abc import Iterator

from sqlalchemy import Connection

# What SQLite makes by itself: figures for its planner, and numbers already given out.
OWN = re.compile(r"sqlite_(stat[1-4]|sequence)$")
AUTOMATIC_INDEX = "sqlite_autoindex_"
_TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<text>'(?:[^']|'')*') | (?P<quoted>"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])
      | (?P<comment>--[^\n]*|/\*.*?(?:\*/|$)) | (?P<word>[^\W\d]\w*) | (?P<other>[\w.]+|.)""",
    re.VERBOSE | re.DOTALL,
)
# Words that mean something else without their quotes.
_KEYWORDS = frozenset({
    "as", "asc", "check", "collate", "constraint", "create", "default", "desc", "foreign",
    "generated", "index", "key", "not", "null", "on", "or", "primary", "references", "select",
    "table", "unique", "where", "with", "without",
})  # fmt: skip


def schema_lines(connection: Connection) -> Iterator[str]:
    """Give a line for each column, constraint, index, trigger and view, names in lower case."""
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
    for kind, name, table, text in rows:
        if OWN.match(str(name)) or (text is None and str(name).startswith(AUTOMATIC_INDEX)):
            continue
        tokens = list(canonical_tokens(str(text)))
        if kind == "table" and name == table:
            yield from _table_lines(str(name).lower(), tokens)
        else:
            yield f"{kind} {name} of {table}: {' '.join(tokens)}"


def canonical_tokens(text: str) -> Iterator[str]:
    """Give a statement's tokens: no spaces, no needless quotes, words in lower case."""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if found["word"]:
            yield token.lower()
        elif found["quoted"]:
            inner = token[1:-1].lower()
            is_plain = re.fullmatch(r"[a-z_]\w*", inner) and inner not in _KEYWORDS
            yield inner if is_plain else f'"{inner}"'
        elif not found["space"]:
            yield token


def _table_lines(name: str, tokens: list[str]) -> Iterator[str]:
    """Give a line for each definition between the outermost parentheses, one for what is around."""
    depth = 0
    parts: list[list[str]] = [[]]
    outside: list[str] = []
    for piece in tokens:
        depth -= piece == ")"
        if depth == 0:
            outside.append(piece)
        elif depth == 1 and piece == ",":
            parts.append([])
        else:
            parts[-1].append(piece)
        depth += piece == "("
    yield f"table {name}: {' '.join(outside)}"
    yield from (f"table {name}: {' '.join(part)}" for part in parts)


def broken_pages(connection: Connection) -> Iterator[str]:
    """Give what `PRAGMA integrity_check` finds: damage, and indexes that leave rows out."""
    for (words,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        yield from (line for line in str(words).splitlines() if line != "ok")
