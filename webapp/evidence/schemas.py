"""What phones ask of the evidence feature, as checked values."""

from pydantic import BaseModel, Field


class TicketsBody(BaseModel):
    """The body of `POST /api/v1/tickets`."""

    count: int = Field(default=1, ge=1, le=1000)


class IssuedTicket(BaseModel):
    """One ticket: its bytes in base64url, their hash, and the seed of its challenges."""

    ticket: str
    sha256: str
    ticket_id: str
    expires_at: str
    challenge_seed: str
