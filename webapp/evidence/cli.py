"""The commands of evidence."""

import json
import sys
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from webapp.evidence.decoding import remaking
from webapp.evidence.export import custody, packaging
from webapp.evidence.recovery import parcels, reexamining, restoring, taking_in
from webapp.evidence.verification.held import read_held, words_about
from webapp.evidence.verification.verification import Report, verify_all
from webapp.extensions import begin_snapshot, begin_writing, db
from webapp.http.errors import sentence
from webapp.journal import states
from webapp.refusals import Refusal

commands = AppGroup("evidence", help="Captured evidence and its verification.")


@commands.command("verify-all")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--held", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed checkpoint kept elsewhere: by a phone, a witness, on paper.",
)  # fmt: skip
@click.option(
    "--held-in", type=click.Path(file_okay=False, path_type=Path),
    help="A folder of such checkpoints; there may be none.",
)  # fmt: skip
def verify_all_command(as_json: bool, held: tuple[Path, ...], held_in: Path | None) -> None:
    """Recompute everything from storage and journal; exit 1 when anything is wrong."""
    kept = read_held(held, held_in)
    # It may take hours: phones and desks go on writing, and what they write is no fault.
    begin_snapshot()
    report = verify_all(held=[one.note for one in kept])
    if as_json:
        told = report.to_json() | {"held": words_about(kept)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join([*words_about(kept), in_words(report)]))
    if report.has_lost_renditions:
        begin_writing()
        remaking.search(is_thorough=True)
        db.session.commit()
        click.echo("lost previews will be made again by `flask jobs work`", err=True)
    sys.exit(0 if report.is_sound else 1)


def in_words(report: Report) -> str:
    """Return the report for people: what was looked at, then one line for each finding."""
    lines = [f"journal: {report.journal_size} entries, root {report.journal_root}"]
    lines += [f"{name}: {count}" for name, count in report.counts.items()]
    for finding in report.findings:
        mark = "remark" if finding.is_remark else "WRONG"
        lines.append(f"{mark}: {finding.object}: {finding.code}: {finding.words}")
    lines.append("sound" if report.is_sound else "NOT SOUND")
    return "\n".join(lines)


@commands.command("reexamine")
def reexamine_command() -> None:
    """Look again at files that were set aside for their content; receive what may stay now."""
    for looked in reexamining.reexamine():
        db.session.commit()
        became = "received" if looked.is_released else "still refused"
        click.echo(f"{looked.capture_id}\t{looked.sha256}\t{looked.reason}\t{became}")


@commands.command("restored")
@click.option(
    "--held", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest checkpoint of before the restore that was filed or that a phone holds.",
)  # fmt: skip
def restored_command(held: Path | None) -> None:
    """Record in the journal that the database was put back to a backup."""
    try:
        entry = restoring.record_restore(held=held.read_text("utf-8") if held else None)
    except Refusal as refusal:
        click.echo(sentence(refusal.code, refusal.facts), err=True)
        raise click.exceptions.Exit(2) from None
    db.session.commit()
    click.echo(f"journal: entry {entry.index} journal_restored")


@commands.command("export")
@click.argument("visit_id", metavar="VISIT", type=click.UUID)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=None,
              help="The package to write; VISIT.zip if not said.")  # fmt: skip
def export_command(visit_id: UUID, output: Path | None) -> None:
    """Pack a visit's evidence for a stranger, who checks it with the verify.py inside."""
    target = output or Path(f"{visit_id}.zip")
    unfinished = target.with_name(f"{target.name}.part")
    try:
        # A file that cannot be written is noticed before the journal says that it was.
        with unfinished.open("wb") as stream:
            custody.find_visit(visit_id)
            # A folder on which the program has not run since states came has none to show.
            states.ensure_baseline()
            db.session.commit()
            begin_snapshot()
            prepared = packaging.prepare(visit_id=visit_id)
            db.session.rollback()
            index = packaging.announce(prepared)
            db.session.commit()
            begin_snapshot()
            count = packaging.write(prepared, index=index, stream=stream)
        unfinished.replace(target)
    except Refusal as refusal:
        click.echo(sentence(refusal.code, refusal.facts), err=True)
        raise click.exceptions.Exit(2) from None
    except OSError as error:
        raise click.FileError(str(target), error.strerror or "") from None
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{target}: captures {count}")


@commands.command("take-in")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_in_command(file: Path) -> None:
    """Take in the file that a phone made of its unsent work; exit 1 when it was taken in partly."""
    refused = came = 0
    try:
        with parcels.opened(file) as parcel:
            actor = taking_in.author_of(parcel)
            for taken in taking_in.take_in(actor=actor, parcel=parcel):
                came += 1
                refused += settle(taken)
    except Refusal as refusal:
        click.echo(sentence(refusal.code, refusal.facts), err=True)
        raise click.exceptions.Exit(2) from None
    click.echo(f"taken in: {came - refused} of {came}")
    sys.exit(1 if refused else 0)


def settle(taken: taking_in.Taken) -> bool:
    """Commit or roll back one member, print a line of it, and say whether it was refused."""
    if taken.is_kept:
        db.session.commit()
    else:
        db.session.rollback()
    if taken.refusal is None:
        click.echo(f"ok: {taken.name}")
        return False
    click.echo(f"{taken.refusal.code}: {taken.name}: "
               f"{sentence(taken.refusal.code, taken.refusal.facts)}")  # fmt: skip
    return True
