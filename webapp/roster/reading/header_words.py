"""What each column of a roster is called in the workbooks that offices send."""

import re
from enum import StrEnum


class Field(StrEnum):
    """What a column of a roster can hold."""

    SERIAL = "serial"
    NAME = "name"
    NUMBER = "number"
    DOC_TYPE = "doc_type"
    SEX = "sex"
    BIRTH = "birth"
    CATEGORY = "category"
    STATUS = "status"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    ADDRESS = "address"
    PHONE = "phone"
    PHONE_2 = "phone_2"
    PHONE_3 = "phone_3"
    CONTACT = "contact"
    CONTACT_RELATION = "contact_relation"
    CONTACT_PHONE = "contact_phone"
    EMPLOYER = "employer"
    DECEASED_NAME = "deceased_name"
    DECEASED_NUMBER = "deceased_number"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    DATUM = "datum"
    CERTIFIED_ON = "certified_on"
    DIED_ON = "died_on"
    REMARK = "remark"
    IGNORED = "ignored"


_WORDS: dict[Field, str] = {
    Field.SERIAL: ("序号 编号 序 NO 行号 顺序号 序列号 排序 行次 № 顺序"),
    Field.NAME: (
        "姓名 名字 人员姓名 退休人员姓名 离退休人员姓名 领取人姓名 待遇领取人姓名 "
        "领取人员姓名 参保人姓名 职工姓名 本人姓名 遗属姓名 供养人姓名 供养亲属姓名 "
        "被供养人姓名 AAC003 NAME 老人姓名 认证人姓名 姓名全称 待遇人员姓名 "
        "老年人姓名 退休老人姓名 领待人员姓名 养老待遇领取人姓名 待遇享受人姓名 "
        "居民姓名 人员名称 领取养老金人员姓名 退休人员名字 社会化管理人员姓名 "
        "退管人员姓名 享受供养待遇人员姓名 供养遗属姓名"
    ),
    Field.NUMBER: (
        "公民身份号码 公民身份证号码 公民身份证号 身份证号码 身份证号 身份证 "
        "居民身份证号码 居民身份证号 证件号码 证件号 身份号码 社会保障号码 社会保障号 "
        "社保号 社会保障卡号码 社保卡号 有效证件号码 证件编号 身份证件号码 身份证件号 "
        "AAC002 ID IDCARD IDNUMBER 本人身份证号 本人身份证号码 遗属身份证号 "
        "遗属身份证号码 供养亲属身份证号 供养亲属身份证号码 退休人员身份证号 "
        "领取人身份证号 领取人身份证号码 个人身份证号 IDNO IDCARDNO "
        "身份证编号 身份证ID"
    ),
    Field.DOC_TYPE: "证件类型 证件种类 身份证件类型",
    Field.SEX: "性别 AAC004 SEX GENDER 男女",
    Field.BIRTH: (
        "出生日期 出生年月日 出生年月 出生时间 生日 AAC006 出生 BIRTH BIRTHDAY BIRTHDATE "
        "出生日 身份证出生日期 身份证出生年月"
    ),
    Field.CATEGORY: (
        "人员类别 人员类型 类别 待遇类别 待遇类型 待遇种类 享受待遇类别 离退休类别 "
        "供养亲属标志 AAC063 AIC161 人员性质 退休类别 身份类别 类型 退休遗属 TYPE CATEGORY "
        "人员分类 待遇人员类别 退休类型 养老待遇类别 领取类别 待遇领取类别"
    ),
    Field.STATUS: (
        "待遇状态 发放状态 待遇发放状态 人员状态 AAE116 状态 生存状态 "
        "养老待遇状态 养老金状态 养老金发放状态 待遇领取状态 领取状态 发放状况 "
        "生存状况 人员当前状态"
    ),
    Field.DISTRICT: (
        "区县 县区 所属区县 所在区县 区 县 居住区县 县市区 区市县 行政区 所属县区 所在县区 "
        "管理区县 DISTRICT"
    ),
    Field.STREET: (
        "街道乡镇 乡镇街道 街道 乡镇 镇街道 镇街 镇办 所属街道 所在街道 街道办事处 "
        "街道镇 镇 所属镇办 居住街道 街道办 所属乡镇 街镇 所属街道乡镇 乡镇办 STREET TOWN "
        "街办 街道镇办 镇街名称 办事处 所属办事处 所在办事处 乡镇办事处"
    ),
    Field.COMMUNITY: (
        "社区村居 社区村 村居社区 社区 村居 所属社区 所在社区 居委会 村社区 社区居委会 "
        "村居委会 居村委会 居住社区 社区名称 村委会 所属村居 社区居村 COMMUNITY VILLAGE "
        "居委 社区居委 行政村 居民委员会 村民委员会 社区居委会名称"
    ),
    Field.ADDRESS: (
        "家庭住址 住址 家庭地址 地址 居住地址 现居住地 现住址 居住地 详细地址 通讯地址 "
        "常住地址 现居住地址 联系地址 AAE006 家庭详细地址 现家庭住址 详细住址 住所 "
        "居住详细地址 ADDRESS "
        "现居地址 现居住址 住宅地址 居住地详址 详址 家庭详址 居住地点 现住地址 "
        "现住详细地址 家庭所在地址 常住地 居住小区及楼号"
    ),
    Field.PHONE: (
        "联系电话 电话 手机 手机号码 手机号 电话号码 联系方式 联系手机 移动电话 "
        "本人电话 本人联系电话 联系号码 AAE005 TEL PHONE MOBILE "
        "本人手机 手机电话 个人电话 "
        "联络电话 预留手机号 预留手机号码 预留电话 预留手机 移动电话号码"
    ),
    Field.PHONE_2: (
        "固定电话 座机 家庭电话 备用电话 联系电话2 电话2 其他电话 第二联系电话 住宅电话 "
        "固话 联系电话二 手机2 其他联系电话 备用联系电话 "
        "备用手机 备用手机号 备用手机号码 备用联系方式 其它联系电话 其它电话 "
        "其他联系方式 其它联系方式 第二电话 家庭固话 家庭座机 座机号码 "
        "固定电话号码"
    ),
    Field.CONTACT: (
        "联系人 联系人姓名 亲属姓名 家属姓名 紧急联系人 AAE004 子女姓名 监护人 紧急联系人姓名 "
        "家庭联系人 联络人 亲友姓名 联系人名称 监护人姓名 子女联系人 家属联系人 "
        "亲属联系人 紧急联络人 第一联系人 家属或联系人姓名"
    ),
    Field.CONTACT_RELATION: (
        "与本人关系 关系 联系人关系 与联系人关系 亲属关系 与退休人员关系 与领取人关系"
    ),
    Field.CONTACT_PHONE: (
        "联系人电话 亲属电话 家属电话 子女电话 紧急联系人电话 亲属联系电话 家属联系电话 "
        "联系人手机 联系人联系电话 子女联系电话 紧急联系电话"
    ),
    Field.EMPLOYER: (
        "原单位 原工作单位 单位名称 退休单位 所属单位 单位 AAE044 工作单位 退休前单位 "
        "原单位名称 退休前工作单位 企业名称 "
        "原所在单位 退休时单位 原企业 原企业名称 参保单位 参保单位名称 "
        "退休单位名称 所在单位 退休前所在单位 原工作单位名称 工作单位名称 "
        "原退休单位 退休企业 参保企业 单位全称 退休前企业"
    ),
    Field.DECEASED_NAME: (
        "死亡职工姓名 已故职工姓名 供养人 死者姓名 已故人员姓名 亡故职工姓名 死亡人员姓名"
    ),
    Field.DECEASED_NUMBER: (
        "死亡职工身份证号 死亡职工身份证号码 已故职工身份证号 已故职工身份证号码 "
        "死者身份证号 死者身份证号码 死亡人员身份证号 死亡人员身份证号码 "
        "已故人员身份证号 死亡职工公民身份号码 亡故职工身份证号码"
    ),
    Field.LATITUDE: ("纬度 LAT LATITUDE 纬度坐标 家庭纬度 住址纬度 GPS纬度"),
    Field.LONGITUDE: ("经度 LNG LON LONGITUDE 经度坐标 家庭经度 住址经度 GPS经度"),
    Field.DATUM: ("坐标系 坐标系统 坐标类型 DATUM 坐标系类型 坐标系名称 坐标标准 坐标基准"),
    Field.CERTIFIED_ON: "认证日期 认证时间 上次认证日期 最近认证日期 资格认证日期 AAE230",
    Field.DIED_ON: "死亡日期 死亡时间 去世日期",
    Field.PHONE_3: "电话3 联系电话3 手机3 第三联系电话 联系电话三",
    Field.REMARK: (
        "备注 说明 备考 备注栏 备注说明 备注信息 备注内容 附注 附言 注释 批注 标注 标记 其他 "
        "其它 其他情况 其它情况 其他说明 "
        "情况说明 特殊情况 特殊情况说明 情况 现状 目前状况 目前情况 目前状态 变动情况 变更情况 "
        "变动原因 变更原因 "
        "人员变动 人员变动情况 人员去向 去向 核实情况 核查情况 摸底情况 排查情况 走访情况 "
        "走访记录 走访结果 核实结果 "
        "未认证原因 身体状况 健康状况 身体情况 健康情况 生活状况 生活情况 家庭情况 居住情况 "
        "居住状况 人户情况 REMARK REMARKS NOTE NOTES "
        "COMMENT COMMENTS MEMO"
    ),
    Field.IGNORED: (
        "户口所在地 户籍地址 户籍所在地 年龄 民族 个人编号 AAC001 单位编号 "
        "AAB001 开户行 银行账号 养老金 退休日期 退休时间 离退休日期 身份证地址 签名 "
        "签字 认证结果 认证方式 领取时间 待遇开始时间 "
        "银行卡号 开户银行 代发银行 养老金金额 月养老金 待遇金额 参保地 "
        "参保区县 险种 认证情况 是否认证 认证机构 学历 参加工作时间 户籍 "
        "户籍地 户口地址 户口性质 籍贯 岁数 退休年月 首次领取时间 是否高龄 "
        "政治面貌 婚姻状况 走访人 走访人员 走访时间 走访日期 网格员 "
        "网格员电话 经办人 社区负责人 电子邮箱 微信号 退休证号 社保卡状态"
    ),
}

# What the lists above cannot enumerate: whose number it is, and which of somebody's addresses.
_OF = (
    r"(?:(?:企业)?(?:退休|离退休|退职|参保|待遇|认证|领取|领取待遇|待遇领取|享受待遇)(?:人员?|"
    r"职工|对象)?"
    r"|被?供养(?:人员?|(?:直系)?亲属)|遗属|职工|老人|人员|本人|个人|被认证人)?"
)
_LATE = r"(?:死亡|已故|亡故|死者|亡者|逝者)(?:参保|退休|离退休)?(?:人员?|职工)?"
_PLACE_OF = r"(?:现|现在)?(?:管理|所辖|所属|所在|居住|现住|常住|认证|归属|管辖|服务|属地)(?:地)?"
PATTERNS: tuple[tuple[re.Pattern[str], Field], ...] = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (rf"{_OF}姓名", Field.NAME),
        (rf"{_OF}(?:有效|居民|公民|二代|第二代)?(?:居民)?"
         r"(?:身份证件?|证件|公民身份|居民身份|身份|社会保障|社保)(?:号码?|证号码?)"
         r"(?:[及或]?(?:社会保障|社保|证件)(?:号码?|卡号))?", Field.NUMBER),
        (rf"{_OF}(?:二代|第二代|居民|公民)?身份证", Field.NUMBER),
        (rf"{_OF}(?:常用|现|现用)?(?:联系方式|(?:联系)?(?:电话|手机)(?:号码?)?)(?:[及或]?(?:手机|电话|座机))?[1一]?",
         Field.PHONE),
        (rf"{_OF}(?:备用|其他|第二)?(?:联系)?(?:电话|手机)(?:号码?)?[2-9二三]", Field.PHONE_2),
        (rf"{_OF}(?:实际|现在?|家庭|目前|常住|详细|通信|通讯|居住|居住地|住所|联系|具体)*"
         r"(?:地址|住址|住所地?|居住地)(?:门牌号?)?", Field.ADDRESS),
        (rf"{_PLACE_OF}(?:社区|村居|村|居委会|村委会|社区居委会|社区村居?|村社区)(?:名称)?|"
         r"(?:社区|村居|居委会|村委会|社区村居?)名称", Field.COMMUNITY),
        (rf"{_PLACE_OF}(?:街道|乡镇|镇办|镇街|街镇|镇|街道乡镇|乡镇街道|街道办事处|街道镇|镇街道)(?:名称)?|"
         r"(?:街道|乡镇|镇办|街道乡镇|乡镇街道)名称", Field.STREET),
        (rf"{_PLACE_OF}(?:区县|县区|区|县|市辖区|县市区|区市县)(?:名称)?|市辖区|(?:区县|县区)名称",
         Field.DISTRICT),
        (rf"{_OF}出生(?:年月日?|日期|时间)", Field.BIRTH),
        (rf"{_OF}性别", Field.SEX),
        (rf"(?:联系人|亲属|家属)?与(?:其|待遇领取人|认证人|参保人|{_OF})的?关系|家属关系",
         Field.CONTACT_RELATION),
        (r"(?:紧急)?(?:联系人|联络人|亲属|家属|子女|亲友|监护人)(?:的)?"
         r"(?:联系方式|联系号码|(?:联系)?(?:电话|手机)(?:号码?)?)|紧急联系方式",
         Field.CONTACT_PHONE),
        (rf"{_LATE}姓名", Field.DECEASED_NAME),
        (rf"{_LATE}(?:公民|居民)?(?:身份证件?|证件|公民身份|身份|社会保障)(?:号码?)",
         Field.DECEASED_NUMBER),
        (r"(?:上年度?|上次|上一次|最近|最近一次|末次|最后|最后一次)?(?:资格)?"
         r"认证(?:通过)?(?:日期|时间)",
         Field.CERTIFIED_ON),
        (r"(?:死亡|去世|亡故|逝世|离世|身故|病故)(?:日期?|时间|年月日?)", Field.DIED_ON),
        (r"(?:其[他它]|补充|特殊|有关|相关|人员|重要|社区|街道|工作)*(?:备注|备考|附注|说明)(?:说明|事项|信息|情况|栏|内容|原因)*"
         r"[0-9①-⑨一二三四五]?", Field.REMARK),
        (r"(?:享受|领取)?(?:待遇|人员|养老|养老金|离退休)(?:类别|类型|种类|性质)", Field.CATEGORY),
    )
)  # fmt: skip

SYNONYMS: dict[str, Field] = {
    word: field for field, words in _WORDS.items() for word in words.split()
}

# A second name and number under these is not that of another pensioner.
OF_OTHERS = re.compile(
    "配偶|家属|亲属|子女|儿子|女儿|父亲|母亲|联系|代领|代办|委托|监护|经办|走访|网格|负责|户主|领款|邻居|"
    "死亡|已故|亡故|死者|供养人"
)
