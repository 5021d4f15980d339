"""What the roster says: a clear sentence for every refusal and for every finding of an import."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Refusals: the whole file or the whole request.
_REFUSALS: dict[str, LazyString] = {
    "file_missing": _l("没有这个文件：%(path)s"),
    "data_not_prepared": _l(
        "数据库还没有建好，或不是这个版本的，什么也没有写入。请先运行 flask --app wsgi db upgrade。"
    ),
    "file_empty": _l("文件是空的，没有导入任何内容。请检查后重新发送。"),
    "file_is_archive": _l("这是一个压缩包，不是表格。请解压后逐个上传里面的工作簿。"),
    "file_has_password": _l("文件有密码，打不开。请在 Excel 或 WPS 中取消密码，另存后再上传。"),
    "file_is_html": _l(
        "文件名像表格，内容其实是网页。"
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
    ),
    "file_not_workbook": _l("这不是表格文件。可以导入 .xlsx、.xls、.xlsb、.ods 和 CSV。"),
    "file_too_large": _l("文件太大，或展开后太大，没有导入。请按街道或社区拆成几个文件。"),
    "file_damaged": _l("文件已损坏，读不下去，没有导入任何内容。请重新导出一份。"),
    "file_quote_open": _l(
        "第 %(line)s 行的引号没有成对，后面的行分不开，没有导入任何内容。请补上引号后重新发送。"
    ),
    "file_mojibake": _l(
        "文件里的文字是乱码，没有导入任何内容。"
        "请从原系统重新导出，CSV 请选 UTF-8 或 GB18030。"
    ),
    "header_not_found": _l("没有找到表头：前 40 行里没有同时写着姓名和证件号码的一行。"),
    "sheet_not_found": _l("工作簿里没有名叫“%(sheet)s”的工作表。"),
    "column_unknown": _l("没有“%(column)s”这样的栏目。"),
    "column_not_asked": _l("这张表没有问到“%(column)s”这一栏，没有改动它的含义。"),
    "header_twice": _l(
        "表头里“%(what)s”出现了不止一次，分不清哪一栏是待遇领取人员，没有导入任何内容。"
        "请把别人的栏目改个名称（如“联系人姓名”），或让每组人员都有姓名和证件号码。"
    ),
    "import_known": _l("这个文件已在 %(on)s 上传过，没有重复导入。第一次导入见 %(link)s。"),
    "import_known_elsewhere": _l("这个文件已由上级单位在 %(on)s 导入过，没有重复导入。"),
    "import_failed": _l("导入没有完成，什么也没有写入。请重新上传，或联系管理员。"),
    "import_not_found": _l("没有找到这次导入。"),
    "import_not_possible_now": _l("这次导入现在不能这样操作，请刷新页面看看它的状态。"),
    "import_changed_since": _l(
        "试算之后花名册有了变动，结果与试算不同，"
        "什么也没有写入。请看过新的结果再确认。"
    ),
    "import_touched": _l("有 %(people)s 人在导入之后又被修改过，不能撤销。"),
    "import_being_undone": _l("有一次导入正在撤销，请等它完成后再写入花名册。"),
    "import_being_written": _l("有一份花名册正在写入，请等它完成后再撤销。"),
    "import_undone_but": _l("已撤销；其中 %(people)s 人已有走访或其他记录，保留在花名册里。"),
    "people_being_undone": _l("其中 %(people)s 人所在的导入正在撤销，不能派走访或改动。"),
    "import_in_use": _l("这次导入的人员中，有 %(people)s 人已有走访或其他记录，不能撤销。"),
    "row_not_found": _l("没有找到这一行，或它已经处理过。"),
    "row_still_held": _l("改过的内容仍有问题：%(why)s"),
    "row_changes_person": _l("照此导入会改动花名册里的内容，请先看过再确认。"),
    "number_in_address": _l("网址里不能写完整的号码，请在查找框里输入。"),
    "person_not_found": _l("没有找到这个人，或不在您的责任区划内。"),
    "name_unfit": _l("这不像一个姓名，没有改动。请只写姓名，100 字以内，不加备注。"),
    "name_same": _l("新姓名和现在的一样，没有改动。"),
    "rename_reason": _l("请写明为什么更改姓名，500 字以内。"),
    "nobody_chosen": _l("请先选人，一次最多 200 人。"),
    "community_missing": _l("请选择社区（村居）。"),
    "area_not_found": _l("没有找到名叫“%(area)s”的区划。"),
}  # fmt: skip

# Findings: one row of a workbook.
FINDINGS: dict[str, LazyString] = {
    "id_lowercase_x": _l("证件号码末位的小写 x 已改为大写 X"),
    "id_full_width": _l("证件号码里的全角字符已改为半角"),
    "id_spaces": _l("证件号码里的空格、引号等已去掉"),
    "id_lookalike_x": _l("证件号码末位不是字母 X，而是形似的字符，已按 X 导入，请核对"),
    "id_fifteen_digits": _l("证件号码是 15 位旧号，已照原样导入；18 位号码请向本人核对"),
    "id_other_document": _l("不是居民身份证号码，已按其他证件导入"),
    "id_float": _l("证件号码在表格里被存成了数字，末尾几位已丢失"),
    "id_zeroed_tail": _l("证件号码末尾变成了 000，校验不通过，多半是表格截断的"),
    "id_letter_for_digit": _l("证件号码里混进了字母（如 O、l），请核对"),
    "id_seventeen_digits": _l("证件号码只有 17 位"),
    "id_length": _l("证件号码的位数不对"),
    "id_malformed": _l("证件号码里有不该有的字符"),
    "id_check_digit": _l("证件号码的校验位不对，可能有一位写错"),
    "id_missing": _l("没有证件号码"),
    "id_two_names": _l("同一证件号码已用在另一个姓名上，请核对是谁的"),
    "id_repeated_differs": _l("与第 %(other_row)s 行证件号码相同，但内容不同，请核对以哪一行为准"),
    "id_of_deceased": _l("证件号码像是已故职工的，不是遗属本人的"),
    "id_legacy_known": _l("花名册里已有此人的 15 位或 18 位号码，请核对是否同一人"),
    "id_birth_impossible": _l("证件号码里的出生日期不存在"),
    "id_birth_future": _l("证件号码里的出生日期还没有到"),
    "id_birth_too_old": _l("按证件号码，此人已超过 125 岁"),
    "sex_differs": _l("性别一栏与证件号码不符，以证件号码为准"),
    "birth_differs": _l("出生日期一栏与证件号码不符，以证件号码为准"),
    "possible_duplicate": _l("附近有同名、同日出生而证件号码不同的人，可能是同一人"),
    "row_repeated": _l("与第 %(other_row)s 行完全相同，已略过"),
    "row_blank": _l("空行"),
    "header_repeated": _l("重复的表头"),
    "title_repeated": _l("重复的标题"),
    "footer": _l("合计、签字等表尾"),
    "words_too_long": _l("“%(field)s”太长，放不下的部分和全文一起记进了备注，请核对"),
    "names_two": _l("姓名一格里有两个姓名，请核对是谁"),
    "hidden_row": _l("这一行在表格里是隐藏的，仍已导入，请核对"),
    "person_stopped": _l("花名册里此人已停发或已丧失资格，请核对"),
    "person_elsewhere": _l("此人在其他区划的花名册里，请联系对方"),
    "name_missing": _l("没有姓名"),
    "name_spaces": _l("姓名里的空格已去掉"),
    "name_separator": _l("姓名里的间隔号已统一为“·”"),
    "name_full_width": _l("姓名里的全角字母已改为半角"),
    "name_note": _l("姓名后面的备注“%(note)s”已分开"),
    "name_death_note": _l("姓名后面注明“%(note)s”，请先核实"),
    "name_placeholder": _l("姓名里有缺字或占位符，请补正"),
    "name_traditional": _l("姓名里有繁体字或异体字，请对照证件"),
    "name_variant": _l("姓名与花名册或另一行的写法略有不同，请核对"),
    "phones_split": _l("一格里的几个电话已分开"),
    "phone_float": _l("电话在表格里被存成了数字，已还原"),
    "phone_format": _l("电话的格式已整理"),
    "phone_area_code": _l("固定电话没有区号，已补 0533，请核对"),
    "phone_dummy": _l("电话是凑数的号码，没有导入"),
    "phone_shared": _l("同一个电话登记在 20 多人名下"),
    "phone_unreadable": _l("电话读不懂，没有导入"),
    "date_serial": _l("日期在表格里被存成了数字，已还原"),
    "date_format": _l("日期的格式已整理"),
    "date_none_word": _l("日期写着“无”，按空白处理"),
    "date_two_digit_year": _l("年份只有两位，请核对"),
    "date_unreadable": _l("日期读不懂，没有导入"),
    "certified_off_season": _l("认证日期不在认证期（4 月至 12 月）内"),
    "certified_after_death": _l("认证日期晚于死亡日期"),
    "certified_in_future": _l("认证日期还没有到"),
    "status_lost": _l("表里写着停发、终止或死亡，请先核实"),
    "district_alias": _l("区县名称已按正式名称统一"),
    "street_alias": _l("街道（乡镇）名称已按正式名称统一"),
    "community_alias": _l("社区（村居）名称已按正式名称统一"),
    "area_zone": _l("功能区已对应到所在街道（乡镇）"),
    "area_from_address": _l("所在社区是从住址里认出来的"),
    "district_unknown": _l("不认识这个区县"),
    "street_unknown": _l("不认识这个街道（乡镇），暂时无法派发"),
    "community_unknown": _l("不认识这个社区（村居），暂时放在它上一级的区划"),
    "address_other_place": _l("社区（村居）和住址写的不是一处，暂时放在两处共同的上一级"),
    "community_ambiguous": _l("有几个社区（村居）叫这个名字，请写明街道（乡镇）"),
    "street_other_district": _l("这个街道（乡镇）不属于所填的区县"),
    "area_unclear": _l("所在区划不明，先放在您的辖区"),
    "area_not_yours": _l("此人不在您的辖区"),
    "same_as_above": _l("写着“同上”，已照上一行填写，请核对"),
    "address_outside_city": _l("住址不在本市，列入异地协助"),
    "coordinates_unclear": _l("坐标没有写明坐标系，没有导入"),
    "coordinates_outside_city": _l("坐标不在本市，没有导入"),
    "cell_error": _l("“%(field)s”一格是错误值（%(what)s），没有内容可用"),
    "code_mapped": _l("代码或别称已换成统一的写法"),
    "code_unknown": _l("“%(field)s”一格的代码不认识"),
    "category_missing": _l("没有填人员类别，按本表的主要类别导入"),
    "note_kept": _l("备注已记下：%(note)s"),
    "remark_lost": _l("表里写着“%(note)s”，请先核实"),
    "number_unread": _l(
        "这一行还有另一个证件号码（%(note)s），没有读进来；如果是另一个人，请另写一行再导入"
    ),
    "words_of_nobody": _l("这一行没有姓名和号码，却写着“%(note)s”，没有记到任何人名下"),
    "header_unclear": _l("上面有一行另外的表头没有看懂，各栏是什么不清楚，请对照原表核对后再导入"),
    "above_header": _l("这一行在表头上面，各栏是什么不清楚，请对照原表核对后再导入"),
    "cells_beyond_header": _l("表头以外的格里还有内容：%(note)s，已记在备注里，请核对"),
    "row_struck": _l("这一行在表格里画了删除线，仍已导入，请核对"),
    "cell_struck": _l("“%(field)s”一格在表格里画了删除线，请核对"),
    "cell_comment": _l("表格里有批注：%(note)s。已记进备注，请核对"),
    "words_struck": _l("有几个字在表格里画了删除线（%(note)s），请核对"),
    "area_from_sheet": _l("所在区划是从工作表的名称来的"),
    "area_from_section": _l("所在区划是从上面的区划名称行来的"),
    "area_from_title": _l("所在区划是从标题来的"),
    "section_row": _l("区划名称行，下面各行都照它归属"),
    "second_address": _l(
        "两份待遇写的住址不同，以前一行为准，这一行的（%(note)s）记在备注里，请核对"
    ),
    "second_benefit": _l("此人有两份待遇"),
}  # fmt: skip

FIELDS: dict[str, LazyString] = {
    "serial": _l("序号"), "name": _l("姓名"), "number": _l("证件号码"), "doc_type": _l("证件类型"),
    "sex": _l("性别"), "birth": _l("出生日期"), "category": _l("人员类别"),
    "status": _l("待遇状态"), "district": _l("区县"), "street": _l("街道（乡镇）"),
    "community": _l("社区（村居）"), "address": _l("家庭住址"), "phone": _l("联系电话"),
    "phone_2": _l("其他电话"), "phone_3": _l("第三个电话"), "remark": _l("备注"),
    "contact": _l("联系人"), "contact_relation": _l("与本人关系"),
    "contact_phone": _l("联系人电话"), "employer": _l("原单位"),
    "deceased_name": _l("死亡职工姓名"), "deceased_number": _l("死亡职工身份证号码"),
    "latitude": _l("纬度"), "longitude": _l("经度"), "datum": _l("坐标系"),
    "certified_on": _l("认证日期"), "died_on": _l("死亡日期"), "ignored": _l("不导入"),
}  # fmt: skip

SENTENCES = _REFUSALS
