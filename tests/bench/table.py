"""Prints rows as a table for people or as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from tests.bench.figure import Failure, Row

HEAD = ("measure", "figure", "budget", "ratio", "verdict", "note")


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as aligned columns under one head."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD) - 1)]
    lines = [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]
        )
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    if isinstance(row, Failure):
        return (row.name, "–", "–", "–", row.verdict, row.why)
    sign = "≥" if row.at_least else "≤"
    return (row.name, f"{_short(row.value)} {row.unit}", f"{sign} {_short(row.budget)} {row.unit}",
            f"{row.ratio:.2f}", row.verdict, row.note)  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as a JSON list, each with its verdict."""
    found = []
    for row in rows:
        ratio = {} if isinstance(row, Failure) else {"ratio": round(row.ratio, 4)}
        found.append(asdict(row) | ratio | {"verdict": row.verdict})
    return json.dumps(found, ensure_ascii=False, indent=1)
