"""The tree of areas, other names of its nodes, where they lay before, and the offices."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database.base import Base


class Area(Base):
    """A node of the city's own tree; it need not equal GB/T 2260 (domain §S1)."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    gb_code: Mapped[str | None] = mapped_column(String(12))
    path: Mapped[str] = mapped_column(String(100), unique=True)

    parent: Mapped["Area | None"] = relationship(remote_side=[id])


class AreaFormerPlace(Base):
    """Under which area another one lay before: rosters may still name it there."""

    __tablename__ = "area_former_place"
    __table_args__ = (UniqueConstraint("area_id", "parent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("area.id"))


class AreaAlias(Base):
    """Another name under which letters and workbooks know an area."""

    __tablename__ = "area_alias"
    __table_args__ = (UniqueConstraint("area_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    source: Mapped[str] = mapped_column(String(100), default="")


class Office(Base):
    """A certification office (认证机构) or an agency (经办机构) and the area it serves."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
