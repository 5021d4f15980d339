"""Takes an area out of the register that nobody and nothing lies in.

The city as delivered holds invented communities, as a stand-in until the real list is there.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, delete, select

from webapp.access.rules import Actor
from webapp.areas import acts
from webapp.areas.models import Area, AreaAlias, AreaFormerPlace, Office
from webapp.areas.register import area_in_duty
from webapp.database.references import columns_naming
from webapp.extensions import db
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal

# What is known of an area itself and goes with it.
_OWN = (AreaAlias, AreaFormerPlace, Office)


def remove_area(*, actor: Actor, area_id: int) -> Area:
    """Remove an area with its other names and its office; return it as it was.

    Raises:
        Refusal: `not_found` (404), `area_in_use` while anything lies in it or names it.
    """
    area = area_in_duty(actor=actor, area_id=area_id)
    offices = select(Office.id).where(Office.area_id == area.id).scalar_subquery()
    if any(db.session.scalar(query.limit(1)) is not None for query in _uses(area, offices)):
        raise Refusal("area_in_use")
    db.session.execute(delete(AreaAlias).where(AreaAlias.area_id == area.id))
    db.session.execute(delete(AreaFormerPlace).where(AreaFormerPlace.area_id == area.id))
    db.session.execute(delete(Office).where(Office.area_id == area.id))
    db.session.delete(area)
    db.session.flush()
    # After the row is locked, for which somebody waits who places a person in it just now.
    acts.note_area(EntryType.AREA_REMOVED, area=area, by=actor.account_id)
    return area


def _uses(area: Area, offices: Any) -> Iterator[Select[Any]]:
    """Give a query for each column of any table that may name the area, its office or its path."""
    own = {model.__table__ for model in _OWN}
    for column in columns_naming(Area):
        if column.table not in own:
            yield select(column).where(column == area.id)
    for column in columns_naming(Office):
        yield select(column).where(column.in_(offices))
    for table in db.metadata.sorted_tables:
        if "area_path" in table.columns:
            path = table.columns["area_path"]
            yield select(path).where(path.startswith(area.path))
    # Another area may have lain under this one.
    yield select(AreaFormerPlace.id).where(AreaFormerPlace.parent_id == area.id)
