"""What clients send to the people feature, as checked values."""

from typing import Any, Literal

from pydantic import BaseModel, Field


class Enrolment(BaseModel):
    """The body of `POST /api/v1/devices` (design §4)."""

    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)
    otp: str | None = Field(default=None, max_length=10)
    name: str = Field(min_length=1, max_length=100)
    public_key: dict[str, Any]
    kind: Literal["phone", "desk"] = "phone"


class Worker(BaseModel):
    """Whose phone it is, as much as the phone needs to know."""

    worker_id: str
    id: str
    name: str
    role: str
    area: str


class OwnPassword(BaseModel):
    """The body of `POST /api/v1/password`."""

    present: str = Field(min_length=1, max_length=200)
    wanted: str = Field(max_length=1000)


class Enrolled(BaseModel):
    """The answer to an enrolment; the token is told only here."""

    device_kid: str
    token: str
    worker: Worker
    password_change_due: bool
    server_time: str
