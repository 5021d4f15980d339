"""An exported roster, imported into an empty city, gives the same people."""

import io
from pathlib import Path
from random import Random
from typing import Any

import pytest
from apiflask import APIFlask

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, newest, run_due
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp.extensions import db
from webapp.roster import roster_export
from webapp.roster.imports.contacts import contacts_of
from webapp.roster.models import Person
from webapp.sealing import sealer

MORE = ["待遇状态", "原单位", "死亡职工姓名", "联系人", "与本人关系", "联系人电话", "备注"]


def row(order: int, chance: Random) -> list[Any]:
    """Somebody with any of the fields that a roster may have."""

    def perhaps(words: str) -> str:
        return chance.choice([words, ""])

    is_dependant = chance.random() < 1 / 3
    place = {"community": ""} if chance.random() < 1 / 4 else {}
    phone = chance.choice(["", f"139053{order:05d}", f"139053{order:05d}/0533-218{order:04d}"])
    category = "遗属" if is_dependant else "退休"
    remark = chance.choice(["", "独居", "住女儿家；耳聋", f"邻居王大妈电话 138053{order:05d}"])
    contact = [f"李{order}", perhaps("女儿"), perhaps(f"137053{order:05d}")]
    return [
        *person(order, phone=phone, category=category, **place),
        chance.choice(["正常", "暂停"]), perhaps("山东铝厂"), "张三" if is_dependant else "",
        *(contact if chance.random() < 1 / 2 else ["", "", ""]), remark,
    ]  # fmt: skip


def everybody() -> dict[str, tuple[Any, ...]]:
    db.session.expire_all()
    unseal = sealer().unseal
    return {
        unseal(each.number_sealed): (
            each.name, each.sex, each.birth_on, each.area_path, each.address, each.reported_status,
            [unseal(phone.number_sealed) for phone in each.phones],
            contacts_of(each, sealer()),
            {(paid.kind, paid.reported_status, paid.employer) for paid in each.benefits},
            sorted(unseal(each.note_sealed).split("；")) if each.note_sealed else [],
        )
        for each in db.session.scalars(db.select(Person))
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_an_exported_roster_comes_in_again_as_it_was(
    app: APIFlask, desk: Desk, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    rows = [row(order, chance) for order in range(1, 31)]
    first = applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [[*HEAD, *MORE], *rows]}))
    before = everybody()
    assert len(before) == 30
    stream = io.BytesIO()
    assert roster_export.export(stream=stream) == 30
    db.session.commit()
    (tmp_path / "二.xlsx").write_bytes(stream.getvalue())
    desk.post(f"{first}/reversal")
    run_due()
    assert newest().state == "undone"
    assert everybody() == {}
    applied(desk, tmp_path / "二.xlsx")
    assert everybody() == before
