"""What the journal's refusals say to a person."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "tombstone_incomplete": _l("删除要写明是哪个文件或哪一条的哪一项、为什么、依据什么。"),
    "tombstone_approvers": _l("删除要有两位不同的、在用的账号批准，而且都有审核或审批的职责。"),
    "tombstone_held": _l("这个文件被要求保留，不能删除。"),
    "journal_index_unknown": _l("存证日志里没有第 %(index)s 条。"),
    "journal_size_unknown": _l("存证日志没有到过 %(size)s 条这个长度。"),
    "journal_continues": _l("存证日志包含第 %(size)s 条处的这个检查点，没有丢失它之前的内容。"),
    "checkpoint_not_ours": _l("这不是本系统签发的检查点，没有写入任何内容。"),
    "journal_contradiction": _l("存证日志与第 %(size)s 条处已签名的检查点不一致，请立即核查。"),
}
