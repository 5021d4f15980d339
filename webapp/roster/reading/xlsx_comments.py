"""What was written into an .xlsx sheet as comments on its cells.

The parts are looked through with patterns; no XML parser meets a hostile file.
"""

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator

# A part beyond this is refused with the whole file: its words would be lost unseen.
LARGEST_PART = 100_000_000
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_AUTHOR = re.compile(rb"<(?:\w+:)?author\b[^>/]*>([^<]*)<")
_COMMENT = re.compile(rb"<(?:\w+:)?comment\b([^>]*)>(.*?)</(?:\w+:)?comment>", re.DOTALL)
_PLACE = re.compile(rb"""\bref\s*=\s*["']\$?([A-Z]{1,3})\$?(\d{1,7})["']""")
_READING_AID = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*?>([^<]*)</(?:\w+:)?t>")
# What newer programs put before a comment for older ones that cannot show its thread.
_OF_THREAD = re.compile(r"^\s*\[[^\]]*\].*?fwlink/\S*\s*[^:：]{0,20}[:：]", re.DOTALL)


def comments_of(book: zipfile.ZipFile, sheet_part: str) -> Iterator[tuple[bytes, int, str]]:
    """Letters, row number (from 1) and words of each comment on the sheet of this part.

    Raises:
        ValueError: a part with comments is too large to be looked through.
    """
    names = set(book.namelist())
    folder, name = posixpath.split(sheet_part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in names:
        return
    for text in _RELATION.findall(book.read(relations).decode("utf-8", "replace")):
        told = dict(_ATTRIBUTE.findall(text))
        part = posixpath.normpath(posixpath.join(folder, told.get("Target", ""))).lstrip("/")
        if told.get("Type", "").endswith("/comments") and part in names:
            if book.getinfo(part).file_size > LARGEST_PART:
                raise ValueError(part)
            yield from _in_part(book.read(part))


def _in_part(data: bytes) -> Iterator[tuple[bytes, int, str]]:
    authors = {_words(found) for found in _AUTHOR.findall(data)} - {""}
    for attributes, inner in _COMMENT.findall(data):
        place = _PLACE.search(attributes)
        pieces = _TEXT.findall(_READING_AID.sub(b"", inner))
        words = _without_author(_OF_THREAD.sub("", _words(b"".join(pieces))), authors)
        if place is not None and words:
            yield place[1], int(place[2]), words


def _words(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", "replace")).strip()


def _without_author(words: str, authors: set[str]) -> str:
    """Programs begin a comment with its author's name on a line of its own."""
    first, _mark, rest = words.strip().partition("\n")
    is_author = first.strip().rstrip(":：") in authors and first.strip()[-1:] in {":", "："}
    return (rest if is_author else words).strip()
