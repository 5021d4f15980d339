"""Says in words, at a start, that the database's schema is not that of the migrations."""

import click

from webapp.database.schema.comparison import differences, spelled
from webapp.extensions import db

MOST_NAMED = 20


def tell_differences() -> None:
    """Print in what the schema differs; the program serves all the same, and loses nothing."""
    differing = differences(db.session.connection())
    if not differing:
        return
    click.echo(
        f"数据库的结构有 {len(differing)} 处与本程序所建的不同（可能被人改过），程序照常运行，"
        "请查明原因\n"
        f"(the database's schema differs in {len(differing)} places from what this program makes;"
        " somebody may have changed it):",
        err=True,
    )
    for line in list(spelled(differing))[:MOST_NAMED]:
        click.echo(f"  {line}", err=True)
    if len(differing) > MOST_NAMED:
        click.echo("  …", err=True)
    click.echo("  全部核对 verify everything: flask --app wsgi evidence verify-all", err=True)
