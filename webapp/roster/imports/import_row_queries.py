"""Reads an import's remarkable rows: by treatment, by reason, by words, page by page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select

from webapp.access.rules import Actor
from webapp.areas.duty import in_duty
from webapp.extensions import db
from webapp.http.keyset import cut, one_page, ordered_from, page
from webapp.roster.cells.cleaning import drop_spaces, fold_width
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.reading.treatments import OUTSIDE_DUTY, TREATMENT_OF, Treatment

# Rows that are unsealed at one go, and in all, to look for words in them.
_CHUNK, _MOST_LOOKED_AT = 500, 200_000
_LONGEST_ROW_NUMBER = 7
# Rows that were only put right or passed over are shown when asked for.
_ASKING = (Treatment.HOLD.value, Treatment.REJECT.value, Treatment.WARN.value)
# The order of what asks for somebody: to be decided here, to be sent back, to be looked at, done.
_RANK = case(
    (RosterImportRow.decision != "", 3),
    (RosterImportRow.treatment == Treatment.HOLD.value, 0),
    (RosterImportRow.treatment == Treatment.REJECT.value, 1),
    else_=2,
)
_FAULTS = [
    code for code, treatment in TREATMENT_OF.items()
    if treatment is Treatment.HOLD and code not in OUTSIDE_DUTY
]  # fmt: skip


@dataclass(frozen=True)
class RowFilter:
    """What rows are wanted: a treatment or "open", "changed", "outside"; a finding; words."""

    treatment: str = ""
    reason: str = ""
    words: str = ""


def import_rows(
    *, import_id: UUID, chosen: RowFilter, after: str, said: Iterable[str] = ()
) -> tuple[Sequence[RosterImportRow], str | None]:
    """One page of rows in the file's order, and the next page's key.

    Without a filter the rows that wait for a decision come first, and those that only somebody
    else can decide on stay out: there may be thousands of them.

    `said` are the findings whose sentences, in the reader's language, hold the words.
    """
    query = select(RosterImportRow).where(RosterImportRow.import_id == import_id)
    query = _of_treatment(query, chosen)
    if chosen.reason in TREATMENT_OF:
        query = query.where(_bears(chosen.reason))
    if chosen == RowFilter():
        return page(query, (_RANK, RosterImportRow.position), after)
    query = ordered_from(query, [RosterImportRow.position], after)
    return cut(_matching(query, chosen.words, list(said)), lambda row: [row.position])


def _bears(code: str) -> ColumnElement[bool]:
    return cast(RosterImportRow.findings, String).contains(f'"{code}"', autoescape=True)


def _is_outside() -> ColumnElement[bool]:
    """Held for nothing but that somebody else answers for the person."""
    return and_(
        RosterImportRow.treatment == Treatment.HOLD.value,
        or_(*map(_bears, sorted(OUTSIDE_DUTY))),
        *(~_bears(code) for code in _FAULTS),
    )


def _of_treatment(query: Select[RosterImportRow], chosen: RowFilter) -> Select[RosterImportRow]:
    held = RosterImportRow.treatment == Treatment.HOLD.value
    treatment = chosen.treatment
    if treatment == "open":
        return query.where(held, RosterImportRow.decision == "", ~_is_outside())
    if treatment == "outside":
        return query.where(_is_outside())
    if treatment == "changed":
        return query.where(RosterImportRow.person_id.is_not(None))
    if treatment == Treatment.HOLD.value:
        return query.where(held, ~_is_outside())
    if treatment:
        return query.where(RosterImportRow.treatment == treatment)
    if chosen.reason or chosen.words:
        return query
    return query.where(RosterImportRow.treatment.in_(_ASKING), ~_is_outside())


def _matching(
    query: Select[RosterImportRow], words: str, said: list[str]
) -> Iterator[RosterImportRow]:
    """Rows by their number, by what their findings say, or by the words that stand in them."""
    bare = drop_spaces(fold_width(words)).lower()
    if not bare:
        yield from db.session.scalars(one_page(query))
    elif bare.isdecimal() and len(bare) < _LONGEST_ROW_NUMBER:
        yield from db.session.scalars(query.where(RosterImportRow.row == int(bare)))
    elif said:
        yield from db.session.scalars(one_page(query.where(or_(*map(_bears, said)))))
    else:
        yield from _holding(query, bare)


def _holding(query: Select[RosterImportRow], bare: str) -> Iterator[RosterImportRow]:
    """Rows in whose sealed words a text stands; there is no index of what is sealed."""
    from webapp.roster.imports.held_rows import words_of

    last, looked_at = -1, 0
    while looked_at < _MOST_LOOKED_AT:
        rows = db.session.scalars(query.where(RosterImportRow.position > last).limit(_CHUNK)).all()
        for row in rows:
            kept = words_of(row)
            told = [*(str(cell) for cell in kept.cells or ()), *map(str, kept.details)]
            told += [str(fact) for each in kept.findings for fact in each.facts.values()]
            if bare in drop_spaces(fold_width("\t".join(told))).lower():
                yield row
        if len(rows) < _CHUNK:
            return
        last, looked_at = rows[-1].position, looked_at + len(rows)


def held_rows(
    *, actor: Actor, after: str
) -> tuple[Sequence[tuple[RosterImport, RosterImportRow]], str | None]:
    """One page of all held rows of the actor's imports, the oldest first, and the next page's key.

    However many workbooks came since, a row waits here until somebody decides on it.
    """
    place = RosterImport.created_at, RosterImport.id, RosterImportRow.position
    query = select(RosterImport, RosterImportRow).where(*_waiting(actor))
    query = query.join(RosterImport, RosterImport.id == RosterImportRow.import_id)
    return page(query, place, after)


def count_held(actor: Actor) -> int:
    """How many held rows of all the actor's imports wait for a decision."""
    query = select(func.count()).select_from(RosterImportRow)
    query = query.join(RosterImport, RosterImport.id == RosterImportRow.import_id)
    return db.session.scalar(query.where(*_waiting(actor))) or 0


def _waiting(actor: Actor) -> Iterator[ColumnElement[bool]]:
    yield RosterImport.state == ImportState.APPLIED.value
    yield in_duty(RosterImport.area_path, actor)
    yield RosterImportRow.treatment == Treatment.HOLD.value
    yield RosterImportRow.decision == ""
    yield ~_is_outside()


def open_rows(import_id: UUID) -> int:
    """How many held rows wait for a decision of this office."""
    query = select(func.count()).where(
        RosterImportRow.import_id == import_id, RosterImportRow.decision == "",
        RosterImportRow.treatment == Treatment.HOLD.value, ~_is_outside(),
    )  # fmt: skip
    return db.session.scalar(query) or 0
