"""A header that nobody knows is shown with its rows, explained once, and known from then on."""

from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from tests.integration.desk.pages import Desk, Page
from tests.integration.roster.desk_road import checked, newest, run_due, seated
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.unit.roster.town import HEAD
from webapp.access.rules import Role
from webapp.extensions import db
from webapp.roster.imports.import_models import ColumnSynonym
from webapp.roster.models import Person
from webapp.roster.reading.sheet_heads import head_of, header_like, titles

OWN_HEAD = ["序号", "老人称呼", "证照编码", *HEAD[3:]]
TITLE = ["某厂退休人员情况"]


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    return xlsx(tmp_path / "a.xlsx", {"名单": [TITLE, [], OWN_HEAD, person(1), person(2)]})


def offered(page: Page) -> dict[str, str]:
    """The columns that can be explained, each with what is chosen for it."""
    texts = [e.get("value", "") for e in page.all("input") if e.get("name") == "header"]
    chosen = [e.get("value", "") for e in page.all("option") if "selected" in e.attrib]
    assert len([e for e in page.all("select") if e.get("name") == "field"]) == len(texts)
    return dict.fromkeys(texts, "") | {"chosen": ",".join(chosen)}


def explain(desk: Desk, address: str) -> None:
    columns = {"老人称呼": "name", "证照编码": "number", "家庭住址": "address"}
    desk.post(f"{address}/columns", {"header": list(columns), "field": list(columns.values())})
    run_due()


def test_the_first_rows_are_shown_masked_and_the_header_is_proposed(
    desk: Desk, unknown: Path
) -> None:
    page = desk.get(checked(desk, unknown))
    assert "没有找到表头" in page.text
    assert "某厂退休人员情况" in page.text
    assert person(1)[1] in page.text
    assert person(1)[2] not in page.response.text
    assert "370…" in page.text
    assert set(OWN_HEAD) <= offered(page).keys()
    assert "sex" in offered(page)["chosen"], "what is known already is chosen"


def test_another_row_can_be_said_to_be_the_header(desk: Desk, unknown: Path) -> None:
    address = checked(desk, unknown)
    assert f"{address}?head=0-1#head-0" in desk.get(address).links()
    assert offered(desk.get(f"{address}?head=0-1")).keys() == {*TITLE, "chosen"}
    for nonsense in ("0-99", "7-1", "0-x", "-", "0-"):
        assert "证照编码" in offered(desk.get(f"{address}?head={nonsense}")), nonsense


def test_what_was_explained_is_remembered_for_the_source(
    desk: Desk, unknown: Path, tmp_path: Path
) -> None:
    address = checked(desk, unknown, source="某厂")
    explain(desk, address)
    assert newest().state == "checked", newest().refusal
    assert "哪一行是表头" not in desk.get(address).text
    desk.post(f"{address}/confirmation")
    run_due()
    assert db.session.scalar(select(func.count()).select_from(Person)) == 2
    learned = set(db.session.scalars(select(ColumnSynonym.header)))
    assert learned == {"老人称呼", "证照编码"}, "what everybody knows need not be learned"
    other = xlsx(tmp_path / "b.xlsx", {"名单": [OWN_HEAD, person(3)]})
    checked(desk, other, source="某厂")
    assert newest().state == "checked"
    stranger = xlsx(tmp_path / "c.xlsx", {"名单": [OWN_HEAD, person(4)]})
    checked(desk, stranger, source="别处")
    assert newest().state == "refused"


def test_one_unknown_sheet_among_known_ones_can_be_explained(desk: Desk, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"一": standard(2), "二": [OWN_HEAD, person(5)], "空": []})
    address = checked(desk, path)
    page = desk.get(address)
    assert "共 2 行" in page.text
    assert [e.get("id") for e in page.all("details") if e.get("id")] == ["head-0"]
    explain(desk, address)
    assert "共 3 行" in desk.get(address).text


def test_no_personal_word_of_the_first_rows_lies_open_in_the_table(
    desk: Desk, unknown: Path
) -> None:
    checked(desk, unknown)
    kept = str([newest().sheets_left_out, newest().refusal])
    assert person(1)[1] not in kept
    assert "张店区" not in kept


def test_heads_are_short_masked_and_a_persons_row_is_no_header() -> None:
    rows = [[""], ["标题"], ["称呼", "编码", "编码"], ["张 三", "3703 9919 5003 0511 X", 1.39e10]]
    head = head_of([*rows, *[["续"]] * 30])
    assert [number for number, _ in head][:3] == [2, 3, 4]
    assert len(head) == 12
    assert head[2][1] == ["张 三", "370…", "139…"]
    assert header_like(head) == 3
    assert titles(head[1][1]) == ["称呼", "编码"]
    assert header_like([]) == 0


def test_an_office_explains_columns_for_nobody_else(
    app: APIFlask, desk: Desk, tmp_path: Path
) -> None:
    """Without a source, and with one: what an office says holds for itself, a city's for all."""
    head = [*HEAD[:10], "呼号"]
    first = xlsx(tmp_path / "a.xlsx", {"名单": [head, person(1)]})
    second = xlsx(tmp_path / "b.xlsx", {"名单": [head, person(2)]})
    office = seated(app, "keyuan", Role.OFFICE_MANAGER, "科苑街道")
    for source in ("", "某厂"):
        address = checked(office, first, source=source)
        office.post(f"{address}/columns", {"header": "呼号", "field": "phone"})
        run_due()
        assert "没有认出来" not in office.get(address).text
        office.post(f"{address}/withdrawal")
        address = checked(desk, second, source=source)
        assert "有 1 栏没有认出来" in desk.get(address).text, source
        desk.post(f"{address}/columns", {"header": "呼号", "field": "address"})
        run_due()
        desk.post(f"{address}/withdrawal")
    other = seated(app, "chezhan", Role.OFFICE_MANAGER, "车站街道")
    assert "没有认出来" not in other.get(checked(other, second, source="某厂")).text
    other.post(f"/roster/imports/{newest().id}/withdrawal")
    assert "有 1 栏没有认出来" in other.get(checked(other, second)).text, (
        "nobody's without a source"
    )
    address = checked(office, first, source="某厂")
    sheet = newest().sheets[0]
    assert sheet["columns"]["phone"] == 10, "its own word goes before that of the city"


def test_columns_that_nobody_asked_about_keep_their_meaning(desk: Desk, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"名单": [[*HEAD[:10], "手机"], person(1)]})
    address = checked(desk, path)
    for text in ("手机", "没有这一栏"):
        said = desk.post(f"{address}/columns", {"header": text, "field": "ignored"}, status=422)
        assert f"没有问到“{text}”这一栏" in said.text
    db.session.rollback()
    assert newest().state == "checked"
    assert db.session.scalar(select(func.count()).select_from(ColumnSynonym)) == 0
