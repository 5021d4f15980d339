"""Finds what a roster says of a person's death, custody or going away, of which no pay must go on.

A remark is taken clause by clause. In each what only sounds like a loss, what is denied and what
is told of somebody else is taken out; a sign that is left is a loss, unless something behind it
takes it back ("停发，已恢复"). Whatever stays in doubt is a loss: to look once more costs a click.
"""

import re
from functools import lru_cache

from webapp.roster.cells.cleaning import drop_spaces, fold_width
from webapp.roster.cells.names import in_usual_form
from webapp.roster.reading import loss_words as words

_MARKS = r"[，,。.;；、！!?？\n/|]+"
# Between digits they are part of a date or a number.
_CLAUSE = re.compile(rf"(?<![0-9]){_MARKS}|{_MARKS}(?![0-9])")


# A space that parts "已去世" from "是否停发：否".
_BEFORE_LABEL = re.compile(r"\s+(?=[^\s,;。、!?|/:：]{2,12}[:：])")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_KINDS = {
    "death": f"{words.DEATH}|{words.BURIAL}", "custody": words.CUSTODY, "missing": words.MISSING,
    "stopped": words.STOPPED, "gone": words.GONE, "fraud": words.FRAUD,
}  # fmt: skip
_RETIREE = {kind: _pattern(text) for kind, text in _KINDS.items()}
_DEPENDANT = {**_RETIREE, "stopped": _pattern(f"{words.STOPPED}|{words.DEPENDANT}")}
_OF_RETIREE = _pattern("|".join(_KINDS.values()))
_OF_DEPENDANT = _pattern("|".join([*_KINDS.values(), words.DEPENDANT]))
# What a relative can suffer instead; deceit is never theirs alone.
_BUT_DEATH = f"{words.CUSTODY}|{words.MISSING}|{words.STOPPED}|{words.GONE}"
_ANY = f"{words.DEATH}|{_BUT_DEATH}"

_HARMLESS = _pattern(words.HARMLESS)
_NEGATED = _pattern(f"{words.NO}(?:{_OF_RETIREE.pattern})|(?:{_OF_RETIREE.pattern}){words.DENIED}")
_ONCE = _pattern(f"{words.ONCE}(?:{_BUT_DEATH})")
_SAYS_NOBODY = re.compile(words.NOBODY)

# Between a relative and his loss stand only a name, times and causes: whoever reports, speaks of
# somebody else.
_BETWEEN = (
    rf"(?:[:：(]?(?:(?![说称讲告反表通报来电打联发证提陈述在被]|{_ANY})[\u4e00-\u9fff]){{2,3}}(?=[已于因)0-9]))?"
    r"(?:的?(?:待遇|养老金|退休金|工资|社保|户口|户籍))?"
    r"(?:诈骗|盗窃|吸毒|酒驾|醉驾|打架|贪污|受贿|意外|车祸|手术|出国|事故|早年|英年|远嫁|"
    r"[的嫁均也都已早先前后双于在因近现刚曾就为是系被仍又0-9〇一二三四五六七八九十年月日号底初份去今多以病不幸突然生患癌分别"
    r"相继全部上中旬正症肺肝胃肠胰脑心脏梗肿瘤晚期风尿毒瘫痪摔伤.()\-]){0,24}(?:(?:监狱|看守所)[内里中]?)?"
)
_OF_RELATIVE = _pattern(
    rf"(?:{words.SPOUSE_OR_PARENT})的?(?:丧葬|抚恤)[^,]*|(?:{words.RELATIVE}){_BETWEEN}(?:{_ANY})"
)
_OF_WORKER = _pattern(rf"(?:{words.RELATIVE}|职工|供养人|死者){_BETWEEN}(?:{_OF_RETIREE.pattern})")
_ABOUT_SELF = re.compile(words.SELF)
# "本人老伴" is the spouse; "夫妻均" and "女儿称母亲" are the person.
_OWN = re.compile(rf"(?:{words.SELF})的?(?={words.RELATIVE})")
# A pensioner is named for a hero whose family he or she is.
_OF_HERO = re.compile(r"(?:烈士|军人|军|职工|工亡)家属")
_PARENT = r"父亲|母亲|婆婆|公公|岳[父母]|爷爷|奶奶|姥[姥爷]|[父母爸妈]"
_COUPLE = re.compile(
    r"夫[妻妇]俩?(?=双|均|二|两|都|全)|两口子?|二老|老两口|"
    r"(?:(?:儿子|女儿|闺女|子女|儿女|儿媳|女婿|孙[子女]|家属)[^,]{0,6}?|^)"
    rf"[说称讲反告知诉报][^,]{{0,3}}?其?(?:{_PARENT})"
)
# Who goes along with relatives or is dead as they are, and whom the office asked.
_ALONG = re.compile(rf"(?:跟随|随|跟|与|和|同|及|联系|致电|询问|据)其?(?:{words.RELATIVE})")

_REVERSED = {kind: _pattern(text) for kind, text in words.REVERSALS.items()}
_NOT_REVERSED = _pattern(
    rf"(?:{words.NOT_YET}|{words.AT_THE_TIME}|(?:{words.RELATIVE}){_BETWEEN})"
    r"(?:健在|在世|恢复|释放|期满|出狱|找[到回]|联系上|回[国家来]|返回|转回|续发|见到)"
)

_OF_NO_PLACE = re.compile(
    r"去世|死亡|病故|已故|逝世|亡故|过世|离世|已火化|失踪|查无此[人户]|空挂|服刑|停发|已注销|销户|户口注销"
)

# What a column is called, or a remark begins with, and what stands behind it.
_LABELLED = re.compile(r"^(?P<label>[^:：]{1,20})[:：](?P<words>.*)$")
_OF_SPOUSE = re.compile(
    r"(?P<who>配偶|丈夫|妻子|老伴|爱人|父母|父亲|母亲|儿子|女儿|子女)(?:情况|状况|状态)?"
)
_OF_ANOTHER = re.compile(rf"{words.RELATIVE}|职工|供养|联系|证明|亲属|受益")
_YES = frozenset([
    "是", "有", "Y", "YES", "1", "√", "✓", "✔", "对", "真", "T", "TRUE", "已", "属实", "☑", "●",
    "○", "〇", "◯", "◎", "■", "★", "∨", "V",
])  # fmt: skip
DENIALS = frozenset([
    "否", "无", "不", "N", "NO", "0", "×", "X", "✗", "╳", "假", "F", "FALSE", "不在", "不是",
    "没有", "未", "/", "-", "不健在",
])  # fmt: skip
_ALIVE = _pattern(r"健在|在世|存活|生存|活着|alive")
_DIGIT = re.compile("[0-9]")
_NOT_ALIVE = re.compile(r"(?:不|非|未)(?:再)?(?:健在|在世|存活|生存)")


@lru_cache(maxsize=8192)
def loss_in(text: str, *, is_dependant: bool = False) -> str:
    """The clause that says that the person is lost, "" if none does.

    `text` are remarks, each of them perhaps behind the name of its column and a colon.
    """
    apart = _BEFORE_LABEL.sub(",", fold_width(text))
    whole = in_usual_form(drop_spaces(apart))
    told: list[str] = [clause for clause in _CLAUSE.split(whole) if clause]
    clauses = [_COUPLE.sub("本人", clause) for clause in told]
    signs = _OF_DEPENDANT if is_dependant else _OF_RETIREE
    if not any(signs.search(clause) or _ALIVE.search(clause) for clause in clauses):
        return ""
    for clause in clauses:
        if _says_plainly(clause, signs):
            return told[clauses.index(clause)]
    kept = [_without_others(clause, is_dependant=is_dependant) for clause in clauses]
    for kind, pattern in (_DEPENDANT if is_dependant else _RETIREE).items():
        at = _last_that_stays(kept, pattern, _REVERSED[kind])
        if at is not None:
            return told[at]
    return ""


def loss_in_place(text: str) -> str:
    """The clause of an address or a company's name that says that the person is lost.

    Only what can be part of neither counts: "死角", "监狱宿舍" and "香港路" are places.
    """
    return loss_in(text) if _OF_NO_PLACE.search(text) else ""


def _says_plainly(clause: str, signs: re.Pattern[str]) -> bool:
    """Whether a clause says it in a way that is told of nobody else and never taken back."""
    labelled = _LABELLED.match(clause)
    if labelled is not None:
        label, told = labelled["label"], labelled["words"]
        if told.upper() in DENIALS:
            return _ALIVE.search(label) is not None
        # "死亡时间：3月5日", "是否死亡：是".
        is_told = told.upper() in _YES or _DIGIT.search(told) is not None
        if is_told and signs.search(label) and not _OF_ANOTHER.search(label):
            return not _ALIVE.search(told)
        clause = told
    return _NOT_ALIVE.search(clause) is not None


def _without_others(clause: str, *, is_dependant: bool) -> str:
    """The clause without what only sounds like a loss, is denied, or is told of somebody else."""
    labelled = _LABELLED.match(clause)
    if labelled is not None:
        label, told = labelled["label"], labelled["words"]
        if told.upper() in DENIALS:
            return ""
        whose_column = _OF_SPOUSE.fullmatch(label)
        clause = f"{whose_column['who']}{told}" if whose_column else told
    nobody = _SAYS_NOBODY.search(clause)
    if nobody is not None:
        return nobody[0]
    rest = _ONCE.sub("_", _NEGATED.sub("_", _HARMLESS.sub("_", clause)))
    rest = _ALONG.sub("", _OWN.sub("", _OF_HERO.sub("本人", rest)))
    if _ABOUT_SELF.search(rest):
        return rest
    return (_OF_WORKER if is_dependant else _OF_RELATIVE).sub("某", rest)


def _last_that_stays(
    clauses: list[str], sign: re.Pattern[str], reversal: re.Pattern[str]
) -> int | None:  # fmt: skip
    """The number of the last clause with a sign, unless something behind it takes it back."""
    for at in range(len(clauses) - 1, -1, -1):
        ends = [found.end() for found in sign.finditer(clauses[at])]
        if ends:
            behind = [clauses[at][ends[-1] :], *clauses[at + 1 :]]
            is_back = any(reversal.search(_NOT_REVERSED.sub("_", each)) for each in behind)
            return None if is_back else at
    return None
