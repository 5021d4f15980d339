"""The numbers of changes, and what tells a phone that something is its worker's no longer."""

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database.base import Base


class ChangeCounter(Base):
    """One row that numbers the changes of whatever phones hold, in commit order.

    The number is taken by an UPDATE, so the row lock makes later writers wait for the
    commit: a pack that has seen number n has seen every change up to n.
    """

    __tablename__ = "change_counter"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


class Removal:
    """The columns of a table that tells phones what is their worker's no longer, and why."""

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(32))
    change_no: Mapped[int]
