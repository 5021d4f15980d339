"""The files of a case as a page shows them, and the picture of last time to compare them with."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.evidence.decoding.remaking import Fate, is_whole
from webapp.evidence.flags.inspection_flags import shows_nothing
from webapp.evidence.models import Capture, Derivation, Media
from webapp.evidence.records.media_types import IMAGES, VIDEOS
from webapp.evidence.records.rules import MediaState
from webapp.extensions import db
from webapp.visits.models import Result
from webapp.visits.rules import VisitStatus


@dataclass(frozen=True)
class File:
    """One file as a page shows it."""

    media: Media
    capture: Capture
    fate: Fate | None = None

    @property
    def shape(self) -> str:
        """Say how to show it: `picture`, `video`, or `other` for what only downloads."""
        if self.media.mime in IMAGES:
            return "picture"
        return "video" if self.media.mime in VIDEOS else "other"

    @property
    def path(self) -> str:
        """The address under which the file's forms lie."""
        return f"/media/{self.media.sha256}"

    @property
    def still(self) -> str:
        """The address of the large still picture."""
        return f"{self.path}/{'poster' if self.shape == 'video' else 'preview'}"

    @property
    def phase(self) -> str:
        """Say how far it is.

        `expected`, `deriving`, `ready`, `unreadable` or `quarantined`; `unmade` where the preview
        was lost and could not be made again.
        """
        if self.media.state != MediaState.RECEIVED:
            return self.media.state
        if shows_nothing(self.media.inspection, is_film=self.shape == "video"):
            return "unreadable"
        if self.fate is not None:
            return self.fate.value
        return "deriving" if self.media.inspection is None else "ready"


def portrait_sha256(result: Result) -> str | None:
    """Return the file of the last accepted picture, unless it is of this very result.

    It is there to compare with: once the visit is over, nobody needs another year's face beside it.
    """
    if result.visit.status in {VisitStatus.ACCEPTED, VisitStatus.CANCELLED}:
        return None
    sha256 = result.person.photo_sha256
    own = select(Media.id).join(Capture, Media.capture_id == Capture.id)
    own = own.where(Media.sha256 == sha256, Capture.visit_id == result.visit_id)
    if sha256 is None or db.session.scalar(own.limit(1)) is not None:
        return None
    return sha256


def still_of(sha256: str | None) -> str | None:
    """Return the address of the largest still picture of a file that is there."""
    rows = db.session.scalars(select(Derivation).filter_by(source_sha256=sha256))
    kinds = {row.kind for row in rows if is_whole(key=row.blob_key, sha256=row.blob_sha256)}
    kind = next((kind for kind in ("preview", "poster", "thumbnail") if kind in kinds), None)
    return f"/media/{sha256}/{kind}" if kind else None
