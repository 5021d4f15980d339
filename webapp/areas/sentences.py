"""What the register of areas says when it refuses."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "area_lowest": _l("社区（村居）下面不能再加区划。"),
    "area_name_missing": _l("请写明名称。"),
    "area_in_use": _l("还有下级区划、人员、账号或走访在这里，不能删去。"),
    "area_known": _l("这个名称已经有了。"),
    "area_place_unfit": _l("这个区划不能移到那里，请另选上级。"),
    "area_import_running": _l("有花名册正在检查或写入，请等它完成后再移动区划。"),
    "area_code_wrong": _l("国标代码是 6、9 或 12 位数字。"),
}
