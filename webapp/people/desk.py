"""The desk's pages of sign-in, today and accounts."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import current_app, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from webapp.access.decorators import (
    PasswordDueError,
    actor,
    actor_of_session,
    open_to_all,
    signed_in,
)
from webapp.access.labels import ROLE_WORDS
from webapp.access.rules import Permission, Role
from webapp.areas import queries as areas
from webapp.config import settings
from webapp.desk import today
from webapp.desk.page_parts import own_address
from webapp.extensions import db
from webapp.http.errors import answer_refusal, sentence, wants_json
from webapp.people import acts, administration, desk_queries, service, sessions
from webapp.people.limits import (
    counting_guesses,
    keep_known_device,
    limit_guesses,
    limit_tries,
    remember_device,
)
from webapp.refusals import Refusal

blueprint = APIBlueprint("people_desk", __name__, enable_openapi=False, template_folder="templates")
Page = str | Response | tuple[str, int]
YEAR_SECONDS = 365 * 24 * 3600
# Which refusals are shown beside the present password; the others beside the new one.
ABOUT_PRESENT = frozenset({"wrong_password", "present_password_wrong"})
blueprint.after_app_request(keep_known_device)


def _account_asked_for() -> str:
    return request.form.get("username", "")[:64]


@blueprint.app_errorhandler(CSRFError)
def stale_form(error: CSRFError) -> Response:
    """Ask for the sign-in where the session has ended, else say that the page was too old.

    The token lies in the session's cookie, so that both are gone at the same time.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    is_guarded = "session" in getattr(view, "access", ())
    if is_guarded and actor_of_session() is None:
        return answer_refusal(Refusal("not_signed_in", 401))
    return answer_refusal(Refusal("csrf", 400))


@blueprint.app_errorhandler(PasswordDueError)
def password_due(error: PasswordDueError) -> Response:
    """Lead a page's reader to the form; tell everybody else by its code."""
    if request.method == "GET" and not wants_json():
        return redirect("/password")
    return answer_refusal(error)


@blueprint.get("/")
@open_to_all
def start() -> Page:
    """Lead to the day's work."""
    return redirect("/today")


@blueprint.get("/sign-in")
@open_to_all
def sign_in_page() -> Page:
    """Show the sign-in form."""
    return _sign_in_form(own_address(request.args.get("next")))


def _sign_in_form(following: str, problem: str = "") -> str:
    username = request.form.get("username", "")
    return render_template("people/sign-in.html", sign_in_next=following, problem=problem,
                           username=username)  # fmt: skip


@blueprint.post("/sign-in")
@open_to_all
@limit_guesses(_account_asked_for)
def sign_in() -> Page:
    """Open a session at the desk for the account that the password opens."""
    following = own_address(request.form.get("next"))
    try:
        account = service.check_password(
            username=request.form.get("username", ""), password=request.form.get("password", "")
        )
        administration.admit_to_desk(account)
    except Refusal as refusal:
        return _sign_in_form(following, sentence(refusal.code, {})), refusal.status
    sessions.begin_desk_session(account)
    if remember_device(username=account.username):
        acts.note_sign_in(account=account, where="desk")
    is_due = account.is_password_due
    db.session.commit()
    return redirect("/password" if is_due else following, 303)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Page:
    """End the session, here and in the browser."""
    sessions.end_desk_session()
    db.session.commit()
    return redirect("/sign-in", 303)


@blueprint.post("/language")
@open_to_all
def language() -> Page:
    """Keep the chosen language in a cookie."""
    answer = redirect(own_address(request.form.get("back")), 303)
    chosen = "en" if request.form.get("language") == "en" else "zh"
    answer.set_cookie("anzai_lang", chosen, max_age=YEAR_SECONDS, httponly=True, samesite="Lax",
                      secure=settings().secure_cookies)  # fmt: skip
    return answer


@blueprint.get("/today")
@signed_in(Permission.SEE_DESK)
def today_page() -> Page:
    """Show what waits for the actor."""
    return render_template("people/today.html", cards=today.cards_for(actor()),
                           boards=today.boards_for(actor()))  # fmt: skip


@blueprint.get("/password")
@signed_in(Permission.SEE_DESK, with_given_password=True)
def password_page() -> Page:
    """Show the form for a new password of one's own."""
    return _password_page()


@blueprint.post("/password")
@signed_in(Permission.SEE_DESK, with_given_password=True)
@limit_tries(lambda: actor().account_id)
def password() -> Page:
    """Change one's own password; every other session of the account ends."""
    account = desk_queries.account(actor().account_id)
    try:
        with counting_guesses():
            administration.change_own_password(account=account, **_passwords())
    except Refusal as refusal:
        db.session.rollback()
        return _password_page(refusal), 422
    sessions.begin_desk_session(account)
    remember_device(username=account.username)
    db.session.commit()
    flash(_("密码已修改，其他地方的登录已退出。"), "good")
    return redirect("/today", 303)


def _password_page(refusal: Refusal | None = None, username: str | None = None) -> str:
    problem = sentence(refusal.code, refusal.facts) if refusal else ""
    about_present = refusal is not None and refusal.code in ABOUT_PRESENT
    return render_template("people/password.html", username=username,
                           problem=problem if about_present else "",
                           new_problem="" if about_present else problem)  # fmt: skip


@blueprint.get("/sign-in/password")
@open_to_all
def field_password_page() -> Page:
    """Show the form by which also those change their password who have no work at the desk."""
    return _password_page(username="")


@blueprint.post("/sign-in/password")
@open_to_all
@limit_guesses(_account_asked_for)
def field_password() -> Page:
    """Change the password of the account that the form names and whose password it knows."""
    username = request.form.get("username", "")
    try:
        account = service.check_password(
            username=username, password=request.form.get("present", "")
        )
        administration.change_own_password(account=account, **_passwords())
    except Refusal as refusal:
        db.session.rollback()
        return _password_page(refusal, username), refusal.status
    db.session.commit()
    flash(_("密码已修改，请用新密码登录。"), "good")
    return redirect("/sign-in", 303)


def _passwords() -> dict[str, str]:
    if request.form.get("wanted") != request.form.get("again"):
        raise Refusal("passwords_differ")
    return {"present": request.form.get("present", ""), "wanted": request.form.get("wanted", "")}


@blueprint.get("/accounts")
@signed_in(Permission.MANAGE_ACCOUNTS)
def accounts() -> Page:
    """List the accounts by user name."""
    chosen = {name: request.args.get(name, "") for name in ("search", "role", "after")}
    found, after = desk_queries.accounts(**chosen)
    return render_template("people/accounts.html", accounts=found, after=after, chosen=chosen,
                           areas=areas.area_names(), roles=_roles())  # fmt: skip


def _roles() -> list[tuple[str, Any]]:
    return [(role.value, words) for role, words in ROLE_WORDS.items()]


@blueprint.get("/accounts/new")
@signed_in(Permission.MANAGE_ACCOUNTS)
def account_form() -> Page:
    """Show the form for another account."""
    return _account_form()


def _account_form(problem: str = "") -> str:
    return render_template("people/account-form.html", roles=_roles(), problem=problem,
                           areas=areas.area_choices(), given=request.form)  # fmt: skip


@blueprint.post("/accounts")
@signed_in(Permission.MANAGE_ACCOUNTS)
def open_account() -> Page:
    """Make an account and show its first password, once."""
    form = request.form
    try:
        made, secret = administration.open_account(
            actor=actor(), username=form.get("username", ""), name=form.get("name", ""),
            role=_role(form.get("role")), area_id=_whole(form.get("area_id")),
        )  # fmt: skip
    except Refusal as refusal:
        db.session.rollback()
        return _account_form(sentence(refusal.code, refusal.facts)), refusal.status
    db.session.commit()
    return _told_once(made.id, secret)


def _role(raw: str | None) -> Role:
    try:
        return Role(raw or "")
    except ValueError:
        raise Refusal("not_found", 404) from None


def _whole(raw: str | None) -> int:
    """Return a form's whole number; anything else is an id that does not exist."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _told_once(account_id: UUID, secret: str) -> Response:
    page = render_template("people/new-password.html", account=desk_queries.account(account_id),
                           password=secret)  # fmt: skip
    return make_response(page)


@blueprint.get("/accounts/<uuid:account_id>")
@signed_in(Permission.MANAGE_ACCOUNTS)
def account_page(account_id: UUID) -> Page:
    """Show one account with its phones."""
    return render_template("people/account.html", account=desk_queries.account(account_id),
                           areas=areas.area_choices())  # fmt: skip


@blueprint.post("/accounts/<uuid:account_id>/password")
@signed_in(Permission.MANAGE_ACCOUNTS)
def account_password(account_id: UUID) -> Page:
    """Give the account a random password and show it, once."""
    secret = administration.replace_password(
        actor=actor(), account=desk_queries.account(account_id)
    )
    db.session.commit()
    return _told_once(account_id, secret)


@blueprint.post("/accounts/<uuid:account_id>/activity")
@signed_in(Permission.MANAGE_ACCOUNTS)
def account_activity(account_id: UUID) -> Page:
    """Switch the account on or off."""
    is_active = request.form.get("is_active") == "1"
    account = desk_queries.account(account_id)
    administration.switch(actor=actor(), account=account, is_active=is_active)
    db.session.commit()
    flash(_("账号已启用。") if is_active else _("账号已停用，手机里未上传的资料仍会保留。"), "good")
    return redirect(f"/accounts/{account_id}", 303)


@blueprint.post("/accounts/<uuid:account_id>/area")
@signed_in(Permission.MANAGE_ACCOUNTS)
def account_area(account_id: UUID) -> Page:
    """Move the account's duty to another area."""
    administration.give_area(
        actor=actor(),
        account=desk_queries.account(account_id),
        area_id=_whole(request.form.get("area_id")),
    )
    db.session.commit()
    flash(_("责任区划已更改。"), "good")
    return redirect(f"/accounts/{account_id}", 303)


@blueprint.post("/accounts/<uuid:account_id>/devices/<kid>/revocation")
@signed_in(Permission.MANAGE_ACCOUNTS)
def account_device(account_id: UUID, kid: str) -> Page:
    """Revoke one of the account's phones."""
    account = desk_queries.account(account_id)
    administration.revoke_phone(actor=actor(), account=account, kid=kid)
    db.session.commit()
    flash(_("这部手机已停用。此前已存证的资料仍然有效。"), "good")
    return redirect(f"/accounts/{account_id}", 303)


@blueprint.post("/phones/<kid>/confirmation")
@signed_in(Permission.CONFIRM_PHONES)
def phone_confirmation(kid: str) -> Page:
    """Note that a worker of the area, asked in person, knows the phone as his or her own."""
    device = desk_queries.phone_in_duty(actor=actor(), kid=kid)
    service.confirm_device(device=device, by=actor().account_id)
    db.session.commit()
    flash(_("已记下：本人确认了这部手机。"), "good")
    return redirect("/today", 303)


@today.board(5, Permission.SEE_DESK)
def _own_given_password(who: Any) -> today.Board:
    """Tell the holder that somebody else set the password, also after it was changed."""
    facts = {"given": desk_queries.own_given_password(who)}
    return today.Board("people/own-given-password.html", facts)


@today.board(70, Permission.SEE_VISITS)
def _given_passwords(who: Any) -> today.Board:
    """Tell the area's office whose passwords were set by somebody else."""
    return today.Board("people/given-passwords.html", {"given": desk_queries.given_passwords(who)})


@today.board(80, Permission.CONFIRM_PHONES)
def _unconfirmed_phones(who: Any) -> today.Board:
    """Phones enrolled in the name of somebody who had one already, until he or she is asked."""
    return today.Board(
        "people/unconfirmed-phones.html", {"phones": desk_queries.unconfirmed_phones(who)}
    )


@today.board(90, Permission.SEE_VISITS)
def _silent_phones(who: Any) -> today.Board:
    """The phones of the area that may hold work nobody else has."""
    facts = {
        "phones": desk_queries.silent_phones(who),
        "days": desk_queries.SILENT_DAYS,
        "most": desk_queries.SILENT_SHOWN,
    }
    return today.Board("people/silent-phones.html", facts)
