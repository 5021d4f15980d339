"""Which columns of which tables name the rows of another table, asked of the models.

Whoever deletes rows asks here what hangs on them, so that a table that is added later is asked
too; the database's own foreign keys are the second lock, not the only one.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column

from webapp.database.base import Base


def columns_naming(model: type[Base]) -> Iterator[Column[Any]]:
    """Give every column that holds ids of the model's table: by a foreign key, or by name alone.

    `<table>_id` names the table also where no foreign key says so, as in reports that outlive
    what they name.
    """
    table = model.__table__
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            targets = {key.column.table for key in column.foreign_keys}
            if table in targets or (not targets and column.name == f"{model.__tablename__}_id"):
                yield column
