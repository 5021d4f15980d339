"""`flask roster …`: workbooks in and out from the command line."""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.areas.loading import load_city
from webapp.extensions import db, is_migrated
from webapp.http.errors import sentence
from webapp.refusals import Refusal
from webapp.roster import queries, roster_export
from webapp.roster.imports import file_imports
from webapp.roster.imports.import_reports import report_of
from webapp.roster.imports.import_run import Outcome
from webapp.roster.imports.messages import (
    difference_words,
    left_out_words,
    message_of,
    treatment_words,
)
from webapp.roster.reading.treatments import Treatment

commands = AppGroup("roster", help="The roster: workbooks in and out.")
SHOWN = 200


@commands.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--source", default="", help="Who sent it; its column names are remembered.")
@click.option("--sheet", "sheets", multiple=True, help="Only this sheet; may be repeated.")
@click.option("--column", "columns", multiple=True, metavar="HEADER=FIELD",
              help="What a column of this source means; may be repeated.")  # fmt: skip
@click.option("--errors", type=click.Path(path_type=Path), help="Write the error workbook here.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None, help="Language.")
def import_(
    file: Path, dry_run: bool, as_json: bool, source: str, sheets: Sequence[str],
    columns: Sequence[str], errors: Path | None, lang: str | None,
) -> None:  # fmt: skip
    """Import a workbook: .xlsx, .xls, .xlsb, .ods or CSV. Exit 2: it could not be read."""
    with _quiet_log(), force_locale(_locale(lang)):
        try:
            _refuse_unprepared()
            outcome, import_id = file_imports.import_path(
                path=file, dry_run=dry_run, source=source, sheets=list(sheets) or None,
                columns=dict(_pair(column) for column in columns), errors=errors,
            )  # fmt: skip
        except Refusal as refusal:
            db.session.rollback()
            click.echo(sentence(refusal.code, refusal.facts), err=True)
            raise click.exceptions.Exit(2) from None
        if import_id is not None or columns:
            db.session.commit()
        report = report_of(outcome, sheets) | {"dry_run": dry_run, "import_id": import_id}
        click.echo(json.dumps(report, ensure_ascii=False) if as_json else _words(outcome, report))


@commands.command("areas")
def areas() -> None:
    """Load the city's divisions as delivered; safe to repeat, the first import does it too."""
    load_city()
    db.session.commit()
    click.echo(_("区划已就绪，共 %(count)s 个。", count=queries.count_areas()))


@commands.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("roster.xlsx"),
              show_default=True, help="The workbook to write.")  # fmt: skip
@click.option("--area", default=None, help="Only this area, by its name.")
@click.option("--masked", is_flag=True, help="Hide the middle of numbers and phones.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None, help="Language.")
def export(output: Path, area: str | None, masked: bool, lang: str | None) -> None:
    """Write the roster into a workbook; it is journaled."""
    with force_locale(_locale(lang)):
        try:
            _refuse_unprepared()
            with output.open("wb") as stream:
                count = roster_export.export(stream=stream, area_name=area, masked=masked)
        except Refusal as refusal:
            click.echo(sentence(refusal.code, refusal.facts), err=True)
            raise click.exceptions.Exit(2) from None
        db.session.commit()
        click.echo(_("已导出 %(count)s 人：%(path)s", count=count, path=output))


def _refuse_unprepared() -> None:
    if not is_migrated():
        raise Refusal("data_not_prepared")


@contextmanager
def _quiet_log() -> Iterator[None]:
    """Keep the log off the terminal: the one clear line is for a person, and says it all."""
    log, silence = logging.getLogger("anzai.roster"), logging.NullHandler()
    before, log.propagate = log.propagate, False
    log.addHandler(silence)
    try:
        yield
    finally:
        log.propagate = before
        log.removeHandler(silence)


def _locale(lang: str | None) -> str:
    """The language asked for, else English when the system speaks it, else Chinese."""
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if lang == "en" or (lang is None and system.startswith("en")) else "zh_Hans_CN"


def _pair(column: str) -> tuple[str, str]:
    header, mark, name = column.rpartition("=")
    if not mark:
        raise Refusal("column_unknown", column=column)
    return header, name


def _words(outcome: Outcome, report: dict[str, Any]) -> str:
    """The report for a person: figures first, then the rows, the most serious first."""
    figures = [
        f"{treatment_words(treatment.value)} {outcome.counts.get(treatment.value, 0)}"
        for treatment in Treatment
    ]
    lines = [_("共 %(rows)s 行", rows=outcome.rows) + _("：") + " · ".join(figures)]
    lines += [f"  {difference_words(name)} {n}" for name, n in outcome.difference.items() if n]
    if report["sheets_left_out"]:
        named = [_("%(name)s（%(why)s）", name=sheet["name"], why=left_out_words(sheet["reason"]))
                 for sheet in report["sheets_left_out"]]  # fmt: skip
        lines.append(_("没有导入的工作表：") + _("、").join(named))
    if report["unmapped_columns"]:
        lines.append(_("没有导入的栏目：") + _("、").join(report["unmapped_columns"]))
    order = list(Treatment)
    items = [item for item in outcome.items.values() if item.treatment is not Treatment.CLEAN]
    items.sort(key=lambda item: (-order.index(item.treatment), item.position))
    for item in items[:SHOWN]:
        where = f"{item.sheet} " if len(outcome.sheets) > 1 else ""
        row = _("第 %(row)s 行", row=item.row)
        words = treatment_words(item.treatment.value)
        lines.append(f"  {where}{row} [{words}] {message_of(item.findings)}")
    if len(items) > SHOWN:
        lines.append(_("……还有 %(count)s 行，用 --json 看全部", count=len(items) - SHOWN))
    done = _("这是试算，什么也没有写入。") if report["dry_run"] else _("已导入。")
    return "\n".join([*lines, done])
