"""What a source means by its own column names, as whoever answers for an area explained it."""

import base64
import json
from collections.abc import Iterator

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster.imports.import_models import ColumnSynonym, RosterImport
from webapp.roster.reading.headers import Field, meaning, normal_header
from webapp.roster.reading.sheet_heads import titles, unpack_head
from webapp.sealing import sealer

_LONGEST_HEADER = 100


def synonyms_of(source: str, area_path: str = "/") -> dict[str, Field]:
    """What this source means by its own column names, for an import of the area.

    What was explained for a larger area holds in those within it, unless they explained it
    otherwise themselves. Without a named source nobody's explanation holds for anybody else.
    """
    query = select(ColumnSynonym.header, ColumnSynonym.field, ColumnSynonym.area_path)
    query = query.where(ColumnSynonym.source == source)
    above = [area_path] if not source else _paths_above(area_path)
    query = query.where(ColumnSynonym.area_path.in_(above))
    known = db.session.execute(query.order_by(func.length(ColumnSynonym.area_path)))
    return {row.header: Field(row.field) for row in known}


def _paths_above(area_path: str) -> list[str]:
    """The path itself and every one that it lies in, "/" too."""
    parts = [part for part in area_path.split("/") if part]
    return ["/", *("/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1))]


def refuse_unasked(record: RosterImport, columns: dict[str, str]) -> None:
    """Take explanations only of columns that the page of the import asks about.

    Raises:
        Refusal: column_not_asked.
    """
    asked = {normal_header(text) for text in _asked(record)}
    for text in columns:
        if normal_header(text) not in asked:
            raise Refusal("column_not_asked", column=text[:_LONGEST_HEADER])


def _asked(record: RosterImport) -> Iterator[str]:
    for sheet in record.sheets:
        yield from sheet["unmapped"]
    for unread in record.sheets_left_out or ():
        if "head" in unread:
            rows = json.loads(sealer().unseal(base64.b64decode(unread["head"])))
            for _number, cells in unpack_head(rows):
                yield from titles(cells)


def remember_synonyms(*, source: str, columns: dict[str, str], area_path: str = "/") -> None:
    """Remember what a source's header means; `columns` go from header text to field.

    Raises:
        Refusal: column_unknown when the field is none of ours.
    """
    for text, name in columns.items():
        if name not in {each.value for each in Field}:
            raise Refusal("column_unknown", column=name)
        header = normal_header(text)[:_LONGEST_HEADER]
        if not header:
            continue
        found = db.session.get(ColumnSynonym, (area_path, source, header))
        if found is None and meaning(text, {}) is Field(name):
            continue
        if found is None:
            key = {"area_path": area_path, "source": source, "header": header}
            db.session.add(ColumnSynonym(**key, field=name))
        else:
            found.field = name
    db.session.flush()
