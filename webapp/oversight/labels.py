"""The words for entries of the journal: what was done, and what each fact says."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.journal.rules import EntryType

T = EntryType
# In groups, as the filter offers them.
GROUPS: tuple[tuple[LazyString, Mapping[EntryType, LazyString]], ...] = (
    (_l("账号和登录"), {
        T.ACCOUNT_OPENED: _l("建立账号"), T.ACCOUNT_SWITCHED: _l("启用或停用账号"),
        T.ACCOUNT_MOVED: _l("更改责任区划"), T.PASSWORD_SET: _l("设置密码"),
        T.SIGNED_IN: _l("在新设备上登录"), T.ACCOUNT_RECORDED: _l("记下已有的账号"),
    }),
    (_l("手机"), {
        T.DEVICE_ENROLLED: _l("登记手机"), T.DEVICE_CONFIRMED: _l("本人确认手机"),
        T.DEVICE_REVOKED: _l("停用手机"), T.TICKET_ISSUED: _l("发放取证凭证"),
    }),
    (_l("走访和人员"), {
        T.VISITS_DISPATCHED: _l("下发走访"), T.VISITS_ASSIGNED: _l("指派走访"),
        T.VISITS_CANCELLED: _l("取消走访"), T.VISITS_RESCHEDULED: _l("更改走访日期"),
        T.OCCASION_OPENED: _l("登记集中认证"), T.OCCASION_JOINED: _l("走访并入集中认证"),
        T.ATTEMPTS_RECORDED: _l("记录走访经过"), T.STATES_CHANGED: _l("人员或走访有变动"),
        T.CONTACT_CHANGE_DECIDED: _l("决定联系方式更正"), T.BENEFIT_ACTION: _l("待遇处理"),
        T.STATES_BASELINE: _l("记下已有的人员和走访"),
        T.STATES_BREACHED: _l("发现人员或走访被改动过"),
    }),
    (_l("取证和审核"), {
        T.CAPTURE_COMMITTED: _l("收到取证记录"), T.MEDIA_RECEIVED: _l("收到文件"),
        T.CAPTURE_QUARANTINED: _l("记录另行保管"), T.MEDIA_QUARANTINED: _l("文件另行保管"),
        T.MEDIA_RESTORED: _l("丢失的文件重新收到"),
        T.DERIVED: _l("制作预览"), T.MEDIA_INSPECTED: _l("检查文件"),
        T.RESULT_SUBMITTED: _l("上报核实结果"), T.REPORT_QUARANTINED: _l("上报另行保管"),
        T.ASIDE_SETTLED: _l("处理另行保管的内容"),
        T.REVIEW_DECIDED: _l("审核决定"), T.CORRECTION: _l("更正"),
    }),
    (_l("查看和导出"), {T.VIEWED: _l("查看"), T.EXPORTED: _l("导出")}),
    (_l("花名册和导入"), {
        T.IMPORT_RECEIVED: _l("收到表格"), T.IMPORT_COLUMNS: _l("说明表格的栏目"),
        T.IMPORT_CONFIRMED: _l("确认导入"), T.IMPORT_APPLIED: _l("写入花名册"),
        T.IMPORT_DISCARDED: _l("放弃导入"), T.IMPORT_UNDONE: _l("撤销导入"),
        T.IMPORT_UNDO_BEGUN: _l("开始撤销导入"),
        T.IMPORT_ROW_DECIDED: _l("处理待定的行"), T.PEOPLE_PLACED: _l("放到社区（村居）"),
        T.PERSON_RENAMED: _l("更改姓名"),
    }),
    (_l("区划"), {
        T.AREA_ADDED: _l("增加区划"), T.AREA_RENAMED: _l("区划改名"), T.AREA_MOVED: _l("移动区划"),
        T.AREA_REMOVED: _l("删去区划"), T.AREA_ALIAS_ADDED: _l("增加区划别名"),
        T.AREA_ALIAS_REMOVED: _l("去掉区划别名"),
    }),
    (_l("存证日志本身"), {
        T.HOLD_SET: _l("要求保留文件"), T.HOLD_CLEARED: _l("解除保留"),
        T.TOMBSTONE: _l("批准删除"), T.KEY_ROTATED: _l("更换密钥"), T.ANCHORED: _l("外部存证"),
        T.VERIFIED: _l("做了核对"), T.CHECKPOINT_KEPT: _l("签发了检查点"),
        T.JOB_RETRIED: _l("让停下的后台工作重试"),
        T.JOURNAL_RESTORED: _l("数据库从备份恢复"),
    }),
)  # fmt: skip
TYPE_WORDS: dict[str, LazyString] = {
    kind.value: words for _group, kinds in GROUPS for kind, words in kinds.items()
}

FACT_WORDS: dict[str, LazyString] = {
    "account_id": _l("哪个账号"), "by": _l("由谁"), "viewer_id": _l("查看人"),
    "reviewer_id": _l("审核人"), "worker_id": _l("走访人员"), "person_id": _l("人员"),
    "visit_id": _l("走访"), "occasion_id": _l("集中认证"),
    "result_id": _l("核实结果"), "capture_id": _l("取证记录"),
    "review_id": _l("审核"), "device_kid": _l("手机"), "media_sha256": _l("文件指纹"),
    "derived_sha256": _l("预览指纹"), "replaces": _l("代替的预览"),
    "record_sha256": _l("记录指纹"), "file_sha256": _l("表格指纹"), "import_id": _l("导入"),
    "ticket_id": _l("凭证"), "role": _l("角色"), "area_id": _l("区划"),
    "parent_id": _l("上级区划"), "new_parent_id": _l("新的上级区划"), "alias_id": _l("别名"),
    "is_active": _l("启用"), "is_own": _l("本人设置"), "where": _l("在哪里"),
    "kind": _l("种类"), "decision": _l("决定"), "code_seen": _l("看到现场号码"),
    "outcome": _l("核实结果"), "state": _l("状态"), "reason": _l("原因"), "seq": _l("手机内序号"),
    "bytes": _l("大小（字节）"), "stored": _l("存放"), "captures": _l("所附记录"),
    "what": _l("什么"), "people": _l("人员"), "masked": _l("遮盖号码"), "rows": _l("行数"),
    "position": _l("第几行"), "objects": _l("涉及"), "counts": _l("数量"), "leaves": _l("状态数"),
    "root": _l("根指纹"), "size": _l("日志条数"), "found": _l("发现的问题"),
    "report_sha256": _l("报告指纹"), "started_at": _l("开始"),
    "is_sound": _l("全部一致"), "run_id": _l("核对"), "job_id": _l("后台工作"), "route": _l("操作"),
    "created_at": _l("建立时间"), "salted": _l("只留指纹的内容"), "why": _l("为什么"),
    "correction_id": _l("更正"), "corrected_by": _l("由谁"), "seconds": _l("接着哪次同意"),
    "documents_sha256": _l("资料包指纹"), "format": _l("格式版本"),
    "legal_basis": _l("依据"), "approvers": _l("批准人"), "approver_roles": _l("批准人角色"),
}  # fmt: skip


def type_words(kind: str) -> str:
    """Return what an entry's type is called."""
    return str(TYPE_WORDS.get(kind, kind))


def fact_words(name: str) -> str:
    """Return what a fact of an entry is called; one that nobody knows keeps its own name."""
    return str(FACT_WORDS.get(name, name))


# What was looked at or given out, and where somebody signed in.
KIND_WORDS: dict[str, LazyString] = {
    "original": _l("原件"), "playback": _l("视频或录音"), "thumbnail": _l("小照片"),
    "preview": _l("照片"), "poster": _l("视频画面"), "number": _l("完整证件号码"),
    "phones": _l("完整电话号码"), "proposals": _l("建议更正的资料"),
    "import_errors": _l("花名册的问题行"), "held_row": _l("待定的行和号码"), "roster": _l("花名册"),
    "evidence": _l("佐证资料包"), "photo": _l("照片"), "video": _l("视频"),
}  # fmt: skip
WHERE_WORDS: dict[str, LazyString] = {"desk": _l("工作台"), "phone": _l("手机")}


def kinds_in_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the types of entries in their groups, for the filter."""
    return [
        (str(group), [(kind.value, str(words)) for kind, words in kinds.items()])
        for group, kinds in GROUPS
    ]


COUNTED_WORDS: dict[str, LazyString] = {
    "ticket": _l("凭证"), "capture": _l("取证记录"), "media": _l("文件"),
    "derivation": _l("预览"), "quarantine": _l("另行保管"), "result": _l("核实结果"),
    "correction": _l("更正"), "report_aside": _l("另行保管的上报"),
    "review": _l("审核"), "person": _l("人员"), "visit": _l("走访"), "attempt": _l("走访经过"),
}  # fmt: skip
# By the end of a finding's code; the English words beside it name the detail.
FINDING_WORDS: tuple[tuple[tuple[str, ...], LazyString], ...] = (
    (("changed", "differs", "wrong", "contradicted", "breached"), _l("内容与存证不一致。")),
    (("missing", "truncated"), _l("存证里有，现在不见了。")),
    (("inserted", "unknown", "journaled", "unjournaled", "surplus"), _l("没有存证就出现了。")),
    (("unfounded", "unlawful", "unfit", "valid", "ours"), _l("没有合规的依据。")),
    (("unreadable", "failed"), _l("已损坏，读不出来。")),
    (("otherwise",), _l("写法与程序所写的不同，查找时会漏掉。")),
    (("fork", "gap"), _l("手机记录的序号不连贯。")),
    (("awaited",), _l("文件还没有收到。")),
    (("dated",), _l("时间早于前面的条目。")),
)


def counted_words(name: str) -> str:
    """Return what a verification counted."""
    return str(COUNTED_WORDS.get(name, name))


def finding_words(code: str) -> str:
    """Return what kind of thing is wrong, by the last word of the finding's code."""
    last = code.rpartition("_")[2]
    found = next((words for ends, words in FINDING_WORDS if last in ends), _l("值得查明。"))
    return str(found)
