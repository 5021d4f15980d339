"""Whom typed words mean: the one search for people, which every list that has a box asks.

A name, a part of an address, a whole number or a whole telephone number may be typed, in full or
half width, with spaces or without. Numbers are found by their keyed indexes only, so a part of
one finds nobody.
"""

import re
from typing import Any

from sqlalchemy import and_, func, or_, select

from webapp import sealing
from webapp.extensions import db
from webapp.roster.cells.cleaning import drop_spaces, fold_width, tidy
from webapp.roster.cells.phones import read_phones
from webapp.roster.models import Person, Phone

# Up to so many people a list reads their rows by person; beyond, a page of it is full soon anyway.
FEW_PEOPLE = 300
_NUMBER_DIGITS = 7
_TO_FULL_WIDTH = 0xFEE0
# From the Han characters on, until the full-width forms that folding has taken away.
_FIRST_OF_ONE_FORM = 0x3400
# The dots between the parts of a name, as people and systems write them.
_DOT_SIGNS = "·•・･‧∙.．"
_DOTS = re.compile(f"[{_DOT_SIGNS}]")
_NUMBER_SIGNS = re.compile(r"[0-9A-Z()+\-]+")


def means(words: str) -> Any:
    """Return the condition on `Person` that it is somebody whom the words mean."""
    bare = drop_spaces(fold_width(words)).upper()
    numbered = _has_number(bare)
    if len(re.findall(r"[0-9]", bare)) >= _NUMBER_DIGITS and _NUMBER_SIGNS.fullmatch(bare):
        return numbered
    return or_(*(_says(column, words) for column in (Person.name, Person.address)), numbered)


def _says(column: Any, words: str) -> Any:
    """Return the condition that a column holds the words, whatever their width and spaces.

    Stored words keep the form in which they came. Only where the characters without another form
    stand in this order, which is quickly asked, are the stored words folded.
    """
    dotted = _DOTS.search(fold_width(words)) is not None
    bare = _DOTS.sub("·", drop_spaces(fold_width(words)))
    if not bare:
        return column.contains(tidy(words), autoescape=True)
    folded = func.replace(func.replace(column, " ", ""), "\u3000", "")
    for sign in sorted(set(bare)):
        if "!" <= sign <= "~":
            folded = func.replace(folded, chr(ord(sign) + _TO_FULL_WIDTH), sign)
    for dot in _DOT_SIGNS if dotted else "":
        folded = func.replace(folded, dot, "·")
    rough = "%".join(["", *(sign for sign in bare if ord(sign) >= _FIRST_OF_ONE_FORM), ""])
    return and_(column.like(rough or "%"), folded.contains(bare, autoescape=True))


def is_of(column: Any, words: str) -> Any:
    """Return the condition that a row, by its column of a person's id, is of somebody meant.

    Few people are looked for first and their rows afterwards, which lets both use an index.
    """
    meant = means(words)
    few = list(db.session.scalars(select(Person.id).where(meant).limit(FEW_PEOPLE + 1)))
    if len(few) <= FEW_PEOPLE:
        return column.in_(few)
    return select(Person.id).where(Person.id == column, meant).exists()


def _has_number(bare: str) -> Any:
    numbers = [bare, *read_phones(bare).numbers]
    keys = [sealing.index(number) for number in numbers]
    with_phone = select(Phone.person_id).where(Phone.number_index.in_(keys[1:]))
    return or_(Person.number_index == keys[0], Person.id.in_(with_phone))
