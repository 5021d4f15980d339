"""What the roster's pages need beside the rows themselves: words, looks and report pages."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from webapp.access.rules import Actor
from webapp.desk.language import day
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.roster.cells.cleaning import as_text
from webapp.roster.imports import incoming
from webapp.roster.imports.column_synonyms import synonyms_of
from webapp.roster.imports.held_rows import Changes, masked_identity, words_of
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.imports.import_page import (
    area_names,
    columns_read,
    findings_saying,
    first_rows,
    reasons_of,
)
from webapp.roster.imports.import_reports import (
    FOR_THE_SENDER,
    ReturnedRow,
    write_error_workbook,
)
from webapp.roster.imports.import_row_queries import (
    RowFilter,
    count_held,
    held_rows,
    import_rows,
    open_rows,
)
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.imports.import_run import OUTSIDE
from webapp.roster.imports.messages import (
    difference_words,
    field_words,
    message_of,
)
from webapp.roster.imports.originals import originals_of
from webapp.roster.imports.unread_sheets import heads_shown
from webapp.roster.models import Person
from webapp.roster.notes import mask_numbers
from webapp.roster.reading.headers import Field
from webapp.roster.reading.sheet_parts import sheet_of
from webapp.roster.reading.treatments import Treatment
from webapp.roster.reading.wire import unpack_cell

_LOOKS = {
    Treatment.CLEAN: ("good", "done"), Treatment.SKIP: ("plain", ""),
    Treatment.FIX: ("plain", "done"), Treatment.WARN: ("wait", "info"),
    Treatment.HOLD: ("wait", "warning"), Treatment.REJECT: ("bad", "warning"),
}  # fmt: skip
# The order of the figures: what asks for somebody first.
SHOWN_ORDER = ("HOLD", "REJECT", "WARN", "FIX", "SKIP", "CLEAN")


def treatment_look(treatment: str) -> tuple[str, str]:
    """Tone and icon of a treatment."""
    return _LOOKS[Treatment(treatment)]


def state_look(state: str) -> tuple[str, str]:
    """Word and tone of an import's state."""
    return {
        ImportState.WAITING: (_("正在检查"), "wait"), ImportState.CHECKED: (_("等待确认"), "wait"),
        ImportState.REFUSED: (_("读不了"), "bad"), ImportState.CONFIRMED: (_("正在写入"), "wait"),
        ImportState.APPLIED: (_("已导入"), "good"), ImportState.UNDOING: (_("正在撤销"), "wait"),
        ImportState.UNDONE: (_("已撤销"), "plain"),
        ImportState.DISCARDED: (_("已放弃"), "plain"),
    }[ImportState(state)]  # fmt: skip


def kind_words(kind: str) -> str:
    """What a benefit is called."""
    return str({"retiree": _("退休"), "dependant": _("遗属")}.get(kind, kind))


def status_words(status: str) -> str:
    """What a reported payment status is called, in the notice's words."""
    words = {"normal": _("正常发放"), "suspended": _("已暂停"), "stopped": _("已停发")}
    return str(words.get(status, status))


def refusal_words(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a refusal; the page itself has the link, and dates read as elsewhere."""
    if code == "import_known":
        on = day(date.fromisoformat(str(facts["on"])))
        return str(_("这个文件已在 %(on)s 上传过，没有重复导入。", on=on))
    return sentence(code, dict(facts))


def report_page(record: RosterImport, args: Mapping[str, str]) -> dict[str, Any]:
    """All that the page of one import shows."""
    chosen = RowFilter(
        args.get("treatment", ""), args.get("reason", ""), args.get("words", "").strip()[:100]
    )
    rows, after = import_rows(
        import_id=record.id, chosen=chosen, after=args.get("after", ""),
        said=findings_saying(chosen.words),
    )  # fmt: skip
    reasons = record.reasons or {}
    outside = reasons.get(OUTSIDE, 0)
    figures = {name: record.counts.get(name, 0) for name in SHOWN_ORDER}
    figures["HOLD"] -= outside
    refusal = dict(record.refusal or {})
    return {
        "record": record, "rows": [_shown(record, row) for row in rows], "after": after,
        "chosen": chosen, "open_rows": open_rows(record.id), "outside": outside,
        "counts": list(figures.items()), "reasons": reasons_of(record),
        "read": [(sheet, columns_read(sheet), first_rows(record, sheet))
                 for sheet in record.sheets],
        "total": sum(record.counts.values()), "several": len(record.sheets) > 1,
        "sheet_names": list(dict.fromkeys(sheet_of(sheet["name"]) for sheet in record.sheets)),
        "unmapped": sorted({text for sheet in record.sheets for text in sheet["unmapped"]}),
        "fields": [(each.value, field_words(each.value)) for each in Field],
        "heads": heads_shown(record, args.get("head", "")),
        "left_out": record.sheets_left_out or [], "chosen_sheets": record.chosen_sheets or [],
        "refusal": refusal_words(refusal.pop("code"), refusal) if refusal else "",
    }  # fmt: skip


def held_page(actor: Actor, after: str) -> dict[str, Any]:
    """All that the list of held rows shows."""
    rows, further = held_rows(actor=actor, after=after)
    return {
        "rows": [{"record": record, **_shown(record, row)} for record, row in rows],
        "after": further, "total": count_held(actor),
    }  # fmt: skip


def _shown(record: RosterImport, row: RosterImportRow) -> dict[str, Any]:
    words = words_of(row)
    header: dict[str, int] = next(
        (sheet["columns"] for sheet in record.sheets if sheet["name"][:100] == row.sheet), {}
    )
    name, number = masked_identity(words.unpacked(), header)
    person = db.session.get(Person, row.person_id) if row.person_id else None
    return {
        "row": row, "message": message_of(words.findings),
        "name": name or (person.name if person else ""),
        "number": number or (person.masked_number if person else ""),
        "changes": _changes(row.changes, words.details),
    }  # fmt: skip


def changes_asked(changes: Changes) -> dict[str, Any]:
    """What the page of a held row asks before it overwrites what the roster says of somebody."""
    return {
        "person_id": changes.person.id, "name": changes.person.name, "mark": changes.mark,
        "since": changes.since, "lines": _changes([name for name, *_both in changes.details],
                                                  changes.details),
    }  # fmt: skip


def _changes(fields: list[str], details: list[list[str]]) -> list[str]:
    """What a row changes: in detail where there are words, else by name."""
    paths = {path for name, *both in details if name == "area" for path in both}
    names = area_names(paths) if paths else {}
    said = {}
    for name, before, after in details:
        if name == "area":
            before, after = names.get(before, ""), names.get(after, "")
        elif name == "benefit":
            before, after = (_kinds(kinds) for kinds in (before, after))
        elif name in _CODED:
            before, after = (_CODED[name](code) if code else "" for code in (before, after))
        said[name] = f"{before} → {after}" if before else f"+ {after}"
    return [
        difference_words(name) + (_("：") + said[name] if name in said else "") for name in fields
    ]


def sex_words(sex: str) -> str:
    """What a sex is called."""
    return str({"M": _("男"), "F": _("女")}.get(sex, sex))


def document_words(doc_type: str) -> str:
    """What a document of identity is called."""
    words = {
        "resident": _("居民身份证"), "resident_15": _("15 位居民身份证"), "passport": _("护照"),
        "residence_permit": _("居住证"), "foreigner_card": _("外国人永久居留证"),
        "travel_permit": _("通行证"), "military": _("军人或警察证件"),
    }  # fmt: skip
    return str(words.get(doc_type, _("其他证件")))


_CODED: dict[str, Callable[[str], str]] = {
    "status": status_words, "sex": sex_words, "document": document_words,
}  # fmt: skip


def _kinds(kinds: str) -> str:
    return "、".join(kind_words(kind) for kind in kinds.split())


def write_errors(record: RosterImport, stream: BinaryIO, *, masked: bool) -> int:
    """Write the error workbook of an import; a row that was not kept is fetched from its file.

    `masked` leaves the end of long numbers only. Returns how many rows stand in it.
    """
    wanted = [treatment.value for treatment in FOR_THE_SENDER]
    query = select(RosterImportRow).where(
        RosterImportRow.import_id == record.id, RosterImportRow.treatment.in_(wanted)
    )
    found = db.session.scalars(query.order_by(RosterImportRow.position)).all()
    words = [(row, words_of(row)) for row in found]
    bare = [(row.sheet, row.row) for row, said in words if said.cells is None]
    data = incoming.stored_file(record).data if record.file_key and bare else b""
    fetched = originals_of(None, data, bare if data else (), synonyms_of(
        record.source, record.area_path
    ))  # fmt: skip
    rows = []
    for row, said in words:
        cells = fetched.get((row.sheet, row.row), []) if said.cells is None else said.cells
        if masked:
            cells = [mask_numbers(as_text(unpack_cell(cell))) for cell in cells]
        rows.append(ReturnedRow(row.sheet, row.row, said.findings, cells))
    write_error_workbook(stream, record.sheets, rows)
    return len(rows)


def read_placement(form: MultiDict[str, str]) -> dict[str, Any]:
    """Who was ticked and the community that was chosen, as `placing.place_people` takes them."""
    people = []
    for value in form.getlist("person_id"):
        # A page never sends anything else than ids; what is none names nobody.
        with suppress(ValueError):
            people.append(UUID(value))
    area = form.get("area_id", "")
    is_number = area.isascii() and area.isdecimal() and len(area) < 10
    return {"person_ids": people, "area_id": int(area) if is_number else None}


def placed(n: int) -> str:
    """Say how many people were put into their community."""
    return str(
        ngettext("已把 %(n)s 人放到社区（村居）。", "已把 %(n)s 人放到社区（村居）。", n, n=n)
    )
