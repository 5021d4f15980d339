"""Which files a capture may hold, how large they may be, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from webapp.visits.rules import CaptureKind

IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})
VIDEOS = frozenset({"video/webm", "video/mp4"})
AUDIOS = frozenset({"audio/webm", "audio/mp4"})
PDF = frozenset({"application/pdf"})

ACCEPTED_TYPES: Mapping[CaptureKind, frozenset[str]] = MappingProxyType(
    {
        CaptureKind.PHOTO: IMAGES,
        CaptureKind.VIDEO: VIDEOS,
        CaptureKind.SIGNATURE: IMAGES,
        CaptureKind.DOCUMENT: IMAGES | PDF,
        CaptureKind.AUDIO: AUDIOS,
    }
)

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/webp": "webp",
        "image/heic": "heic",
        "video/webm": "webm",
        "video/mp4": "mp4",
        "audio/webm": "weba",
        "audio/mp4": "m4a",
        "application/pdf": "pdf",
    }
)


@dataclass(frozen=True)
class ByteLimits:
    """The largest file of each family, in bytes (settings; design §4)."""

    picture: int = 20_000_000
    video: int = 100_000_000

    def of(self, mime: str) -> int:
        """Return the limit for a media type; sound and documents share the picture's."""
        return self.video if mime in VIDEOS else self.picture


# For records whose limits were judged when they came.
ANY_LIMITS = ByteLimits(picture=1 << 50, video=1 << 50)
