"""Accounts, the devices that they enrolled and their sessions at the desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database.base import Base, UtcDateTime, uuid7


class Account(Base):
    """One person who works with the program, with one role and one area of duty."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(32))
    password_hash: Mapped[str] = mapped_column(String(200))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(100), default="/")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When somebody else last set the password, and who; None for one who sat at the server.
    password_given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_given_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    # When the holder set the present password; None while it is one that was given.
    password_own_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_password_due(self) -> bool:
        """Whether the present password was set by somebody else and is to be changed."""
        return self.password_given_at is not None and self.password_own_at is None

    devices: Mapped[list["Device"]] = relationship(
        back_populates="account", foreign_keys="Device.account_id"
    )


class Device(Base):
    """A sender's enrolled key (RFC 7517 JWK, named by its RFC 7638 thumbprint) and its token.

    `kind` is phone, desk (a browser of an office) or link. An account's first device is taken as
    its holder's own; any later one is `confirmed_at` only once the holder's office has asked him
    or her: whoever resets a password could enrol it too.
    """

    __tablename__ = "device"

    kid: Mapped[str] = mapped_column(String(43), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), default="phone", server_default="phone")
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_index: Mapped[int]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_index: Mapped[int | None]
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(back_populates="devices", foreign_keys=[account_id])


class DeskSession(Base):
    """A sign-in at the desk; kept here so that it can be ended from outside."""

    __tablename__ = "desk_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
