"""What the journal's refusals say to a person."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "journal_index_unknown": _l("存证日志里没有第 %(index)s 条。"),
    "journal_size_unknown": _l("存证日志没有到过 %(size)s 条这个长度。"),
    "journal_contradiction": _l("存证日志与第 %(size)s 条处已签名的检查点不一致，请立即核查。"),
}
