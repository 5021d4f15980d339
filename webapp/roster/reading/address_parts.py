"""An address that a sheet spreads over several columns: which columns, and how they are joined."""

import re
from collections.abc import Iterable

from webapp.roster.cells.cleaning import NONE_WORDS, Cell, as_text, tidy

# What a column holds, and the word that a bare number in it is lacking.
_UNITS = {
    "": "小区 小区名 居民小区 住宅小区 楼盘 院落 小区院落 宿舍 宿舍区 家属院 路 街 道路 街路 "
        "路街 街巷 路名 "
        "巷 胡同 自然村 村庄 庄 片区 详细位置 具体位置 位置 小区或村",
    "号楼": "楼 楼号 号楼 楼栋 楼栋号 楼房 楼座 楼座号 楼宇 楼幢 楼幢号 大楼 楼牌号 几号楼",
    "栋": "栋 栋号", "幢": "幢 幢号", "座": "座 座号",
    "单元": "单元 单元号 门洞 门洞号 几单元", "层": "层 楼层 层数 层号",
    "室": "室 室号 房 房号 房间 房间号 房屋号 房门号 门号 房屋号码 门户号", "户": "户 户号",
    "号": "门牌 门牌号 门牌号码 号 院号 号数",
    "组": "组 小组 村民小组 居民小组 组号", "队": "队 生产队",
}  # fmt: skip
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_BEFORE = re.compile(r"^(?:现|家庭|居住地?|所在|住宅|住址|地址|常住|详细|现居|现住)+的?")
_AFTER = re.compile(r"(?:名称|编号)$")
# A number, a letter or a direction that means nothing without its unit.
_BARE = re.compile(
    r"[0-9]{1,5}[A-Za-z]?|[A-Za-z][0-9]{0,4}|[一二三四五六七八九十]{1,3}|[东西南北中]{1,2}"
)
_PIECE = re.compile(
    r"[0-9A-Za-z]{1,5}[#＃-]?|.{0,30}(?:[号楼栋幢座层室户院区园苑村庄路街巷组队里排间片]|单元|宿舍|胡同)"
)
_DIGIT = re.compile(r"[0-9A-Za-z]")
_STROKE = "[-—–－#]"
_SHORTHAND = re.compile(rf"[0-9]+[A-Za-z]?(?:{_STROKE}[0-9]+[A-Za-z]?)+")
_SAID_AS = {
    "号楼": "号楼|号|#|栋|幢|座|楼", "栋": "栋|号楼|幢|#", "幢": "幢|号楼|栋|#", "座": "座|号楼",
    "室": "室|户|号?$", "户": "户|室|号?$", "号": "号|$",
}  # fmt: skip
# A piece that is shorter may stand in an address by chance.
_TELLING = 3


def unit_of(header: str) -> str | None:
    """The unit of a column of addresses, "" for one without, None for any other column."""
    bare = _AFTER.sub("", header)
    found = _UNIT_OF.get(bare)
    return found if found is not None else _UNIT_OF.get(_BEFORE.sub("", bare))


def looks_like_pieces(cells: Iterable[Cell]) -> bool:
    """Whether cells without a header go on with the address at their left."""
    texts = [text for cell in cells if (text := tidy(as_text(cell)))]
    return bool(texts) and all(_PIECE.fullmatch(text) for text in texts)


def join_address(pieces: Iterable[tuple[str, str]], whole: str = "") -> str:
    """Join pieces, each with its unit, in their order; a piece that `whole` says is not repeated.

    `whole` is the text of a column of whole addresses, which is one of the pieces.
    """
    joined = ""
    for text, unit in pieces:
        piece = _with_unit(text, unit)
        if not piece or (piece != whole and whole and _is_said(piece, unit, whole)):
            continue
        gap = "-" if joined and _DIGIT.match(joined[-1]) and _DIGIT.match(piece) else ""
        joined += gap + piece
    return joined


def _with_unit(text: str, unit: str) -> str:
    if text in NONE_WORDS:
        return ""
    if unit and _BARE.fullmatch(text):
        return text + unit
    if text.endswith("号") and unit.startswith("号"):
        return text + unit[1:]
    return text


def _is_said(piece: str, unit: str, whole: str) -> bool:
    """Whether an address says a piece already, perhaps in other words: `12#`, `12-3-502`."""
    number = re.match(r"[0-9]+[A-Za-z]?(?![0-9])", piece)
    if number is None:
        return len(piece) >= _TELLING and piece in whole
    short = (part for found in _SHORTHAND.findall(whole) for part in re.split(_STROKE, found))
    if number[0] in short:
        return True
    words = _SAID_AS.get(unit, re.escape(piece[number.end() :]) or "$")
    return re.search(rf"(?<![0-9A-Za-z]){number[0]}(?:{words})", whole) is not None
