"""What the people feature says when it refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "wrong_password": _l("用户名或密码不对。"),
    "password_too_short": _l("密码至少要 %(minimum)s 个字符。"),
    "password_too_long": _l("密码最多 %(maximum)s 个字符。"),
    "password_guessable": _l(
        "这个密码太容易猜。常见的密码、连着或重复的键、姓名、用户名、地名、生日、电话和"
        "“woaini”之类的拼音都请避开；三四个不相干的词连在一起就很好。"
    ),
    "password_same": _l("新密码和现在的密码一样。"),
    "present_password_wrong": _l("现在的密码不对。"),
    "own_password": _l("自己的密码请在“修改密码”里改。"),
    "password_change_due": _l("现在的密码是别人设置的，请先改成自己的密码。"),
    "username_taken": _l("用户名 %(username)s 已经有人用了。"),
    "bad_public_key": _l("这部手机的密钥不合规格，没有登记。"),
    "foreign_device": _l("这部手机的密钥已登记在别人名下。"),
    "revoked_device": _l("这部手机已被停用。未上传的资料可用新登记的手机继续上传。"),
    "unknown_device": _l("没有这部手机的登记。"),
    "phone_unproven": _l("这部手机还没有经本人确认，不能停用别的手机。请先改密码并由本人确认。"),
    "phone_unconfirmed": _l("这部手机自己还没有经本人确认，不能确认别的手机。"),
    "unknown_area": _l("没有叫 %(name)s 的区划。"),
    "area_ambiguous": _l("叫 %(name)s 的区划不止一个，请写上它的上级，如“张店区/科苑街道”。"),
    "phone_app_not_built": _l("手机应用还没有构建，请先运行 make phone。"),
    "name_missing": _l("请填写用户名和姓名。"),
    "own_account": _l("不能停用自己的账号。"),
    "phone_only": _l("社区工作人员和志愿者请使用手机应用。"),
    "passwords_differ": _l("两次输入的新密码不一样。"),
    "control_signs": _l("填写的内容里有看不见的控制字符，什么也没有保存。请删去后重新填写。"),
    "name_long": _l("用户名最多 %(username)s 个字，姓名最多 %(name)s 个字。"),
    "csrf": _l("页面放得太久了，请刷新后再提交一次。"),
}
