"""The phone's enrolment over HTTP (design §4, `/api/v1/devices`)."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, request

from webapp import clock
from webapp.access import decorators as access
from webapp.access.decorators import on_device, open_to_all
from webapp.access.rules import Permission
from webapp.areas import queries as areas
from webapp.extensions import begin_writing, db, is_read_only
from webapp.http.instants import rfc3339
from webapp.people import administration, queries, service, sessions
from webapp.people.limits import counting_guesses, limit_guesses, limit_tries, remember_device
from webapp.people.models import Account
from webapp.people.rules import DeviceKind
from webapp.people.schemas import Enrolled, Enrolment, OwnPassword, Worker

blueprint = APIBlueprint("people_api", __name__, url_prefix="/api/v1", tag="devices")


@blueprint.after_app_request
def record_last_seen(answer: Response) -> Response:
    """Record when a phone was last seen, once its request is done.

    It is a transaction of its own, so that it waits for nothing while it holds the phone's row. A
    request that only reads is left out: on SQLite it would have to queue behind every writer.
    """
    refused = answer.status_code >= HTTPStatus.BAD_REQUEST
    if not refused and not is_read_only() and sessions.should_record_last_seen():
        begin_writing()
        sessions.record_last_seen()
        db.session.commit()
    return answer


def _account_asked_for() -> str:
    body = request.get_json(silent=True)
    name = body.get("username") if isinstance(body, dict) else None
    return str(name)[:64]


@blueprint.post("/devices")
@open_to_all
@limit_guesses(_account_asked_for)
@blueprint.input(Enrolment, arg_name="enrolment")
@blueprint.output(Enrolled, status_code=201)
def enrol(enrolment: Enrolment) -> Enrolled:
    """Enrol a phone or a desk's browser: name, password and its public key against a token."""
    account = service.check_password(username=enrolment.username, password=enrolment.password)
    remember_device(username=account.username)
    device, token = service.enrol_device(
        account=account,
        name=enrolment.name,
        jwk=enrolment.public_key,
        kind=DeviceKind(enrolment.kind),
    )
    db.session.commit()
    worker = Worker(worker_id=str(account.id), id=str(account.id), name=account.name,
                    role=account.role, area=areas.area_name(account.area_id))  # fmt: skip
    return Enrolled(device_kid=device.kid, token=token, worker=worker,
                    password_change_due=account.is_password_due,
                    server_time=rfc3339(clock.now()))  # fmt: skip


@blueprint.post("/password")
@on_device(Permission.USE_PHONE, with_given_password=True)
@limit_tries(lambda: access.actor().account_id)
@blueprint.input(OwnPassword, arg_name="body")
def password(body: OwnPassword) -> Response:
    """Change the caller's own password; phones stay enrolled, sessions at the desk end."""
    account = db.session.get_one(Account, access.actor().account_id)
    with counting_guesses():
        administration.change_own_password(
            account=account, present=body.present, wanted=body.wanted
        )
    remember_device(username=account.username)
    db.session.commit()
    return Response(status=204)


@blueprint.delete("/devices/<kid>")
@on_device(Permission.USE_PHONE, with_given_password=True)
def revoke(kid: str) -> Response:
    """Revoke one of the caller's own phones; what it recorded before stays uploadable."""
    device = queries.own_device(account_id=access.actor().account_id, kid=kid)
    service.revoke_own_device(device=device, actor=access.actor())
    db.session.commit()
    return Response(status=204)


@blueprint.post("/devices/<kid>/confirmation")
@on_device(Permission.USE_PHONE)
def confirm(kid: str) -> Response:
    """Say, on a phone known to be the caller's, that another one is the caller's too."""
    device = queries.own_device(account_id=access.actor().account_id, kid=kid)
    service.confirm_own_device(device=device, asking_kid=access.actor().device_kid)
    db.session.commit()
    return Response(status=204)
