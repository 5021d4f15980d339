"""Words by which a roster says that somebody is no longer to be paid: dead, in custody, gone.

Read are clauses, so that "配偶已去世，本人健在" loses nobody and "随子女居住，已去世" does.
"""

import re
from functools import lru_cache

from webapp.roster.cleaning import drop_spaces, fold_width
from webapp.roster.names import in_usual_form

_DEATH = (
    r"死亡|死|亡|去世|去逝|逝世|辞世|过世|离世|谢世|逝去|仙逝|病逝|病故|身故|亡故|已故|已逝|故去|"
    r"作古|殁|卒于|病卒|已卒|离开人世|驾鹤|仙去|寿终|过逝|病世|[己巳]故|^故(?=\(|$)|"
    r"^(?:老?人)?(?:已经?)?(?:不在了|没了|没有了|没|走|不在)$|人没了|"
    r"不在世|不在人世|人已?不在|已经?不在|老人不在|(?<![搬接带领出送])走了|火化|火葬|土葬|下葬|出殡|"
    r"安葬|销户|户口注销|注销户口|"
    r"deceased|died|dead|death|passedaway"
)
_CUSTODY = (
    r"服刑|判刑|刑拘|拘留|羁押|在押|收监|监禁|入狱|坐牢|监狱|看守所|逮捕|劳改|劳教|强戒|强制戒毒|"
    r"徒刑|坐监|蹲监|被捕|被抓(?!伤|拍|破)|通缉|"
    r"imprison|inprison|injail|custody"
)
# What is said of nobody else, and begins with a "no" of its own.
_NOBODY = (
    r"查无此?人|查无该人|^查无$|无此人|没有此人|无该人|没有?[这该]个?人|查不到[此该这]?个?人|"
    r"找不到[此该]人|不认识[此该这]个?人|无人认识"
)
_MISSING = rf"{_NOBODY}|失踪|下落不明|走失|杳无音|宣告死亡|missing"
_STOPPED = (
    r"停发|停保|停领|停付|停止(?:发放|享受|领取|待遇|支付)|暂停|缓发|止付|待遇停|已停|停待遇|"
    r"停养老金|停了|^停$|"
    r"(?:待遇|养老金|退休金|工资|补助|发放|抚恤金?|生活费)[^,]{0,5}停|"
    r"终止|注销|退保|减员|退管终止|取消(?:待遇|资格|领取|享受)|丧失(?!劳动|行动|语言|听力|视力|"
    r"生活|自理|意识|记忆|能力)|"
    r"不再(?:享受|领取|发放|符合)|不符合|不享受|冒领|骗领|重复领|重复享受|多领|一次性(?:领取|"
    r"结清|支付|待遇)|清退|除名|"
    r"stopped|suspended|terminated"
)
_GONE = (
    r"(?:已|关系|待遇|社保|保险|养老|档案|转移)[^,]{0,4}(?:转出|转往|转走|转至|转到|转移至|迁往)|"
    r"转出|"
    r"[定移]居(?:到|在|于)?(?:国外|境外|海外|美国|加拿大|澳大利亚|澳洲|英国|日本|韩国|新西兰|德国|"
    r"法国|新加坡)|"
    r"出国定居|国外定居|境外定居|国\(境\)外定居|移居国外|移民|入外国?籍|加入[^,]{1,5}国?籍|"
    r"退出国籍|丧失国籍|emigrat"
)
_DEPENDANT = r"再婚|改嫁|再嫁|被收养|已就业|参加工作|年满|已满|达龄|超龄|成年"
# Whose burial was paid for is dead; behind a dependant it is the worker.
_BURIAL = r"(?:领取?|申领|发放|支付)了?[^,]{0,4}丧葬|丧葬[^,]{0,8}(?:已|领|发放|支付|结清)"
_ANY = f"{_DEATH}|{_CUSTODY}|{_MISSING}|{_STOPPED}|{_GONE}"
_LOSS = re.compile(f"{_ANY}|{_BURIAL}", re.IGNORECASE)
_LOSS_OF_DEPENDANT = re.compile(f"{_ANY}|{_DEPENDANT}", re.IGNORECASE)
_CLAUSE = re.compile(r"[，,。.;；、！!\n/|]+(?![0-9])")
# Words that hold a sign without meaning it.
_HARMLESS = re.compile(
    r"死者家属|死心|死板|半死|装死|致死|险些丧|阵亡(?:军人)?(?:家属|遗属)|伤亡|亡灵|死角|"
    r"生死不?(?:相|与)|"
    r"(?:已故|亡故|病故|死亡|去世|工亡)的?(?:职工|工人|干部|人员|军人|教师|退休)[^,]*"
    r"(?:遗属|配偶|[妻夫子女母父]|亲属|家属|供养)|亡(?:[夫妻父母者]|故职工)|丧偶|工亡遗属|"
    r"死亡(?:证明|日期|时间|原因)?[:：]?(?:无|否|/|-|—)+$|"
    r"(?:监狱|看守所|火化场|殡仪馆)(?:退休|宿舍|家属|职工|工作|干警|警察|院|小区|旁|附近)|"
    r"(?:刑满|已|期满)释放|恢复(?:发放|待遇)|死里逃生|服刑(?:期|已)+满|不再服刑|"
    r"已停(?:药|业|产|水|电|用|工|职|车|机)|注销(?:了?电话|手机|号码|银行卡|卡)|"
    r"(?:电话|手机|号码?|微信|卡)(?:已|被)*(?:停机|注销|暂停|停了)|"
    r"(?:单位|企业|公司|厂子?)(?:已|被|于|破产|[0-9年月])*注销|"
    r"(?:听力|听觉|视力|视觉|语言|记忆|意识|知觉|能力)[^,]{0,4}丧失"
)
_NO = (
    r"(?:未|没有|没|无|并未|尚未|不是|非|不存在|暂无|不曾|排除)"
    r"(?:发现|有|见|被|曾|已|办理|出现|予)?"
)
_NEGATED = re.compile(rf"{_NO}(?:{_LOSS.pattern})", re.IGNORECASE)
_SAYS_NOBODY = re.compile(_NOBODY)
_RELATIVE = (
    r"配偶|丈夫|妻子|老伴儿?|爱人|老公|媳妇|前[夫妻]|父母|父亲|母亲|爸爸|妈妈|公婆|岳父|岳母|公公|婆婆|儿子|女儿|儿女|"
    r"子女|长子|次子|三子|"
    r"长女|次女|独子|独女|孩子|其[子女夫妻父母]|哥哥|弟弟|姐姐|妹妹|兄弟|姐妹|兄长|女婿|儿媳|"
    r"外?孙[子女]|[哥兄]嫂|嫂子|姐夫|妹夫|弟媳|监护人|"
    r"亲属|家属|户主|联系人|邻居|"
    r"(?<![\u4e00-\u9fff])[夫妻父母子女]"
)
# Between a relative and his loss stand only a name, times and causes: whoever reports, speaks of
# somebody else.
_BETWEEN = (
    r"(?:[:：(]?(?:(?![说称讲告反表通报来电打联发证提陈述])[\u4e00-\u9fff]){2,3}(?=[已于因)0-9]))?"
    r"[的均也都已早先前后双于在因近现刚曾就为是系被仍又0-9〇一二三四五六七八九十年月日号底初份去今多以病意外不幸突然生车祸患癌分别"
    r"相继全部上中旬正症肺肝胃肠胰脑心脏梗肿瘤晚期风尿毒瘫痪摔伤.()\-]{0,24}(?:(?:监狱|看守所)[内里中]?)?"
)
_OF_RELATIVE = re.compile(rf"(?:{_RELATIVE})(?:的?丧葬|{_BETWEEN}(?:{_ANY}))", re.IGNORECASE)
_OF_WORKER = re.compile(
    rf"(?:{_RELATIVE}|职工|供养人|死者){_BETWEEN}(?:{_LOSS.pattern})", re.IGNORECASE
)
_SELF = r"本人|其人|该人|此人|老人|当事人|待遇人|退休人员|遗属|参保人"
_ABOUT_SELF = re.compile(_SELF)
# "本人老伴" is the spouse; "夫妻均" and "女儿称母亲" are the person.
_OWN = re.compile(rf"(?:{_SELF})的?(?={_RELATIVE})")
_COUPLE = re.compile(
    r"夫[妻妇](?=双|均|二|两|俩|都|全)|两口子?|二老|"
    r"(?:儿子|女儿|子女|儿女|儿媳|女婿|孙[子女]|家属)[^,]{0,6}?[说称讲反告知诉报][^,]{0,3}?其?(?:父亲|母亲|婆婆|公公|岳[父母]|爷爷|"
    r"奶奶|姥[姥爷]|[父母爸妈])"
)
# Who goes along with relatives, or is dead as they are.
_ALONG = re.compile(rf"(?:跟随|随|跟|与|和|同|及)其?(?:{_RELATIVE})")
# What a column is called, or a remark begins with, and what stands behind it.
_LABELLED = re.compile(r"^(?P<label>[^:：]{1,20})[:：](?P<words>.*)$")
_OF_SPOUSE = re.compile(
    r"(?P<who>配偶|丈夫|妻子|老伴|爱人|父母|父亲|母亲|儿子|女儿|子女)(?:情况|状况|状态)?"
)
_OF_ANOTHER = re.compile(rf"{_RELATIVE}|职工|供养|联系|证明|亲属")
_YES = frozenset([
    "是", "有", "Y", "YES", "1", "√", "✓", "✔", "对", "真", "T", "TRUE", "已", "属实", "☑", "●",
])  # fmt: skip
_NOT = frozenset([
    "否", "无", "不", "N", "NO", "0", "×", "X", "✗", "╳", "假", "F", "FALSE", "不在", "不是",
    "没有", "未", "/", "-", "不健在",
])  # fmt: skip
_ALIVE = re.compile(r"健在|在世|存活|生存|活着|alive", re.IGNORECASE)
_DIGIT = re.compile("[0-9]")
_NOT_ALIVE = re.compile(r"(?:不|非|未)(?:再)?(?:健在|在世|存活|生存)")


@lru_cache(maxsize=8192)
def loss_in(text: str, *, is_dependant: bool = False) -> str:
    """The clause that says that the person is lost, "" if none does.

    `text` are remarks, each of them perhaps behind the name of its column and a colon.
    """
    bare = in_usual_form(drop_spaces(fold_width(text)))
    pattern = _LOSS_OF_DEPENDANT if is_dependant else _LOSS
    if not pattern.search(bare) and not _ALIVE.search(bare):
        return ""
    whose = _OF_WORKER if is_dependant else _OF_RELATIVE
    for clause in _CLAUSE.split(bare):
        if clause and _says_loss(clause, pattern, whose):
            return clause
    return ""


def _says_loss(clause: str, pattern: re.Pattern[str], whose: re.Pattern[str]) -> bool:
    labelled = _LABELLED.match(clause)
    if labelled is not None:
        label, words = labelled["label"], labelled["words"]
        if words.upper() in _NOT:
            return _ALIVE.search(label) is not None
        # "死亡时间：3月5日", "是否死亡：是".
        is_told = words.upper() in _YES or _DIGIT.search(words) is not None
        if is_told and pattern.search(label) and not _OF_ANOTHER.search(label):
            return not _ALIVE.search(words)
        whose_column = _OF_SPOUSE.fullmatch(label)
        clause = f"{whose_column['who']}{words}" if whose_column else words
    if _NOT_ALIVE.search(clause):
        return True
    if _SAYS_NOBODY.search(clause):
        return True
    rest = _NEGATED.sub("", _HARMLESS.sub("", clause))
    rest = _COUPLE.sub("本人", _ALONG.sub("", _OWN.sub("", rest)))
    if not _ABOUT_SELF.search(rest):
        rest = whose.sub("某", rest)
    return pattern.search(rest) is not None
