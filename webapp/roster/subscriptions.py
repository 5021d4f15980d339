"""What the roster does with news of the areas."""

from typing import Any

from sqlalchemy import select

from webapp.areas.moves import carry_path
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster.imports.import_models import ColumnSynonym, RosterImport
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.models import Person
from webapp.roster.signals import people_changed

UNDER_WAY = (ImportState.WAITING.value, ImportState.CONFIRMED.value)


def keep_still_during_imports(_sender: Any) -> None:
    """Let no area be moved while an import reads or writes by the tree as it is.

    Raises:
        Refusal: `area_import_running`.
    """
    running = select(RosterImport.id).where(RosterImport.state.in_(UNDER_WAY)).limit(1)
    if db.session.scalar(running) is not None:
        raise Refusal("area_import_running")


def follow_area(_sender: Any, *, old: str, new: str) -> None:
    """Let pensioners, imports and explained columns follow a moved area."""
    for column in (Person.area_path, RosterImport.area_path, ColumnSynonym.area_path):
        carry_path(column, old, new)


def tell_of_new_name(_sender: Any, *, area_id: int) -> None:
    """Let the phones hear of an area's new name, as part of the people who live there."""
    people = db.session.scalars(select(Person.id).filter_by(area_id=area_id)).all()
    people_changed.send(None, person_ids=people)
