"""What the auditor's pages say when they refuse."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "object_unreadable": _l("这不是编号，也不是指纹。请从别的页面整段复制过来。"),
    "note_unreadable": _l("这不是检查点的全文。请从第一行的日志名称到最后一行的签名整段复制过来。"),
    "note_not_ours": _l("这个检查点不是本机构的日志签发的，或者改动过。"),
    "note_beyond": _l("这个检查点有 %(size)s 条，比现在的日志还长：后面的条目不见了，请立即核查。"),
    "note_contradicts": _l("前 %(size)s 条与这个检查点不一致：日志被改写过，请立即核查。"),
}
