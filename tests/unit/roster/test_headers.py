"""Headers and the rows around the people, as offices write them."""

from typing import Any

import pytest

from tests.unit.roster.town import cells, number_of, rules
from webapp.roster.headers import Field, find_header, meaning

NAMES = [
    (Field.NUMBER, "有效证件号 公民身份号 本人身份证 居民身份号码 身份证号/社保号"),
    (Field.NAME, "参保人员姓名 领取待遇人员姓名 退休职工姓名 供养直系亲属姓名"),
    (Field.PHONE, "联系电话1 常用电话 联系电话及手机 本人联系方式"),
    (Field.ADDRESS, "家庭居住地址 现居住地详细地址 实际居住地址 通信地址 住所地"),
    (Field.COMMUNITY, "管理社区 所辖社区 居住地社区 社区名称"),
    (Field.STREET, "管理街道 所辖街道 居住地街道 街道名称"),
    (Field.DISTRICT, "所在区 市辖区 居住区县"),
    (Field.CATEGORY, "类型 享受待遇类型 养老金种类"),
]  # fmt: skip
OTHERS = (
    "单位地址 单位电话 社区电话 社区负责人 联系人身份证号 家属身份证号 亲属手机 领取方式 "
    "身份证有效期 社保编号 科苑街道 沁园社区 配偶姓名"
)


@pytest.mark.parametrize(("field", "texts"), NAMES, ids=[each.value for each, _ in NAMES])
def test_names_that_no_list_holds_are_read_by_their_form(field: Field, texts: str) -> None:
    assert {text: meaning(text, {}) for text in texts.split()} == dict.fromkeys(
        texts.split(), field
    )


def test_somebody_elses_number_phone_or_address_is_not_the_pensioners() -> None:
    own = {Field.NAME, Field.NUMBER, Field.PHONE, Field.ADDRESS, Field.STREET, Field.COMMUNITY}
    assert {text for text in OTHERS.split() if meaning(text, {}) in own} == set()


@pytest.mark.parametrize(
    "head",
    [["职工姓名", "职工身份证号", "遗属姓名", "遗属身份证号", "社区"],
     ["遗属姓名", "遗属身份证号", "职工姓名", "职工身份证号", "社区"]],
)  # fmt: skip
def test_beside_a_dependant_the_worker_is_the_deceased(head: list[Any]) -> None:
    found = find_header([head])
    assert found is not None
    texts = {field: head[at] for field, at in found.columns.items()}
    assert (texts[Field.NAME], texts[Field.NUMBER]) == ("遗属姓名", "遗属身份证号")
    assert texts[Field.DECEASED_NUMBER] == "职工身份证号"


def test_an_identity_number_is_preferred_to_a_card_number() -> None:
    found = find_header([["姓名", "社保卡号", "身份证号码", "社区"]])
    assert found is not None
    assert found.columns[Field.NUMBER] == 2


FOOTERS: list[list[Any]] = [
    ["", "", "", "", "", "", "", "", "", "2026年3月20日"], ["", "", "", "科苑街道人社所（盖章）"],
    ["社区负责人：王某", "", "", "街道负责人："], ["主任：", "", "会计："], ["", "合计", "2人"],
    ["以下空白"], ["＊为必填项"], ["", 98.0, "", 55.0], ["其中：退休2人，遗属0人"],
]  # fmt: skip


@pytest.mark.parametrize("row", FOOTERS, ids=str)
def test_lines_that_name_nobody_are_passed_over(row: list[Any]) -> None:
    assert rules().read(9, row).codes == ["footer"]


COUNTS: list[list[Any]] = [
    list("甲乙丙丁") + [float(n) for n in range(1, 8)], list("①②③④⑤⑥⑦⑧⑨⑩⑪"),
    [f"({n})" for n in range(1, 12)], ["", "（必填）", "（18位）", "", "（年月日）"],
    ["NO", "NAME", "ID", "SEX", "BIRTH", "TYPE", "DISTRICT", "STREET", "COMMUNITY", "ADDRESS",
     "TEL"],
]  # fmt: skip


@pytest.mark.parametrize("row", COUNTS, ids=str)
def test_lines_that_belong_to_the_header_are_passed_over(row: list[Any]) -> None:
    assert rules().read(2, row).codes == ["header_repeated"]


@pytest.mark.parametrize(
    "changes",
    [{"number": ""}, {"name": ""}, {"number": "", "serial": "", "phone": ""},
     {"name": "主任", "number": ""}],
)  # fmt: skip
def test_a_person_without_number_or_name_is_held_and_never_passed_over(
    changes: dict[str, Any],
) -> None:
    assert rules().read(9, cells(**changes)).treatment == "HOLD"


def test_a_person_of_whom_only_the_name_is_left_is_held() -> None:
    assert rules().read(9, ["", "王秀英"]).treatment == "HOLD"
    assert rules().read(9, ["", "", "370399"]).treatment == "HOLD"


@pytest.mark.parametrize(
    ("head", "row"),
    [(["姓名", "身份证号", "社区", "住址"],
      ["王秀英", number_of(), "沁园社区", "张店区科苑街道沁园社区1号"]),
     (["姓名", "身份证号", "区县", "住址"],
      ["王秀英", number_of(), "张店区", "张店区科苑街道沁园社区1号"])],
)  # fmt: skip
def test_an_address_closes_the_gap_that_missing_columns_leave(
    head: list[Any], row: list[Any]
) -> None:
    reading = rules(head).read(2, row)
    assert (reading.codes, reading.area_path.count("/")) == ([], 5)


def test_an_address_that_names_another_community_closes_no_gap() -> None:
    row = ["王秀英", number_of(), "柳泉社区", "张店区科苑街道沁园社区1号"]
    reading = rules(["姓名", "身份证号", "社区", "住址"]).read(2, row)
    assert "community_unknown" in reading.codes
