"""The demo city's accounts: one of each role, all with the data folder's one password."""

import secrets
from dataclasses import dataclass

from webapp.access.rules import Role
from webapp.areas.models import Area
from webapp.config import settings
from webapp.extensions import db
from webapp.people import service
from webapp.people.models import Account
from webapp.refusals import Refusal


@dataclass(frozen=True)
class DemoAccount:
    """An account to be made; `level` says how high in the tree its duty lies."""

    username: str
    name: str
    role: Role
    level: str


ACCOUNTS = (
    DemoAccount("worker1", "王秋兰（测试）", Role.WORKER, "community"),
    DemoAccount("worker2", "李建军（测试）", Role.WORKER, "street"),
    DemoAccount("volunteer1", "孙晓梅（测试）", Role.VOLUNTEER, "community"),
    DemoAccount("office1", "高秀芹（测试）", Role.OFFICE_MANAGER, "street"),
    DemoAccount("agency1", "于海涛（测试）", Role.AGENCY_HANDLER, "district"),
    DemoAccount("agency2", "孟祥云（测试）", Role.AGENCY_CHECKER, "district"),
    DemoAccount("agency3", "翟文博（测试）", Role.AGENCY_APPROVER, "district"),
    DemoAccount("city1", "邢立新（测试）", Role.CITY, "city"),
    DemoAccount("auditor1", "周明远（测试）", Role.AUDITOR, "city"),
    DemoAccount("admin", "系统管理员（测试）", Role.ADMINISTRATOR, "city"),
)
LEVELS = ("city", "district", "street", "community")


def password() -> str:
    """Return the data folder's demo password, made once; `ANZAI_DEMO_PASSWORD` overrides it."""
    path = settings().data_dir / "demo-password"
    if settings().demo_password:
        return str(settings().demo_password)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9), "utf-8")
    return path.read_text("utf-8")


def home_areas() -> dict[str, Area]:
    """Return one area of each level, each within the one before: where the demo plays."""
    found: dict[str, Area] = {}
    parent_id: int | None = None
    for level in LEVELS:
        query = db.select(Area).filter_by(level=level, parent_id=parent_id).order_by(Area.id)
        areas = list(db.session.scalars(query))
        chosen = next((area for area in areas if area.name.startswith("张店")), areas[0])
        found[level], parent_id = chosen, chosen.id
    return found


def keep_password() -> None:
    """Give the demo accounts the password that is announced, if another one was set before."""
    chosen = password()
    names = [account.username for account in ACCOUNTS]
    for found in db.session.scalars(db.select(Account).where(Account.username.in_(names))):
        try:
            service.check_password(username=found.username, password=chosen)
        except Refusal:
            service.set_password(account=found, password=chosen, by=None, is_own=True)


def load_accounts() -> None:
    """Make the demo accounts with the demo password."""
    areas, chosen = home_areas(), password()
    for wanted in ACCOUNTS:
        area = areas[wanted.level]
        service.create_account(
            username=wanted.username, name=wanted.name, role=wanted.role, password=chosen,
            area_id=area.id, area_path=area.path, by=None, is_given=False,
        )  # fmt: skip
