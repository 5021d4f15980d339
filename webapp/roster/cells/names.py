"""Names: what may be tidied silently, what is flagged, and when two spellings may be one name."""

import re
import unicodedata
from typing import NamedTuple

from webapp.roster.cells.cleaning import NONE_WORDS, fold_width, tidy

LONGEST = 100
_PLAIN = re.compile(r"[\u4e00-\u9fa5]{2,4}")
_NOTE = re.compile(r"^(.*?)\s*[(（\[【〔<《]\s*([^)）\]】〕>》]*)[)）\]】〕>》]?\s*(.*)$")
_DEATH = re.compile(
    r"故|亡|死|去世|逝|过世|离世|辞世|不在世|不在了|走了|殁|卒|火化|deceased|dead",
    re.IGNORECASE,
)
_BARE_DEATH = re.compile(
    r"^(.{2,}?)[\s,，、;；:：-]*(已故|已亡|死亡|已死亡|去世|已去世|病故|已病故|亡故|过世|已过世|离世|已离世|去逝|已去逝|逝世|已逝)$"
)
# No name begins or ends like these.
_LOST_BESIDE = re.compile(
    r"^[故亡殁死][\u3400-\u9fff]{2}|[\u3400-\u9fff]{2}(?:[已己巳以]?[故亡殁死]|停发|停保|走失|失踪|失联|服刑|判刑|"
    r"注销|火化|[已己巳以]?(?:[逝去过离辞]世))[0-9.·年月日]*$"
)
_SEPARATORS = re.compile(r"\s*[•・‧∙⋅●﹒．.᛫⸱･]\s*")
_PLACEHOLDER = re.compile(r"[?？□■◇○�*＊]|[A-Za-z]?X{2,}")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SPACE = re.compile(r"\s+")

# Characters that older GB 18030 put into the private use area, where Unicode has its own now.
_MAPPED_PRIVATE = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5,
    0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F,
    0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip

# Traditional or variant forms of characters that are frequent in names, and their usual form.
_TRADITIONAL = dict(
    zip(
        "劉張陳楊黃趙吳孫馬羅鄭謝馮蕭鄧許傅蔣閻葉盧蘇呂賈範鄒陸韓廖譚賴龍萬錢湯嚴"
        "顧龔賀龐顏莊駱瓊蘭鳳華蓮雲愛國軍偉強東寶貴義榮興慶學貞節順發劍鋼鐵銀錦鵬飛鴻"
        "麗豔艷靜潔玲寧紅緒綠維綱紀純線紹繼績縣總聯聰聖實賓賢質贊贛運達遠選遷鄉醫釋鈞"
        "鉅銘銳鋒鎮鏡鐘鑄鑫長門開閏間關陽陰陝際隨險隱雙雞離難電靈韋響頂項順須預領頭題願"
        "顯風馴駿驕驗體魯鮑鮮鳴鶴麥齊齡壽師帥帶幫歲島嶽廣廟廠應庫後從復德忠憲懷戀戰戲"
        "擇擔據擴攝數斷時晉暉曉曄書會朝機條業極構標樂樓樸樹橋權歡歷歸殘殼氣決況沖泝洩淚"
        "淵淺渾溫滬漢漸潤濟瀾灣災為烏煥燁熱燈爾牆狀獨獲獻瑋瑤環瓏產畢畫異當癡發皺盜監盤"
        "眾睏矚礎祿禎福禮禪秋種稱穀積穩窩窮競筆節築簡簽糧紋納級紙紅細終組結給絡統絲經緯"
        "練縫績織繡罰羅習肅膽臨舉舊艦藝蘆薩藍虛號蟲衛衝補裝裡製見規視親覺觀觸訂計訊記訓"
        "設許訴詞詠試詩誠話詳認語說誼調談請論諸謀謙講證識譜護讓豐貝負財貢貨責貫費賀貿資"
        "賞賽贈趕躍車軌軒軟較載輕輝輩輪輯輸轉轟辦辭農這連進遊過適遲郵釀鈴鉛銅銜鋁錄錢鍵鎖",
        "刘张陈杨黄赵吴孙马罗郑谢冯萧邓许傅蒋阎叶卢苏吕贾范邹陆韩廖谭赖龙万钱汤严"
        "顾龚贺庞颜庄骆琼兰凤华莲云爱国军伟强东宝贵义荣兴庆学贞节顺发剑钢铁银锦鹏飞鸿"
        "丽艳艳静洁玲宁红绪绿维纲纪纯线绍继绩县总联聪圣实宾贤质赞赣运达远选迁乡医释钧"
        "钜铭锐锋镇镜钟铸鑫长门开闰间关阳阴陕际随险隐双鸡离难电灵韦响顶项顺须预领头题愿"
        "显风驯骏骄验体鲁鲍鲜鸣鹤麦齐龄寿师帅带帮岁岛岳广庙厂应库后从复德忠宪怀恋战戏"
        "择担据扩摄数断时晋晖晓晔书会朝机条业极构标乐楼朴树桥权欢历归残壳气决况冲溯泄泪"
        "渊浅浑温沪汉渐润济澜湾灾为乌焕烨热灯尔墙状独获献玮瑶环珑产毕画异当痴发皱盗监盘"
        "众困瞩础禄祯福礼禅秋种称谷积稳窝穷竞笔节筑简签粮纹纳级纸红细终组结给络统丝经纬"
        "练缝绩织绣罚罗习肃胆临举旧舰艺芦萨蓝虚号虫卫冲补装里制见规视亲觉观触订计讯记训"
        "设许诉词咏试诗诚话详认语说谊调谈请论诸谋谦讲证识谱护让丰贝负财贡货责贯费贺贸资"
        "赏赛赠赶跃车轨轩软较载轻辉辈轮辑输转轰办辞农这连进游过适迟邮酿铃铅铜衔铝录钱键锁",
        strict=True,
    )
)
_TRADITIONAL = {old: new for old, new in _TRADITIONAL.items() if old != new}
OLD_FORMS = frozenset(_TRADITIONAL)
_USUAL = str.maketrans(
    _TRADITIONAL
    | dict(
        zip(
            "歿獄註銷喪勞蹤戶無該過離遺拋屬繫係國緩領",
            "殁狱注销丧劳踪户无该过离遗抛属系系国缓领",
            strict=True,
        )
    )
)
# Spellings that registers mix although both are good characters.
_VARIANTS = str.maketrans(
    _TRADITIONAL
    | dict(zip("肖闫付戴邱龑淼喆彧濬昇陞崐惪珎婣", "萧阎傅代丘䶮渺哲郁浚升升昆德珍姻", strict=True))
)


class NameReading(NamedTuple):
    """The name to store and what was found; `note` is what stood beside it in brackets."""

    name: str
    codes: tuple[str, ...] = ()
    note: str = ""


# Two people in one cell; a name that was wrapped into two such halves is worth a look as well.
_TWO_NAMES = re.compile(
    r"\s*[\u4e00-\u9fff]{2,4}(?:\s*[\r\n、,，;；/&+]\s*[\u4e00-\u9fff]{2,4})+\s*"
)


def read_name(raw: str) -> NameReading:
    """Reads a name cell; code points are counted, rare characters and long names are welcome."""
    if _PLAIN.fullmatch(raw) and OLD_FORMS.isdisjoint(raw):
        return NameReading(raw) if len(raw) < 4 else _noted(raw)
    codes = ["names_two"] if _TWO_NAMES.fullmatch(raw) else []
    text = tidy(raw.replace("\u3000", " "))
    folded = fold_width(text)
    if not folded or folded in NONE_WORDS:
        return NameReading("", ("name_missing",))
    return _finish(folded, raw, codes)


def _noted(text: str) -> NameReading:
    found = _BARE_DEATH.match(text)
    if found is None:
        return NameReading(text)
    return NameReading(found[1], ("name_death_note",), found[2])


def _finish(text: str, raw: str, codes: list[str]) -> NameReading:
    name, note = _split_note(text)
    if not note and (found := _BARE_DEATH.match(_without_spaces(name))):
        name, note = found[1], found[2]
    if note:
        codes.append("name_death_note" if _DEATH.search(note) else "name_note")
    spaced = _SEPARATORS.sub("·", name)
    if spaced != name:
        codes.append("name_separator")
    joined = _without_spaces(spaced)
    if joined != spaced or raw != raw.strip() or tidy(raw) != raw.strip():
        codes.append("name_spaces")
    if fold_width(raw.replace("\u3000", " ")) != raw.replace("\u3000", " ") and not note:
        codes.append("name_full_width")
    name = _map_private(joined, codes)
    if _PLACEHOLDER.search(name) or _PRIVATE.search(name):
        codes.append("name_placeholder")
    if not OLD_FORMS.isdisjoint(name):
        codes.append("name_traditional")
    if name in NONE_WORDS:
        name = ""
    if not name or len(name) > LONGEST:
        codes.append("name_missing")
    return NameReading(name[:LONGEST], tuple(dict.fromkeys(codes)), note)


def _split_note(text: str) -> tuple[str, str]:
    if found := _NOTE.match(text):
        # What is left may hold another note, as in "（补）王某（亡）".
        name, further = _split_note((found[1] + found[3]).strip())
        return name, " ".join(filter(None, (found[2].strip() or "?", further)))
    if found := _BARE_DEATH.match(text):
        return found[1], found[2]
    return text, ""


def _without_spaces(name: str) -> str:
    """Spaces inside a Chinese name are layout; between Latin words they belong to the name."""
    return _SPACE.sub("", name) if _HAN.search(name) else _SPACE.sub(" ", name).strip()


def _map_private(name: str, codes: list[str]) -> str:
    mapped = name.translate(_MAPPED_PRIVATE)
    if mapped != name:
        codes.append("name_placeholder")
    return unicodedata.normalize("NFC", mapped)


def in_usual_form(text: str) -> str:
    """The text with the usual form of traditional characters, to look for words in it."""
    return text.translate(_USUAL)


def loss_beside(name: str) -> str:
    """A name with what says a loss before or behind it, without brackets: "故王芳"; else ""."""
    return name if _LOST_BESIDE.search(name) else ""


def softly_same(one: str, other: str) -> bool:
    """Whether the two may be one name: variant forms, or a placeholder for one character."""
    left, right = one.translate(_VARIANTS), other.translate(_VARIANTS)
    if left == right:
        return True
    if len(left) != len(right):
        return False
    return all(a == b or _unclear(a) or _unclear(b) for a, b in zip(left, right, strict=True))


def is_unclear(name: str) -> bool:
    """Whether a character of the name is missing or a placeholder."""
    return any(_unclear(character) for character in name)


def _unclear(character: str) -> bool:
    return character in "?？□■◇○�*＊" or bool(_PRIVATE.match(character))
