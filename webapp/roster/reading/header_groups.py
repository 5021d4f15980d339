"""Titles under a common one: "联系人信息" over "电话" is a relative's, "电话" over "家属" too."""

import re

from webapp.roster.cells.cleaning import drop_spaces

_OTHERS = re.compile(
    "配偶|家属|亲属|亲友|子女|儿子|女儿|父亲|母亲|联系人|联络人|代领|代办|委托|监护|经办|走访|网格|负责|"
    "领款|邻居|户主|死亡|已故|亡故|死者"
)
# Who is paid; a dependant is a relative too.
_OWN = re.compile("本人|遗属|供养亲属|供养人员|退休|参保|待遇|领取|老人")
_OF_NOTHING = re.compile("(?:基本|个人|详细)*(?:信息|情况|资料|栏)$")
_LONGEST_GROUP = 12


def titles_under(group: str, title: str) -> list[str]:
    """What a title may mean together with the one over it: `联系人电话`, `家属电话`."""
    bare = _OF_NOTHING.sub("", drop_spaces(group)) or group
    return list(dict.fromkeys([group + title, bare + title, title + bare]))


def is_of_others(group: str, title: str) -> bool:
    """Whether columns under a common title are said of somebody else than the pensioner.

    A longer line, or one with a colon, stands over the whole sheet.
    """
    bare = drop_spaces(group)
    if not bare or len(bare) > _LONGEST_GROUP or ":" in bare or "：" in bare:
        return False
    return _OTHERS.search(bare) is not None and not _OWN.search(bare + title)
