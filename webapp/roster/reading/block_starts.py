"""Where blocks of people side by side begin, and which columns are said of all of them.

A block begins so many columns before its name as the first block does, as far as its titles are
the same: a serial number may open a block, and may as well stand in its midst.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from webapp.refusals import Refusal
from webapp.roster.reading.bare_headers import BARE
from webapp.roster.reading.header_words import OF_OTHERS
from webapp.roster.reading.headers import COUNTED, Field, Header, meaning, normal_header

# Titles of a pensioner's own name and number; a block may use one and its neighbour another.
_NAMES = frozenset({"姓名", "名字", "人员姓名", "退休人员姓名", "老人姓名"})
_NO_IDENTITY = re.compile("社会?保|本人|参保|领取|职工|遗属|供养")
# Said of a row by whoever writes them once beside two people.
_PLACES = frozenset({Field.DISTRICT, Field.STREET, Field.COMMUNITY})
# Of no harm to whom they do not belong.
_OF_NOBODY = frozenset({Field.SERIAL, Field.REMARK, Field.IGNORED, None})


def starts_of(header: Header, synonyms: dict[str, Field]) -> list[int]:
    """The first columns of the blocks.

    Raises:
        Refusal: header_twice, when there are more names than numbers, or when a column may belong
            to the block at its left as well as to the one at its right.
    """
    columns = header.columns
    if not columns.keys().isdisjoint({Field.DECEASED_NAME, Field.DECEASED_NUMBER}):
        return [0]
    names = alike(header, columns[Field.NAME])
    if len(names) == 1:
        return [0]
    numbers = alike(header, columns[Field.NUMBER]) if Field.NUMBER in columns else []
    if len(numbers) != len(names):
        raise _refused(header)
    keys = [_key(text, synonyms) for text in header.own]
    starts = [0]
    for before, name in pairwise(names):
        found = [name - _same_before(keys, names[0], name, before)]
        found += _openings(keys, names, before, name)
        found += [at for at in numbers if before < at < name and at != _first(numbers, before)]
        starts.append(min(found))
    _refuse_if_unclear(header, keys, starts, names)
    return starts


def _same_before(keys: Sequence[str], first: int, name: int, before: int) -> int:
    """How many columns left of a name are called as those left of the first name."""
    most = min(first, name - before - 1)
    return next((n for n in range(most) if keys[first - 1 - n] != keys[name - 1 - n]), most)


def _openings(keys: Sequence[str], names: list[int], before: int, name: int) -> list[int]:
    """Columns between two names that can only open a block, since none stands behind the last."""
    behind_last = set(keys[names[-1] + 1 :])
    opening = {next(key for key in keys if key), Field.SERIAL.value} - behind_last
    return [at for at in range(before + 1, name) if keys[at] in opening]


def _refuse_if_unclear(
    header: Header, keys: Sequence[str], starts: list[int], names: list[int]
) -> None:  # fmt: skip
    """A title before each name and behind the last one too may be said of either neighbour."""
    head = {key for key in keys[starts[-1] : names[-1]] if key}
    twice = [key for key in head if key in keys[names[-1] + 1 :]]
    if any(keys[: starts[1]].count(key) == 1 for key in twice):
        raise _refused(header)


def shared_columns(
    header: Header, starts: list[int], synonyms: dict[str, Field]
) -> tuple[int, ...]:
    """The columns that only the first or the last block has, and that are said of all people.

    Raises:
        Refusal: header_twice, when it is not clear whether they are said of one or of all.
    """
    keys = [_key(text, synonyms) for text in header.own]
    names = alike(header, header.columns[Field.NAME])
    left = _alone(range(names[0]), keys, set(keys[starts[-1] : names[-1]]))
    right = _alone(range(len(keys) - 1, names[-1], -1), keys, set(keys[names[0] : starts[1]]))
    fields = {at: meaning(header.own[at], synonyms) for at in [*left, *right]}
    if _are_counted(header, names):
        return tuple(sorted(fields))
    shared = [at for at in left if fields[at] in _PLACES]
    pieces = dict(header.address)
    of_one = [at for at in fields if at not in shared
              and (at in pieces or fields[at] not in _OF_NOBODY)]  # fmt: skip
    if of_one and not _has_gap(header, starts):
        raise _refused(header)
    return tuple(sorted(shared))


def _are_counted(header: Header, names: list[int]) -> bool:
    """Whether the names are those of one row: `姓名1`, `姓名2`."""
    texts = [normal_header(header.own[at]) for at in names]
    return len(set(texts)) == len(texts) and all(map(COUNTED.search, texts[1:]))


def _alone(columns: Sequence[int], keys: Sequence[str], others: set[str]) -> list[int]:
    """The outermost columns, from the outside, that are called as none of another block."""
    found: list[int] = []
    for at in columns:
        if keys[at] in others and keys[at]:
            break
        found.append(at)
    return [at for at in found if keys[at]]


def _has_gap(header: Header, starts: list[int]) -> bool:
    """Whether an empty column parts the blocks: lists of their own, each with its columns."""
    return all(not header.own[start - 1].strip() for start in starts[1:])


def _refused(header: Header) -> Refusal:
    return Refusal("header_twice", what=header.own[header.columns[Field.NAME]])


def _first(columns: list[int], after: int) -> int:
    return next((at for at in columns if at > after), -1)


def _key(text: str, synonyms: dict[str, Field]) -> str:
    """What a title means, whatever its words and its count."""
    bare = _bare(text)
    found = meaning(bare, synonyms) or BARE.get(bare)
    return found.value if found is not None and found is not Field.IGNORED else bare


def alike(header: Header, column: int) -> list[int]:
    """The columns that bear the name of one, except those of relatives and clerks."""
    wanted = _kind_of(header.own[column])
    return [
        at for at, text in enumerate(header.own)
        if _kind_of(text) == wanted and (at == column or not OF_OTHERS.search(header.texts[at]))
    ]  # fmt: skip


def _kind_of(text: str) -> str:
    bare = _bare(text)
    if bare in _NAMES:
        return "姓名"
    if meaning(text, {}) is Field.NUMBER and not _NO_IDENTITY.search(bare):
        return "证件号码"
    return bare


def _bare(text: str) -> str:
    whole = normal_header(text)
    return COUNTED.sub("", whole) or whole
