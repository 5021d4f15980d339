"""Pensioners and what they receive, with numbers and phones sealed at rest."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.areas.models import Area
from webapp.database.base import Base, UtcDateTime, uuid7


class Person(Base):
    """A pensioner; `id` is the key, never the number or the name."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_area_path_name_id", "area_path", "name", "id"),
        Index("ix_person_name", "name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(100))
    doc_type: Mapped[str] = mapped_column(String(16), default="resident")
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    masked_number: Mapped[str] = mapped_column(String(32))
    sex: Mapped[str | None] = mapped_column(String(1))
    birth_on: Mapped[date | None]
    address: Mapped[str] = mapped_column(Text, default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(100), default="/")
    # What the business system reported, never what was decided here (design §7).
    reported_status: Mapped[str] = mapped_column(String(16), default="normal")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    accuracy_m: Mapped[float | None] = mapped_column(Float)
    datum: Mapped[str | None] = mapped_column(String(8))
    location_source: Mapped[str | None] = mapped_column(String(32))
    photo_sha256: Mapped[str | None] = mapped_column(String(64))
    # What rosters remark of the person, in words that may hold numbers of relatives.
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("roster_import.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    area: Mapped[Area | None] = relationship()
    phones: Mapped[list["Phone"]] = relationship(
        back_populates="person", order_by="Phone.position", cascade="all, delete-orphan"
    )
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="person", order_by="Contact.id", cascade="all, delete-orphan"
    )
    benefits: Mapped[list["Benefit"]] = relationship(
        back_populates="person", cascade="all, delete-orphan"
    )


class Phone(Base):
    """One telephone number of a pensioner, sealed, with a keyed index for exact look-up."""

    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    masked: Mapped[str] = mapped_column(String(32))

    person: Mapped[Person] = relationship(back_populates="phones")


class Contact(Base):
    """Somebody who can be asked about a pensioner: a relative, a neighbour."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    relation: Mapped[str] = mapped_column(String(32), default="")
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    person: Mapped[Person] = relationship(back_populates="contacts")


class Benefit(Base):
    """A regular payment; one person may hold two, as retiree and as dependant (domain §S3)."""

    __tablename__ = "benefit"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(16))
    # What the business system reported of it; moves of a benefit are decided and kept elsewhere.
    reported_status: Mapped[str] = mapped_column(String(16), default="normal")
    employer: Mapped[str] = mapped_column(String(200), default="")
    deceased_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    person: Mapped[Person] = relationship(back_populates="benefits")
