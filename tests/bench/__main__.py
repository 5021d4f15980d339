"""`python -m tests.bench [--only NAME …] [--json]`: run the measures one after the other."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from tests.bench.figure import Failure, Row
from tests.bench.table import as_json, as_table

# In this order: what is quick comes first, what loads the machine for minutes comes last.
MEASURES = (
    "first-load", "app-start", "offline-start", "shutter", "search", "pack", "uploads",
    "full-visit", "day-of-visits", "slow-phones", "roster-import", "desk-pages", "demo-city",
)  # fmt: skip


def main() -> int:
    """Run the chosen measures; return 1 when one of them could not be run."""
    options = _parser().parse_args()
    rows = [row for name in options.only or MEASURES for row in run(name)]
    print(as_json(rows) if options.json else as_table(rows))
    return 1 if any(isinstance(row, Failure) for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="NAME",
                        help=f"some of: {', '.join(MEASURES)}")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    return parser


def run(name: str) -> Sequence[Row]:
    """Run one measure; whatever stops it becomes a row that says so, and a trace on stderr."""
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    try:
        module = import_module(f"tests.bench.{name.replace('-', '_')}")
        found: Sequence[Row] = module.measure()
        return found
    except KeyboardInterrupt:
        raise
    except BaseException as trouble:
        traceback.print_exc()
        return [Failure(name, f"{type(trouble).__name__}: {str(trouble).strip()[:200]}")]


if __name__ == "__main__":
    sys.exit(main())
