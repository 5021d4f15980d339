"""`flask people …`: accounts from the command line."""

import getpass

import click
from flask.cli import AppGroup

from webapp.access.rules import Role
from webapp.areas import queries as areas
from webapp.extensions import db
from webapp.http.errors import sentence
from webapp.people import administration, service
from webapp.refusals import Refusal

commands = AppGroup("people", help="Accounts.")


@commands.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The name that others see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--area", "area_name", default=None, help="The area of duty, by its name.")
def add(username: str, name: str, role: str, area_name: str | None) -> None:
    """Add an account; its holder has to change the password that is asked for here."""
    password = getpass.getpass("Password: ")
    try:
        area_id, area_path = areas.area_named(area_name)
        administration.demand_fit(password, known=[username, name])
        service.create_account(username=username, name=name, role=Role(role), password=password,
                               area_id=area_id, area_path=area_path, by=None)  # fmt: skip
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal.code, refusal.facts)) from None
    db.session.commit()
    click.echo(f"{username}: {role}, {area_path}")
