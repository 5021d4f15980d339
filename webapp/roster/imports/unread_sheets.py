"""Sheets whose header nobody knows, with their first rows, for a person to explain them."""

import base64
import json
from typing import Any

from webapp.roster.imports.column_synonyms import synonyms_of
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.reading.headers import meaning
from webapp.roster.reading.sheet_heads import header_like, titles, unpack_head
from webapp.sealing import sealer


def heads_shown(record: RosterImport, wanted: str) -> list[dict[str, Any]]:
    """Return the heads as the page shows them; `wanted` names a sheet's row, as "0-3"."""
    shown = []
    synonyms = synonyms_of(record.source, record.area_path)
    for at, sheet in enumerate(record.sheets_left_out or ()):
        if "head" not in sheet:
            continue
        head = unpack_head(json.loads(sealer().unseal(base64.b64decode(sheet["head"]))))
        rows = dict(head)
        asked = next((number for number in rows if wanted == f"{at}-{number}"), None)
        chosen = asked or header_like(head)
        columns = [(text, meaning(text, synonyms)) for text in titles(rows[chosen])]
        shown.append({
            "at": at, "name": sheet["name"], "rows": head, "chosen": chosen,
            "columns": columns, "is_asked": asked is not None,
        })  # fmt: skip
    return shown
