"""Compares the database's schema with the one that the migrations make."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from webapp.database.schema import postgresql, sqlite

EXPECTED = Path(__file__).parent
TWO_WORDS = ("event trigger",)
READERS = {"sqlite": sqlite.schema_lines, "postgresql": postgresql.schema_lines}


@dataclass(frozen=True)
class Difference:
    """One line of the schema that is missing, or that no migration makes."""

    line: str
    is_missing: bool

    @property
    def object(self) -> str:
        """Name the table, index or whatever it is that differs."""
        return self.line.partition(":")[0]

    @property
    def kind(self) -> str:
        """Name the kind of object, as the database calls it: table, index, trigger."""
        return (
            next((kind for kind in TWO_WORDS if self.line.startswith(f"{kind} ")), "")
            or (self.line.partition(" ")[0])
        )

    @property
    def name(self) -> str:
        """Give the object's own name, and of which table it is."""
        return self.object.removeprefix(self.kind).strip().replace(" of ", " · ")

    @property
    def definition(self) -> str:
        """Give what the database was told, in its own language."""
        return self.line.partition(": ")[2]

    @property
    def words(self) -> str:
        """Say what is the matter, in one line."""
        said = self.definition or self.line
        return f"missing: {said}" if self.is_missing else f"no migration makes it: {said}"


def expected_lines(dialect: str) -> frozenset[str]:
    """Return the schema of a newly migrated database, as it was written down."""
    return frozenset((EXPECTED / f"{dialect}.txt").read_text("utf-8").splitlines())


def found_lines(connection: Connection) -> frozenset[str]:
    """Return the schema of this database; line ends inside definitions become spaces."""
    lines = READERS[connection.dialect.name](connection)
    return frozenset(" ".join(line.split()) for line in lines)


def differences(connection: Connection) -> list[Difference]:
    """Return in what the database's schema differs from the migrations', in a fixed order."""
    expected, found = expected_lines(connection.dialect.name), found_lines(connection)
    return [
        *(Difference(line, is_missing=True) for line in sorted(expected - found)),
        *(Difference(line, is_missing=False) for line in sorted(found - expected)),
    ]


def spelled(differing: list[Difference]) -> Iterator[str]:
    """Give a line of words for each difference."""
    yield from (f"{each.object}: {each.words}" for each in differing)
