"""`flask demo load`: fill an empty data folder with the demo city."""

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.areas.loading import load_city
from webapp.demo import accounts, fieldwork, people
from webapp.extensions import db
from webapp.people.models import Account
from webapp.roster.models import Person

commands = AppGroup("demo", help="The demo city.")


@commands.command("load")
@click.option("--people", "count", default=3000, show_default=True, help="How many pensioners.")
@click.option("--if-empty", is_flag=True, help="Say who can sign in; load only into no data.")
def load(count: int, if_empty: bool) -> None:
    """Load areas, accounts, invented pensioners, visits and some evidence."""
    if db.session.scalar(db.select(Account.id).limit(1)) is None:
        # The journal runs forwards: what the demo's last year rests on comes before it.
        with clock.freeze(clock.now() - fieldwork.LAST_YEAR):
            load_city()
            accounts.load_accounts()
            db.session.commit()
    accounts.keep_password()
    db.session.commit()
    if db.session.scalar(db.select(Person.id).limit(1)) is None:
        with clock.freeze(clock.now() - fieldwork.LAST_YEAR):
            _load_people(count)
        for done in fieldwork.load_fieldwork():
            click.echo(f"  {done}")
        db.session.commit()
    elif not if_empty:
        click.echo("The data folder holds people already; nothing was loaded.")
    _say_who_signs_in()


def _load_people(count: int) -> None:
    home = accounts.home_areas()["community"].id
    with click.progressbar(length=count, label="演示人员 people") as bar:
        written = 0
        for total in people.load_people(count=count, home_area_id=home):
            bar.update(total - written)
            written = total


def _say_who_signs_in() -> None:
    click.echo("\n演示账号 demo accounts:")
    for account in accounts.ACCOUNTS:
        click.echo(f"  {account.username:<11} {account.role.value:<16} {account.name}")
    click.echo(f"密码 password: {accounts.password()}\n")
