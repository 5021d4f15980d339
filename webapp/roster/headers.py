"""Finds the header of a sheet, one line or two, and says which column means what."""

import re
from dataclasses import dataclass
from enum import StrEnum

from webapp.roster.cleaning import Cell, as_text, drop_spaces, fold_width

LOOK_AT = 40
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_MARKS = re.compile(r"[*＊:：、,，.。/\\_\-—<>《》“”\"']")
_LONG_DIGITS = re.compile(r"\d{6,}")


class Field(StrEnum):
    """What a column of a roster can hold."""

    SERIAL = "serial"
    NAME = "name"
    NUMBER = "number"
    DOC_TYPE = "doc_type"
    SEX = "sex"
    BIRTH = "birth"
    CATEGORY = "category"
    STATUS = "status"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    ADDRESS = "address"
    PHONE = "phone"
    PHONE_2 = "phone_2"
    CONTACT = "contact"
    CONTACT_RELATION = "contact_relation"
    CONTACT_PHONE = "contact_phone"
    EMPLOYER = "employer"
    DECEASED_NAME = "deceased_name"
    DECEASED_NUMBER = "deceased_number"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    DATUM = "datum"
    CERTIFIED_ON = "certified_on"
    DIED_ON = "died_on"
    IGNORED = "ignored"


_WORDS: dict[Field, str] = {
    Field.SERIAL: "序号 编号 序 NO 行号 顺序号",
    Field.NAME: "姓名 名字 人员姓名 退休人员姓名 离退休人员姓名 领取人姓名 待遇领取人姓名 领取人员姓名 "
    "参保人姓名 职工姓名 本人姓名 遗属姓名 供养人姓名 供养亲属姓名 被供养人姓名 AAC003 NAME 老人姓名 "
    "认证人姓名 姓名全称 待遇人员姓名",
    Field.NUMBER: "公民身份号码 公民身份证号码 公民身份证号 身份证号码 身份证号 身份证 居民身份证号码 居民身份证号 "
    "证件号码 证件号 身份号码 社会保障号码 社会保障号 社保号 社会保障卡号码 社保卡号 有效证件号码 证件编号 "
    "身份证件号码 身份证件号 AAC002 ID IDCARD IDNUMBER 本人身份证号 本人身份证号码 遗属身份证号 遗属身份证号码 "
    "供养亲属身份证号 供养亲属身份证号码 退休人员身份证号 领取人身份证号 领取人身份证号码 个人身份证号",
    Field.DOC_TYPE: "证件类型 证件种类 身份证件类型",
    Field.SEX: "性别 AAC004 SEX 男女",
    Field.BIRTH: "出生日期 出生年月日 出生年月 出生时间 生日 AAC006 出生",
    Field.CATEGORY: "人员类别 人员类型 类别 待遇类别 待遇类型 待遇种类 享受待遇类别 离退休类别 供养亲属标志 "
    "AAC063 AIC161 人员性质 退休类别 身份类别",
    Field.STATUS: "待遇状态 发放状态 待遇发放状态 人员状态 AAE116 状态 生存状态",
    Field.DISTRICT: "区县 县区 所属区县 所在区县 区 县 居住区县 县市区 区市县 行政区 所属县区 所在县区 管理区县",
    Field.STREET: "街道乡镇 乡镇街道 街道 乡镇 镇街道 镇街 镇办 所属街道 所在街道 街道办事处 街道镇 镇 所属镇办 "
    "居住街道 街道办 所属乡镇 街镇 所属街道乡镇 乡镇办",
    Field.COMMUNITY: "社区村居 社区村 村居社区 社区 村居 所属社区 所在社区 居委会 村社区 社区居委会 村居委会 "
    "居村委会 居住社区 社区名称 村委会 所属村居 社区居村",
    Field.ADDRESS: "家庭住址 住址 家庭地址 地址 居住地址 现居住地 现住址 居住地 详细地址 通讯地址 常住地址 现居住地址 "
    "联系地址 AAE006 家庭详细地址 现家庭住址 详细住址 住所 居住详细地址",
    Field.PHONE: "联系电话 电话 手机 手机号码 手机号 电话号码 联系方式 联系手机 移动电话 本人电话 本人联系电话 "
    "联系号码 AAE005 TEL PHONE 本人手机 手机电话 个人电话",
    Field.PHONE_2: "固定电话 座机 家庭电话 备用电话 联系电话2 电话2 其他电话 第二联系电话 住宅电话 固话 "
    "联系电话二 手机2 其他联系电话 备用联系电话",
    Field.CONTACT: "联系人 联系人姓名 亲属姓名 家属姓名 紧急联系人 AAE004 子女姓名 监护人 紧急联系人姓名",
    Field.CONTACT_RELATION: "与本人关系 关系 联系人关系 与联系人关系 亲属关系 与退休人员关系 与领取人关系",
    Field.CONTACT_PHONE: "联系人电话 亲属电话 家属电话 子女电话 紧急联系人电话 亲属联系电话 家属联系电话 "
    "联系人手机 联系人联系电话 子女联系电话 紧急联系电话",
    Field.EMPLOYER: "原单位 原工作单位 单位名称 退休单位 所属单位 单位 AAE044 工作单位 退休前单位 原单位名称 "
    "退休前工作单位 企业名称",
    Field.DECEASED_NAME: "死亡职工姓名 已故职工姓名 供养人 死者姓名 已故人员姓名 亡故职工姓名 死亡人员姓名",
    Field.DECEASED_NUMBER: "死亡职工身份证号 死亡职工身份证号码 已故职工身份证号 已故职工身份证号码 死者身份证号 "
    "死者身份证号码 死亡人员身份证号 死亡人员身份证号码 已故人员身份证号 死亡职工公民身份号码 亡故职工身份证号码",
    Field.LATITUDE: "纬度 LAT LATITUDE",
    Field.LONGITUDE: "经度 LNG LON LONGITUDE",
    Field.DATUM: "坐标系 坐标系统 坐标类型 DATUM",
    Field.CERTIFIED_ON: "认证日期 认证时间 上次认证日期 最近认证日期 资格认证日期 AAE230",
    Field.DIED_ON: "死亡日期 死亡时间 去世日期",
    Field.IGNORED: "备注 说明 户口所在地 户籍地址 户籍所在地 年龄 民族 个人编号 AAC001 单位编号 AAB001 开户行 "
    "银行账号 养老金 退休日期 退休时间 离退休日期 身份证地址 签名 签字 认证结果 认证方式 领取时间 待遇开始时间",
}  # fmt: skip

SYNONYMS: dict[str, Field] = {
    word: field for field, words in _WORDS.items() for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found; `first_data` counts rows from 0, `texts` are its column names."""

    first_line: int
    first_data: int
    columns: dict[Field, int]
    texts: tuple[str, ...]
    unmapped: tuple[str, ...] = ()


def normal_header(cell: Cell) -> str:
    """A header text without spaces, brackets and marks, in half width and capitals."""
    text = drop_spaces(fold_width(as_text(cell)))
    bare = _MARKS.sub("", _BRACKETS.sub("", text)).upper()
    return bare or _MARKS.sub("", re.sub(r"[()（）\[\]【】]", "", text)).upper()


def meaning(cell: Cell, synonyms: dict[str, Field]) -> Field | None:
    """What a header cell means; a source's own synonyms come before the built-in ones."""
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = normal_header(cell)
    whole = _MARKS.sub("", re.sub(r"[()（）\[\]【】<>]", "", drop_spaces(fold_width(cell)))).upper()
    for words in (synonyms, SYNONYMS):
        if found := words.get(text) or words.get(whole):
            return found
    return None


def find_header(rows: list[list[Cell]], synonyms: dict[str, Field] | None = None) -> Header | None:
    """The best header among the first rows, or None when no row names a person and a number.

    Two lines are taken together where that names more columns than either line alone.
    """
    own = synonyms or {}
    best: tuple[int, Header] | None = None
    for at in range(min(len(rows), LOOK_AT)):
        for found in (_one_line(rows, at, own), _two_lines(rows, at, own)):
            if found is None:
                continue
            score = 10 * len(found.columns) - (found.first_data - found.first_line)
            if best is None or score > best[0]:
                best = (score, found)
        if best is not None and at > best[1].first_data:
            break
    return best[1] if best else None


def _one_line(rows: list[list[Cell]], at: int, synonyms: dict[str, Field]) -> Header | None:
    texts = [as_text(cell) for cell in rows[at]]
    return _header(at, at + 1, [[cell] for cell in rows[at]], texts, synonyms)


def _two_lines(rows: list[list[Cell]], at: int, synonyms: dict[str, Field]) -> Header | None:
    if at + 1 >= len(rows) or not _may_be_header(rows[at + 1]) or not _may_be_header(rows[at]):
        return None
    upper, lower = _spread(rows[at]), rows[at + 1]
    if not any(meaning(cell, synonyms) for cell in lower):
        return None
    choices: list[list[Cell]] = []
    texts = []
    for column, below in enumerate(lower):
        above = upper[column] if column < len(upper) else ""
        own = rows[at][column] if column < len(rows[at]) else ""
        high, low = as_text(above), as_text(below)
        choices.append([high + low, low] if low else [own])
        texts.append(f"{high}{low}" if low else as_text(own))
    return _header(at, at + 2, choices, texts, synonyms)


def _spread(row: list[Cell]) -> list[Cell]:
    """The upper line of a two-line header, each merged title carried over the blanks after it."""
    spread: list[Cell] = []
    for cell in row:
        spread.append(cell if as_text(cell) or not spread else spread[-1])
    return spread


def _may_be_header(row: list[Cell]) -> bool:
    texts = [as_text(cell) for cell in row]
    return not any(_LONG_DIGITS.search(text) for text in texts) and any(texts)


def _header(
    first_line: int, first_data: int, choices: list[list[Cell]], texts: list[str],
    synonyms: dict[str, Field],
) -> Header | None:  # fmt: skip
    columns: dict[Field, int] = {}
    unmapped = []
    for column, cells in enumerate(choices):
        found = next((m for cell in cells if (m := meaning(cell, synonyms))), None)
        if found is Field.PHONE and Field.PHONE in columns:
            found = Field.PHONE_2
        if found is None and texts[column].strip():
            unmapped.append(texts[column].strip())
        if found is not None and found is not Field.IGNORED:
            columns.setdefault(found, column)
    if Field.NAME not in columns or len(columns) < 2:
        return None
    if Field.NUMBER not in columns and len(columns) < 4:
        return None
    return Header(first_line, first_data, columns, tuple(texts), tuple(unmapped))


def repeats_header(row: list[Cell], header: Header, synonyms: dict[str, Field]) -> bool:
    """Whether a row below is the header (or a line of it) again, as printed on each page."""
    texts = {normal_header(cell) for cell in row if isinstance(cell, str) and cell.strip()}
    if len(texts) < 2 or not _may_be_header(row):
        return False
    known = {normal_header(text) for text in header.texts if text.strip()}
    same = sum(1 for text in texts if text in known or text in synonyms or text in SYNONYMS)
    return same * 2 > len(texts) and same >= 2
