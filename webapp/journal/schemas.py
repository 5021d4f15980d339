"""What the journal's API takes and gives."""

from pydantic import BaseModel, Field

from webapp.journal.notes import encode_base64

MAX_SIZE = 1 << 53


class Consistency(BaseModel):
    """Two sizes of the tree, the earlier first."""

    start: int = Field(alias="from", ge=0, le=MAX_SIZE)
    end: int = Field(alias="to", ge=0, le=MAX_SIZE)


class Inclusion(BaseModel):
    """A leaf and the tree that holds it."""

    index: int = Field(ge=0, le=MAX_SIZE)
    size: int = Field(ge=1, le=MAX_SIZE)


class Proof(BaseModel):
    """The hashes of a Merkle proof, in base64, in the order of RFC 6962 §2.1.1 and §2.1.2."""

    hashes: list[str]

    @classmethod
    def of(cls, hashes: list[bytes]) -> "Proof":
        """Return the proof of these hashes."""
        return cls(hashes=[encode_base64(value) for value in hashes])
