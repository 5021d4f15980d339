"""Codes and words that offices write for sex, category and payment status, and what they mean."""

from typing import NamedTuple

from webapp.roster.cells.cleaning import (
    NONE_WORDS,
    Cell,
    as_text,
    drop_spaces,
    fold_width,
)
from webapp.roster.reading.headers import normal_header


class Meaning(NamedTuple):
    """A code of ours, or nothing; `code` names what was found on the way."""

    value: str | None
    code: str | None = None


_SEX_PLAIN = {"男": "M", "女": "F"}
_SEX = {
    "男性": "M", "女性": "F", "M": "M", "F": "F", "1": "M", "2": "F", "MALE": "M", "FEMALE": "F",
    "01": "M", "02": "F", "男士": "M", "女士": "F",
}  # fmt: skip
_NO_SEX = {"0", "9", "未说明", "未知"}
_RETIREE = (
    "退休 退职 离休 退休人员 退职人员 离退休 企业退休 企业退休人员 企业退职 企业离休 "
    "正常退休 病退 提前退休 特殊工种退休 特殊工种 因病退休 职工退休 企业职工退休 "
    "退休（职） 退休退职 离休人员 离退休人员 企业离退休人员 企业离退休 "
    "企业退休退职人员 退休职工 职工养老 养老 养老金 内退 企业养老退休"
)
_DEPENDANT = (
    "遗属 遗属人员 供养亲属 供养直系亲属 供养 供养人员 遗孀 遗属津贴 遗属待遇 "
    "享受遗属待遇 遗属补助 定期抚恤 供养直系亲属人员 企业遗属 供养遗属 因病供养 "
    "因工供养 供养亲属人员"
)
_KIND_PLAIN = {"退休": "retiree", "退职": "retiree", "遗属": "dependant"}
_KIND = dict.fromkeys(_RETIREE.split(), "retiree") | dict.fromkeys(_DEPENDANT.split(), "dependant")
# The national field aac063 counts differently from every list that counts from one.
_KIND_OF_AAC063 = {"0": "retiree", "1": "dependant"}
_STATUS_NORMAL_WORDS = (
    "正常 正常发放 在领 领取 发放 在发 续发 正常享受 享受 在职 健在 生存 正常领取 待遇享受 "
    "在世 存活 领取中 生存正常"
)
_STATUS_SUSPENDED_WORDS = "暂停 暂停发放 缓发 暂停享受 暂停领取 待核查 暂缓"
_STATUS_LOST_WORDS = (
    "停发 终止 终止发放 死亡 已故 已死亡 去世 注销 减少 停止 停止发放 待遇终止 终止享受 病故"
)
_STATUS = {
    "normal": frozenset(_STATUS_NORMAL_WORDS.split()),
    "suspended": frozenset(_STATUS_SUSPENDED_WORDS.split()),
    "lost": frozenset(_STATUS_LOST_WORDS.split()),
}


def read_sex(cell: Cell) -> Meaning:
    """`M` or `F`; every spelling but 男 and 女 is a fix, an unknown code is held."""
    if type(cell) is str and (plain := _SEX_PLAIN.get(cell)):
        return Meaning(plain)
    text = _text(cell)
    if not text:
        return Meaning(None)
    if text in _NO_SEX or text in NONE_WORDS:
        return Meaning(None, "code_mapped")
    found = _SEX_PLAIN.get(text) or _SEX.get(text)
    return Meaning(found, "code_mapped" if found else "code_unknown")


def read_kind(cell: Cell, header: str) -> Meaning:
    """`retiree` or `dependant`; bare digits mean something only under the header aac063."""
    if type(cell) is str and (plain := _KIND_PLAIN.get(cell)):
        return Meaning(plain)
    text = _text(cell)
    if not text or text in NONE_WORDS:
        return Meaning(None, "category_missing")
    if normal_header(header) in {"供养亲属标志", "AAC063"} and text in _KIND_OF_AAC063:
        return Meaning(_KIND_OF_AAC063[text], "code_mapped")
    found = _KIND_PLAIN.get(text) or _KIND.get(text)
    return Meaning(found, "code_mapped" if found else "code_unknown")


def read_status(cell: Cell) -> Meaning:
    """`normal` or `suspended`. 停发 is held: some systems mean "suspended", others "stopped"."""
    text = _text(cell)
    if not text or text in NONE_WORDS:
        return Meaning(None)
    if text in _STATUS["normal"]:
        return Meaning("normal")
    if text in _STATUS["suspended"]:
        return Meaning("suspended")
    if text in _STATUS["lost"]:
        return Meaning(None, "status_lost")
    return Meaning(None, "code_unknown")


def _text(cell: Cell) -> str:
    return drop_spaces(fold_width(as_text(cell))).upper()
