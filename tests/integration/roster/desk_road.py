"""The road of a workbook at the desk, as tests walk it: upload, check, confirm."""

import io
from pathlib import Path

from apiflask import APIFlask
from sqlalchemy import select

from tests.builders import PASSWORD, add_account
from tests.integration.desk.pages import Desk, Page, forget_request
from webapp.access.rules import Role
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.jobs import runner
from webapp.roster.imports.import_models import RosterImport


def seated(app: APIFlask, username: str, role: Role, area_name: str) -> Desk:
    area = db.session.scalars(select(Area).where(Area.name == area_name)).first()
    add_account(username, role, area)
    db.session.commit()
    browser = Desk(app.test_client())
    browser.sign_in(username, PASSWORD)
    return browser


def upload(desk: Desk, path: Path, status: int = 200, source: str = "") -> Page:
    data = {"file": (io.BytesIO(path.read_bytes()), path.name), "source": source}
    return desk.post("/roster/imports", data, status=status)


def checked(desk: Desk, path: Path, source: str = "") -> str:
    """Upload, run the job, and return the import's address."""
    upload(desk, path, source=source)
    run_due()
    forget_request()
    return f"/roster/imports/{newest().id}"


def run_due() -> None:
    """Run the jobs, as a worker process does: with no transaction of ours open."""
    db.session.rollback()
    runner.run_due()


def newest() -> RosterImport:
    db.session.expire_all()
    query = select(RosterImport).order_by(RosterImport.created_at.desc())
    return db.session.scalars(query).first()  # type: ignore[return-value]


def applied(desk: Desk, path: Path) -> str:
    address = checked(desk, path)
    desk.post(f"{address}/confirmation")
    run_due()
    assert newest().state == "applied"
    return address
