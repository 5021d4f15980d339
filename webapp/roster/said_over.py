"""What lines that hold no person say of people: losses over a list, words that are nobody's."""

import re

from webapp.roster.cleaning import Cell, as_text, drop_spaces, fold_width, is_blank, tidy
from webapp.roster.headers import Field, Header
from webapp.roster.losses import loss_in
from webapp.roster.numbers import is_whole_number
from webapp.roster.phones import read_phones

_LOST = re.compile(
    r"(?:死亡|已故|去世|病故|亡故|逝世|服刑|判刑|停发|停保|失踪|失联|火化|空挂|出国定居|境外定居|拘留|戒毒|终止|减员|注销|查无此人)(?:的|待遇|养老金)*"
    r"(?:企业)?(?:退休|离退休|养老|参保|领取)?(?:待遇)?(?:人员|老人|职工)?(?:信息|情况)?"
    r"(?:花名册|名册|名单|登记表|台账|明细表?|统计表?|汇总表?|表)?(?:\(.*\))?[0-9]*$"
)
_NOT_ALL = re.compile(r"含|非|未|不|除|无|家属|亲属|遗属|供养|配偶")
_DOOR = re.compile(r"号楼|单元|[0-9]室|[0-9]栋|[路街巷].*[0-9]号")
_OF_THE_FORM = re.compile(
    r"盖章|公章|签[字章名]|年.*月|第.*页|共.*[页人]|负责|填表|制表|审核|日期|空白|计$|书记|主任|社区|街道|"
    r"名单|名册|表$"
)
_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_FEW = 2
_PHONES = (Field.NUMBER, Field.PHONE, Field.PHONE_2, Field.PHONE_3)


def loss_over(text: str) -> str:
    """The name of a list or a sheet that holds none but the lost, "" for any other.

    "2026年死亡人员名单" is one; "已故职工遗属名单" and "退休人员名单（不含死亡）" are none.
    """
    bare = drop_spaces(fold_width(text))
    return bare if _LOST.search(bare) and not _NOT_ALL.search(bare) else ""


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
