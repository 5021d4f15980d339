"""Headers that say too little by themselves ("人员", "证号"): their cells tell what is meant."""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from webapp.roster.cells.cleaning import Cell, as_text, drop_spaces, fold_width
from webapp.roster.reading.header_words import Field

_NAMES = (
    "职工 人员 退休人员 退休职工 离退休人员 企业退休人员 退管人员 老人 老年人 待遇人员 遗属 "
    "领取人 领取人员 待遇领取人 待遇领取人员 参保人 参保人员 供养亲属 认证人 认证对象 被认证人 本人"
)
_NUMBERS = "证号 号码 证件 证件信息 身份 身份信息"
BARE: Mapping[str, Field] = MappingProxyType(
    dict.fromkeys(_NAMES.split(), Field.NAME) | dict.fromkeys(_NUMBERS.split(), Field.NUMBER)
)

_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:[·•.．][\u3400-\u9fff]{1,8})+")
_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")
_NOTE = re.compile(r"[(（].*[)）]$")
# Words of a register that have the form of a name.
_REGISTER_WORDS = (
    "在职 退休 离休 退职 内退 病退 离退休 退休人员 退休职工 遗属 供养 供养亲属 企业 机关 事业 "
    "职工 居民 工人 干部 正常 健在 在世 生存 死亡 已故 去世 暂停 停发 合计 总计 小计 本人 父亲 "
    "母亲 配偶 子女 其他"
)
_NOT_NAMES = frozenset(_REGISTER_WORDS.split())
_BELIEVED = 0.6


def settle(columns: dict[Field, int], texts: Iterable[str], below: list[list[Cell]]) -> list[int]:
    """Give columns with a bare header their meaning where no other column has it.

    `below` are the first rows under the header. Returns the columns that were settled.
    """
    settled = []
    for column, text in enumerate(texts):
        field = BARE.get(text)
        if field is None or field in columns or column in columns.values():
            continue
        cells = [row[column] for row in below if column < len(row)]
        if _LOOKS[field]([told for cell in cells if (told := drop_spaces(as_text(cell)))]):
            columns[field] = column
            settled.append(column)
    return settled


def _look_like_names(cells: list[str]) -> bool:
    """Most are names by their form, and they are no few words that repeat."""
    names = [bare for cell in cells if (bare := _NOTE.sub("", cell)) not in _NOT_NAMES
             and _NAME.fullmatch(bare)]  # fmt: skip
    return bool(names) and len(names) >= _BELIEVED * len(cells) and 2 * len(set(names)) > len(names)


def _look_like_numbers(cells: list[str]) -> bool:
    numbers = [cell for cell in cells if _NUMBER.fullmatch(fold_width(cell).strip("'`’"))]
    return bool(numbers) and len(numbers) >= _BELIEVED * len(cells)


_LOOKS: Mapping[Field, Callable[[list[str]], bool]] = MappingProxyType(
    {Field.NAME: _look_like_names, Field.NUMBER: _look_like_numbers}
)
