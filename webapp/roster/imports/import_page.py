"""What the page of one import shows beside its rows: what was read, and how it will be stored."""

import base64
import json
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from webapp.areas.models import Area
from webapp.extensions import db
from webapp.roster.cells.numbers import mask as mask_number
from webapp.roster.cells.phones import mask as mask_phone
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.imports.messages import field_words, sentence_of
from webapp.roster.notes import mask_numbers
from webapp.roster.reading.headers import Field
from webapp.roster.reading.treatments import TREATMENT_OF, Finding, Treatment
from webapp.roster.reading.wire import unpack_reading
from webapp.roster.sentences import FINDINGS
from webapp.sealing import sealer

# Read to check the row by, and not stored.
_ONLY_CHECKED = frozenset({Field.SERIAL, Field.CERTIFIED_ON, Field.DOC_TYPE})


def columns_read(sheet: dict[str, Any]) -> list[dict[str, str]]:
    """Every column of a sheet: its letter, its name, what it was read as, and whether it was."""
    fields = {at: Field(name) for name, at in sheet["columns"].items()}
    address, remarks = sheet.get("address", ()), sheet.get("remarks", ())
    watched = sheet.get("watched", ())
    shown = []
    for at, text in enumerate(sheet["texts"][: _own_columns(sheet)]):
        if at in address:
            meaning, tone = _("%(field)s（几栏连起来）", field=field_words("address")), "good"
        elif at in fields and fields[at] in _ONLY_CHECKED:
            meaning, tone = _("%(field)s（只用来核对）", field=field_words(fields[at])), "plain"
        elif at in fields:
            meaning, tone = field_words(fields[at]), "good"
        elif at in remarks:
            named = text.strip() in sheet["unmapped"]
            meaning = _("没有认出来，文字记进备注") if named else field_words("remark")
            tone = "wait" if named else "good"
        else:
            meaning = _("没有读，只看有没有去世、停发等字样") if at in watched else _("没有读")
            tone = "wait"
        if text.strip() or tone == "good":
            name = text.strip() or _("（没有栏目名）")
            letter = _letter(_sheet_column(sheet, at))
            shown.append({"letter": letter, "name": name, "meaning": meaning, "tone": tone})
    return shown


def _own_columns(sheet: dict[str, Any]) -> int:
    """How many columns the sheet itself has: those that were joined stand behind them."""
    return int(sheet.get("width", len(sheet["texts"])))


def _sheet_column(sheet: dict[str, Any], at: int) -> int:
    """Where a column of a part stands in the sheet: first come those from outside of the part."""
    outside: list[int] = sheet.get("outside", [])
    if at < len(outside):
        return outside[at]
    return int(sheet.get("first", 0)) + at - len(outside)


def _letter(column: int) -> str:
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def first_rows(record: RosterImport, sheet: dict[str, Any]) -> list[dict[str, Any]]:
    """The first people of a sheet as they will be stored, with numbers and phones masked."""
    if not sheet.get("sample"):
        return []
    packed = json.loads(sealer().unseal(base64.b64decode(sheet["sample"])))
    readings = [(unpack_reading(row, sheet["name"]), treatment) for row, treatment in packed]
    duty = record.area_path
    paths = {each.area_path for each, _treatment in readings} | {duty}
    names = area_names(paths)
    shown = []
    for reading, treatment in readings:
        path = reading.area_path
        if duty.startswith(path) and duty.count("/") > path.count("/"):
            path = duty
        shown.append({
            "row": reading.row, "treatment": treatment, "name": reading.name,
            "number": mask_number(reading.number) if reading.number else "",
            "birth_on": reading.birth_on, "kind": reading.kind, "area": names.get(path, ""),
            "address": reading.address, "note": mask_numbers(reading.remark),
            "employer": reading.employer,
            "phones": [mask_phone(number) for number in reading.phones],
            "contact": " ".join(part for part in (reading.contact or ())[:2] if part),
            "is_used": treatment not in {Treatment.HOLD.value, Treatment.REJECT.value},
        })  # fmt: skip
    return shown


def area_names(paths: set[str]) -> dict[str, str]:
    """Areas as trails of names without the city, by their paths."""
    ids = {int(part) for path in paths for part in path.split("/") if part}
    query = select(Area.id, Area.name).where(Area.id.in_(ids), Area.parent_id.is_not(None))
    names = {row.id: row.name for row in db.session.execute(query)}
    return {
        path: " ".join(names[int(part)] for part in path.split("/") if part and int(part) in names)
        for path in paths
    }


def reasons_of(record: RosterImport) -> list[tuple[str, str, int]]:
    """The findings of an import with their sentences and rows, the most serious first."""
    ranks = list(Treatment)
    known = [(code, n) for code, n in (record.reasons or {}).items() if code in TREATMENT_OF]
    known.sort(key=lambda each: (-ranks.index(TREATMENT_OF[each[0]]), -each[1]))
    return [(code, sentence_of(Finding(code, _BLANKS)), n) for code, n in known]


# What a sentence names of a single row stays open where it stands for many.
_BLANKS: dict[str, str | int | float | None] = {
    "note": "……",
    "other_row": "……",
    "what": "……",
    "field": "……",
}


def findings_saying(words: str) -> list[str]:
    """The findings whose sentences, in the reader's language, hold the words."""
    text = words.strip().lower()
    return [code for code, said in FINDINGS.items() if text and text in str(said).lower()]
