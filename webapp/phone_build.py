"""What the build of the phone app and of the desk's camera wrote of itself."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from webapp.refusals import Refusal

DIST = Path(__file__).parent / "static" / "pwa" / "dist"


@cache
def build_info() -> dict[str, Any]:
    """Return its id and its files' hashed names.

    Raises:
        Refusal: `phone_app_not_built` (503).
    """
    path = DIST / "build.json"
    if not path.exists():
        raise Refusal("phone_app_not_built", 503)
    info: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return info
