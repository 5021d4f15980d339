"""The divisions of Zibo as the program is delivered: districts, functional zones, streets.

District codes are GB/T 2260; the names of streets follow the national list of 2023. The
functional zones act as districts without a code of their own, and administer streets that the
national list counts under a district.
"""

import hashlib
from dataclasses import dataclass

CITY = "淄博市"
CITY_CODE = "370300"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in WGS-84 degrees that holds a district."""

    west: float
    east: float
    south: float
    north: float


@dataclass(frozen=True, slots=True)
class District:
    """A district or county with its streets (街道) and towns (镇), without those words."""

    code: str
    name: str
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    box: Box

    def street_names(self) -> list[str]:
        """The full names, streets before towns."""
        return [f"{name}街道" for name in self.streets] + [f"{name}镇" for name in self.towns]


@dataclass(frozen=True, slots=True)
class Zone:
    """A functional zone: its names, and the districts in whose streets its people live."""

    name: str
    aliases: tuple[str, ...]
    within: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


DISTRICTS = (
    District("370303", "张店区", _words("车站 公园 湖田 和平 科苑 体育场 四宝山 马尚"),
             _words("南定 沣水 傅家 中埠 房镇"), Box(117.924, 118.202, 36.711, 36.915)),
    District("370302", "淄川区", _words("般阳路 松龄路 钟楼 将军路"),
             _words("昆仑 岭子 西河 龙泉 寨里 罗村 洪山 双杨 太河"),
             Box(117.691, 118.247, 36.374, 36.756)),
    District("370304", "博山区", _words("城东 城西 山头"),
             _words("域城 白塔 八陡 石马 源泉 池上 博山"), Box(117.717, 118.208, 36.274, 36.595)),
    District("370305", "临淄区", _words("闻韶 雪宫 辛店 稷下 齐陵"),
             _words("齐都 皇城 敬仲 朱台 金岭 凤凰 金山"), Box(118.107, 118.491, 36.644, 37.004)),
    District("370306", "周村区", _words("丝绸路 大街 青年路 永安 城北路"),
             _words("北郊 南郊 王村 萌水 商家"), Box(117.685, 117.973, 36.654, 36.894)),
    District("370321", "桓台县", _words("索镇 少海"),
             _words("起凤 田庄 荆家 马桥 新城 唐山 果里"), Box(117.837, 118.177, 36.863, 37.104)),
    District("370322", "高青县", _words("田镇 芦湖"),
             _words("青城 高城 黑里寨 唐坊 常家 花沟 木李"), Box(117.547, 118.067, 37.064, 37.284)),
    District("370323", "沂源县", _words("历山 南麻"),
             _words("鲁村 东里 悦庄 西里 大张庄 中庄 张家坡 燕崖 石桥 南鲁山"),
             Box(117.902, 118.522, 35.926, 36.394)),
)  # fmt: skip

ZONES = (
    Zone("高新区", _words("淄博高新区 高新技术产业开发区 淄博高新技术产业开发区 淄博市高新区"),
         ("张店区", "临淄区", "桓台县")),
    Zone("经开区", _words("淄博经开区 经济开发区 淄博经济开发区 淄博市经开区"),
         ("张店区", "周村区")),
    Zone("文昌湖区", _words("文昌湖 文昌湖旅游度假区 文昌湖省级旅游度假区 淄博文昌湖区"),
         ("周村区", "淄川区")),
)  # fmt: skip

# Names that letters and workbooks still use: (alias, district, street).
STREET_ALIASES = (
    ("杏园街道", "张店区", "湖田街道"),
    ("城东办", "博山区", "城东街道"),
    ("索镇", "桓台县", "索镇街道"),
    ("田镇", "高青县", "田镇街道"),
    ("金岭回族镇", "临淄区", "金岭镇"),
)

KNOWN_COMMUNITIES = {
    "科苑街道": _words("沁园 新华 福兴 潘庄"),
    "公园街道": _words("官庄"),
    "车站街道": _words("杏园"),
    "马尚街道": _words("世纪花园 九级"),
    "般阳路街道": _words("城里 柳泉"),
    "城东街道": _words("大街 后峪"),
    "闻韶街道": _words("遄台 晏婴"),
    "丝绸路街道": _words("前进 和平"),
    "索镇街道": _words("张桥"),
    "历山街道": _words("振兴"),
}

_TOWN_WORDS = _words("东 西 南 北 中 前 后 大 小 新")
_VILLAGE_FAMILIES = _words("王 李 张 刘 孙 于 高 孟 翟 邢 赵 徐 马 胡 许 宋 董 焦 罗 毕")
_URBAN_WORDS = _words(
    "兴学 人民 建设 和谐 幸福 利民 东苑 西苑 南苑 北苑 龙泉 柳园 荣华 安泰 金城 明珠 华光 "
    "兴隆 文化 绿园 阳光 滨湖 康乐 育才 丽景 长春 太平 齐园 春晖 银泰"
)


def communities_of(street: str) -> list[str]:
    """Eight to twelve community names for a street: those known, then plausible ones.

    The same street always gets the same names, so that loading again changes nothing.
    """
    seed = hashlib.sha256(street.encode()).digest()
    wanted = 8 + seed[0] % 5
    names = list(KNOWN_COMMUNITIES.get(street, ()))
    at = 1
    while len(names) < wanted:
        name = _plausible(street, seed[at % 32] + 7 * at, at)
        at += 1
        if name not in names:
            names.append(name)
    return [name if name.endswith("村") else f"{name}社区" for name in names]


def _plausible(street: str, number: int, turn: int) -> str:
    if street.endswith("街道"):
        return _URBAN_WORDS[number % len(_URBAN_WORDS)]
    family = _VILLAGE_FAMILIES[number % len(_VILLAGE_FAMILIES)]
    return f"{_TOWN_WORDS[(number + turn) % len(_TOWN_WORDS)]}{family}村"


def centre_of(district: str, street: str, community: str) -> tuple[float, float]:
    """A made-up centre for a community as (latitude, longitude), inside its district's box.

    It is for the demo city only; real centres are learned from good fixes.
    """
    box = next(item.box for item in DISTRICTS if item.name == district)
    of_street = hashlib.sha256(f"{district}{street}".encode()).digest()
    of_community = hashlib.sha256(f"{district}{street}{community}".encode()).digest()
    across = 0.2 + 0.6 * of_street[0] / 255 + 0.08 * (of_community[0] / 255 - 0.5)
    up = 0.2 + 0.6 * of_street[1] / 255 + 0.08 * (of_community[1] / 255 - 0.5)
    latitude = box.south + up * (box.north - box.south)
    return latitude, box.west + across * (box.east - box.west)
