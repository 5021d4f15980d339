"""Headers and the rows around the people, as offices write them."""

from typing import Any

import pytest

from tests.unit.roster.town import cells, number_of, rules
from webapp.roster.reading.header_words import _WORDS
from webapp.roster.reading.headers import Field, find_header, meaning

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
# What offices write that neither the first lists nor the forms above knew.
MORE_NAMES = [
    (Field.SERIAL, "序列号 排序 行次 №"),
    (Field.NAME, "老年人姓名 退管人员姓名 领待人员姓名 待遇享受人姓名 人员名称 供养遗属姓名"),
    (Field.NUMBER, "身份证编号 身份证ID"),
    (Field.BIRTH, "出生日 身份证出生日期"),
    (Field.CATEGORY, "人员分类 待遇人员类别 退休类型 待遇领取类别"),
    (Field.STATUS, "养老待遇状态 待遇领取状态 发放状况 生存状况"),
    (Field.STREET, "街办 街道/镇办 镇街名称 所属办事处"),
    (Field.COMMUNITY, "居委 社区居委 行政村 居民委员会 村民委员会"),
    (Field.ADDRESS, "现居地址 现居住址 住宅地址 详址 家庭详址 居住地点 现住详细地址 常住地"),
    (Field.PHONE, "联络电话 预留手机号 移动电话号码"),
    (Field.PHONE_2, "备用手机号 其它联系电话 家庭固话 座机号码 备用联系方式"),
    (Field.CONTACT, "家庭联系人 联络人 亲友姓名 监护人姓名 子女（联系人） 家属或联系人姓名"),
    (Field.CONTACT_RELATION, "与本人的关系 联系人与本人关系 与老人关系 与待遇领取人关系 家属关系"),
    (Field.CONTACT_PHONE, "家属手机 子女联系方式 联系人手机号码 紧急联系人手机 监护人联系电话"),
    (Field.EMPLOYER, "原企业 原企业名称 参保单位 退休前所在单位 原工作单位名称 单位全称"),
    (Field.DECEASED_NAME, "已故退休人员姓名 死亡离退休人员姓名 逝者姓名 死亡人姓名"),
    (Field.DECEASED_NUMBER, "死者证件号码 已故退休人员身份证号码 亡者身份证号"),
    (Field.LATITUDE, "纬度坐标 GPS纬度"),
    (Field.LONGITUDE, "经度坐标 GPS经度"),
    (Field.DATUM, "坐标系名称 坐标基准"),
    (Field.CERTIFIED_ON, "最近一次认证时间 上次认证时间 末次认证时间 上年度认证时间 认证通过时间"),
    (Field.DIED_ON, "死亡年月日 去世时间 亡故日期 逝世日期 离世日期"),
    (Field.IGNORED, "银行卡号 养老金金额 参保地 是否认证 网格员 户籍地 退休证号"),
]
OTHERS = (
    "单位地址 单位电话 社区电话 社区负责人 联系人身份证号 家属身份证号 亲属手机 领取方式 "
    "身份证有效期 社保编号 科苑街道 沁园社区 配偶姓名 网格员电话 走访人员 与户主关系 单位负责人姓名"
)


@pytest.mark.parametrize(
    ("field", "texts"), NAMES + MORE_NAMES, ids=[each.value for each, _ in NAMES + MORE_NAMES]
)
def test_names_that_no_list_holds_are_read_by_their_form(field: Field, texts: str) -> None:
    assert {text: meaning(text, {}) for text in texts.split()} == dict.fromkeys(
        texts.split(), field
    )


def test_no_word_stands_for_two_fields() -> None:
    words = [word for each in _WORDS.values() for word in each.split()]
    assert sorted(words) == sorted(set(words))


PEOPLE: list[list[Any]] = [
    [1.0, "王秀英", number_of(), "沁园社区"], [2.0, "李 桂 兰", number_of(order=13), "沁园社区"],
    [3.0, "阿不都·热合曼", number_of(order=15), "沁园社区"],
]  # fmt: skip


@pytest.mark.parametrize(
    "word",
    [
        "职工",
        "人员",
        "退休人员",
        "退休职工",
        "人 员",
        "老人（必填）",
        "待遇领取人",
        "人员姓名",
        "退休职工姓名",
    ],
)
def test_a_column_of_names_under_a_bare_header_is_the_name(word: str) -> None:
    found = find_header([["序号", word, "身份证号", "社区"], *PEOPLE])
    assert found is not None
    assert (found.columns[Field.NAME], found.first_data, found.unmapped) == (1, 1, ())


def test_a_column_of_numbers_under_a_bare_header_is_the_number() -> None:
    found = find_header([["序号", "人员", "证号", "社区"], *PEOPLE])
    assert found is not None
    assert (found.columns[Field.NAME], found.columns[Field.NUMBER]) == (1, 2)


@pytest.mark.parametrize(
    "cells",
    [["退休", "遗属", "退休"], ["是", "否", "是"], ["A12", "A13", "A14"], ["", "", ""],
     ["在职", "在职", "在职"], ["张店鑫源化工厂", "张店第二棉纺织厂", "周村丝绸公司"],
     ["一车间", "一车间", "一车间"]],
    ids=" ".join,
)  # fmt: skip
def test_a_bare_header_over_something_else_is_no_name(cells: list[str]) -> None:
    rows = [[row[0], cell, *row[2:]] for row, cell in zip(PEOPLE, cells, strict=True)]
    assert find_header([["序号", "人员", "身份证号", "社区"], *rows]) is None


def test_a_bare_header_gives_way_to_one_that_says_more() -> None:
    head = ["职工", "姓名", "身份证号", "社区"]
    rows = [["李建国", "王秀英", number_of(), "沁园社区"]]
    found = find_header([head, *rows])
    assert found is not None
    assert (found.columns[Field.NAME], found.unmapped) == (1, ("职工",))


def test_a_bare_header_of_a_title_over_two_lines_stays_a_title() -> None:
    head = [["退休人员", "", "", "社区"], ["姓名", "身份证号", "性别", ""]]
    found = find_header([*head, ["王秀英", number_of(), "男", "沁园社区"]])
    assert found is not None
    assert found.columns[Field.NAME] == 0
    assert found.first_data == 2


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


@pytest.mark.parametrize(
    ("community", "codes", "depth"),
    [("没有的社区", ["community_unknown"], 1), ("遄台社区", ["address_other_place"], 2)],
)
def test_an_address_that_names_another_community_closes_no_gap(
    community: str, codes: list[str], depth: int
) -> None:
    row = ["王秀英", number_of(), community, "张店区科苑街道沁园社区1号"]
    reading = rules(["姓名", "身份证号", "社区", "住址"]).read(2, row)
    assert (reading.codes, reading.area_path.count("/")) == (codes, depth)
