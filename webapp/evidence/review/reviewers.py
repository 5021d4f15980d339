"""Who may review what somebody found alone: nobody reviews their own result (domain §2.2)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, literal, select

from webapp.access.rules import GRANTS, Actor, Permission
from webapp.areas.duty import in_duty
from webapp.desk import today
from webapp.desk.navigation import COUNT_LIMIT
from webapp.evidence.review.review_queries import WAITING, waits_for_another
from webapp.extensions import db
from webapp.people.models import Account
from webapp.visits.models import Result

MOST_NAMED = 3
ROLES = [role.value for role in GRANTS[Permission.REVIEW_RESULTS]]


def other_reviewers(
    *, actor: Actor, area_path: str, without: Collection[UUID] = ()
) -> Sequence[str]:
    """Return the names of some others who may review in an area: of the office, then above."""
    query = select(Account.name).where(
        Account.is_active, Account.role.in_(ROLES), Account.id.not_in({actor.account_id, *without}),
        literal(area_path).startswith(Account.area_path),
    )  # fmt: skip
    nearest = func.length(Account.area_path).desc()
    return db.session.scalars(query.order_by(nearest, Account.name).limit(MOST_NAMED)).all()


def who_else(names: Sequence[str]) -> str:
    """Return the sentence that says who may review the actor's own results."""
    if names:
        return str(_("可以由%(names)s审核。", names=str(_("、")).join(names)))
    return str(_("目前没有别的账号能审核，请管理员为上级经办机构开通复核账号。"))


def own_waiting(actor: Actor) -> int:
    """Return how many of the actor's own results wait for somebody else, up to a limit."""
    query = select(Result.id).where(Result.worker_id == actor.account_id, Result.state.in_(WAITING))
    found = query.limit(COUNT_LIMIT + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def waiting_for_second(actor: Actor) -> int:
    """Return how many results the actor accepted that wait for a second person, up to a limit."""
    query = select(Result.id).where(in_duty(Result.area_path, actor), waits_for_another(actor))
    found = query.limit(COUNT_LIMIT + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


@today.card(11, Permission.REVIEW_RESULTS)
def _own_card(who: Actor) -> today.Card | None:
    own = own_waiting(who)
    if not own:
        return None
    names = other_reviewers(actor=who, area_path=who.area_path)
    return today.Card(_l("自己走访、要由别人审核的结果"), own,
                      f"/archive?worker={who.account_id}", "wait", who_else(names))  # fmt: skip
