"""What accounts, devices and sessions add to the application."""

from apiflask import APIFlask

from webapp.areas.signals import area_moved
from webapp.extensions import login
from webapp.http.errors import add_sentences
from webapp.journal.approvers import register_accounts
from webapp.people import api, cli, desk, sentences, sessions, subscriptions
from webapp.people.approvers import ACCOUNTS
from webapp.rooms import add_api, add_commands, add_pages


def register(app: APIFlask) -> None:
    """Add sign-in, accounts and phones; say who calls, and who may approve a deletion."""
    login.user_loader(sessions.caller_of_session)
    login.request_loader(sessions.caller_of_request)
    app.teardown_request(sessions.forget_caller)
    register_accounts(ACCOUNTS)
    area_moved.connect(subscriptions.follow_area)
    add_api(app, api.blueprint)
    add_pages(app, desk.blueprint)
    add_commands(app, cli.commands)
    add_sentences(sentences)
