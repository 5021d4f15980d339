"""Writes a large roster workbook of the kind that offices send; nobody in it exists."""

import random
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from tests.builders import number_of

TITLE = "淄博市企业退休人员（遗属）花名册"
HEAD = ("序号", "姓名", "公民身份号码", "性别", "出生日期", "人员类别", "区县", "街道（乡镇）",
        "社区（村居）", "家庭住址", "联系电话")  # fmt: skip
PLACES = (
    ("张店区", "车站街道", "杏园社区"), ("临淄区", "闻韶街道", "遄台社区"),
    ("沂源县", "历山街道", "振兴社区"), ("淄川区", "般阳路街道", "城里社区"),
)  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈孙于高孟翟", ("秀英", "桂兰", "建国", "德明", "玉梅", "长海")
FIRST_BIRTH = date(1925, 1, 1)
PER_DAY = 8


def write_workbook(path: Path, rows: int) -> None:
    """Write `rows` clean people below a title and a head, strings kept inline."""
    rng = random.Random(11)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("花名册")
    sheet.write_row(0, 0, [TITLE])
    sheet.write_row(1, 0, HEAD)
    for row in range(rows):
        sheet.write_row(row + 2, 0, _person(rng, row))
    book.close()


def _person(rng: random.Random, row: int) -> list[object]:
    """Return one person's cells; the number's last digit but one tells the sex (GB 11643)."""
    birth = FIRST_BIRTH + timedelta(days=row // PER_DAY)
    order = row % PER_DAY + 1
    district, street, community = rng.choice(PLACES)
    door = f"{rng.randint(1, 40)}号楼{rng.randint(1, 5)}单元{rng.randint(101, 699)}"
    return [
        row + 1, rng.choice(SURNAMES) + rng.choice(GIVEN), number_of(birth, order),
        "男" if order % 2 else "女", birth.isoformat(), "退休", district, street, community,
        f"{district}{street}{community}{door}", f"13{rng.randrange(10**9):09d}",
    ]  # fmt: skip
