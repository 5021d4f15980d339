"""What lines that hold no person say of people: losses over a list, words that are nobody's."""

import re

from webapp.roster.cells.cleaning import (
    Cell,
    as_text,
    drop_spaces,
    fold_width,
    is_blank,
    tidy,
)
from webapp.roster.cells.numbers import is_whole_number
from webapp.roster.cells.phones import read_phones
from webapp.roster.reading.headers import Field, Header
from webapp.roster.reading.losses import loss_in

_LOST = re.compile(
    r"(?:死亡|已故|去世|病故|亡故|逝世|服刑|判刑|停发|停保|失踪|失联|火化|空挂|出国(?:定居)?|境外(?:定居)?|拘留|戒毒|终止|减员|注销|查无此人)(?:的|待遇|养老金)*"
    r"(?:企业)?(?:退休|离退休|养老|参保|领取)?(?:待遇)?(?:人员|老人|职工)?(?:信息|情况)?"
    r"(?:花名册|名册|名单|登记表|台账|明细表?|统计表?|汇总表?|表)?(?:\(.*\))?[0-9]*$"
)
# What a sheet is named for; shorter than a title, and with a month, a place or a number beside it.
_LOST_SHEET = re.compile(
    r"死亡|亡故|已故|去世|病故|逝世|服刑|判刑|停发|停保|停止|暂停|失踪|失联|火化|空挂|出国|境外|拘留|戒毒|"
    r"终止|减员|注销|查无此[人户]"
)
_NOT_ALL_SHEET = re.compile(r"正常|健在|在世|全部|所有|和|及|与|、")
_ASIDE = re.compile(r"[(（\[【].*[)）\]】]")
_NOT_ALL = re.compile(r"含|非|未|不|除|无|家属|亲属|遗属|供养|配偶")
_DOOR = re.compile(r"号楼|单元|[0-9]室|[0-9]栋|[路街巷].*[0-9]号")
_OF_THE_FORM = re.compile(
    r"盖章|公章|签[字章名]|年.*月|第.*页|共.*[页人]|负责|填表|制表|审核|日期|空白|计$|书记|主任|社区|街道|"
    r"名单|名册|表$"
)
_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_FEW = 2
_FOOTNOTE = re.compile(r"(?:备注|说明|注)[:：](?!以下|下列)")
_OF_NO_NAME = re.compile(r"[0-9一二三四五六七八九十、.()年月日历已经以下列其中的名人说明备注:：]*")
_OF_PEOPLE = re.compile(r"人员|名单|名册|老人|职工")
_PHONES = (Field.NUMBER, Field.PHONE, Field.PHONE_2, Field.PHONE_3, Field.CONTACT_PHONE)


def loss_over(text: str) -> str:
    """The name of a list or a sheet that holds none but the lost, "" for any other.

    "2026年死亡人员名单" is one; "已故职工遗属名单" and "退休人员名单（不含死亡）" are none.
    """
    bare = drop_spaces(fold_width(text))
    return bare if _LOST.search(bare) and not _NOT_ALL.search(bare) else ""


def loss_over_sheet(name: str) -> str:
    """The name of a sheet that holds none but the lost: "死亡2026.3", "Sheet1(死亡)"."""
    bare = drop_spaces(fold_width(name))
    rest = _LOST_SHEET.sub("", bare)
    is_of_all = _NOT_ALL.search(rest) or _NOT_ALL_SHEET.search(rest)
    return bare if rest != bare and not is_of_all else ""


def group_over(cells: list[Cell], header: Header) -> str | None:
    """What a line says of all people below it: a loss, "" that they are none, None nothing.

    "二、死亡人员" begins the lost, "一、在册人员" ends them;
    "（已去世）" under a name does neither.
    """
    filled = [at for at, cell in enumerate(cells) if not is_blank(cell)]
    if not filled or len(filled) > _FEW or filled[0] > header.columns[Field.NAME]:
        return None
    bare = drop_spaces(fold_width(as_text(cells[filled[0]])))
    if _ASIDE.fullmatch(bare):
        return None
    is_group = _OF_PEOPLE.search(bare) is not None
    lost = loss_over(bare.rstrip(":："))
    if not lost:
        return "" if is_group else None
    before = lost[: _LOST.search(lost).start()]  # type: ignore[union-attr]
    # "备注：王某已去世" and "王某已去世" name somebody.
    if _FOOTNOTE.match(bare) or not (is_group or _OF_NO_NAME.fullmatch(before)):
        return None
    return lost


def words_of_nobody(cells: list[Cell], kind: str, header: Header) -> str:
    """Words of a line without a person that are somebody's all the same, "" if there are none.

    Those are a loss, and what goes on from the row above: the rest of an address, another
    telephone number, more of a remark. A number of somebody's is told by its end.
    """
    if kind == "header_repeated":
        return ""
    texts = [tidy(as_text(cell)) for cell in cells if not is_blank(cell)]
    for text in texts:
        if loss_in(text):
            return text
        if is_whole_number(number := drop_spaces(fold_width(text)).upper()):
            return f"*{number[-4:]}"
    if len(texts) > _FEW or kind not in {"footer", "row_blank"}:
        return ""
    address = {at for at, _unit in header.address} | {header.columns.get(Field.ADDRESS)}
    phones = {header.columns[each] for each in _PHONES if each in header.columns}
    for at, cell in enumerate(cells):
        text = tidy(as_text(cell))
        if (
            (at in address and _DOOR.search(text))
            or (at in phones and read_phones(cell).numbers)
            or (at == header.columns.get(Field.REMARK) and _is_remark(text))
        ):
            return text
    return ""


def _is_remark(text: str) -> bool:
    return _HAN.search(text) is not None and not _OF_THE_FORM.search(text)
