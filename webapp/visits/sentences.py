"""What the visits feature says when it refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.visits.detail_labels import DETAIL_WORDS

# The answer names what a result lacks by its code, the sentence in words.
FACT_WORDS = {"detail_missing": {"field": DETAIL_WORDS}}

SENTENCES: dict[str, LazyString] = {
    "visit_state": _l("这次走访现在的状态不允许这样做。"),
    "window_order": _l("时间段的开始晚于结束。"),
    "window_after_due": _l("时间段不能晚于截止日期。"),
    "window_past": _l("时间段已经过了，请另选一天。"),
    "term_missing": _l("请填写新的截止日期或时间段。"),
    "term_unfit": _l("%(name)s 原来的时间段或截止日期与新填的合不上，请一起改。"),
    "worker_elsewhere": _l("%(worker)s 的责任区不含其中的走访。"),
    "place_missing": _l("请写明在哪里。"),
    "reason_missing": _l("请写明原因。"),
    "words_missing": _l("请写明退回的原因，走访人员会看到。"),
    "own_mark": _l("这个标记来自您自己报的结果，要由别人解除。"),
    "own_proposal": _l("这条更正是您自己提出的，要由别人决定。"),
    "proposal_unproven": _l(
        "提出这条更正的手机没有经本人确认。请先由本人确认手机，或等结果由两人审核通过。"
    ),
    "other_visit_open": _l("这个人另有一次走访正在进行。请办事处先取消那一次，再退回或再访。"),
    "lift_reason": _l("请写明为什么解除标记。"),
    "person_marked": _l("%(name)s 已核实去世、服刑或定居境外。要再走访，先在个人档案里解除标记。"),
    "nothing_chosen": _l("还没有选中任何一项。"),
    "too_many_chosen": _l("一次最多选 %(most)s 人，请缩小范围。"),
    "bad_date": _l("日期的写法不对。"),
    "due_missing": _l("请填写截止日期。"),
    "due_past": _l("截止日期已经过了，请另选一天。"),
    "worker_missing": _l("请选择走访人员。"),
    "result_differs": _l("这个编号下已有另一份结果，原来的保持不变。"),
    "results_waiting": _l("这次走访已有您的 %(most)s 份结果在等审核，审核后再报。"),
    "quota_reports": _l("这部手机一小时内报来的太多，请稍后再报，内容仍在手机里。"),
    "other_result_stands": _l("已有另一份核实结果。两份都保留，由审核人员决定。"),
    "attempt_differs": _l("这个编号下已有另一条走访记录，原来的保持不变。"),
    "already_decided": _l("这条更正已经处理过了。"),
    "detail_missing": _l("还缺一项必填内容：%(field)s。"),
    "date_in_future": _l("日期不能在今天之后。"),
    "date_before_birth": _l("日期早于出生的年份，请核对。"),
    "date_before_seen": _l(
        "日期早于上次见到本人并通过审核的那天。如果那次有误，请先请审核人员撤回，再报这个结果。"
    ),
    "dates_order": _l("结束的日期早于开始的日期。"),
    "documents_missing": _l("这个结果需要的材料还不齐。"),
    "person_not_shown": _l("这个结果需要本人的照片，或至少 5 秒的视频。"),
    "capture_unknown": _l("结果提到的佐证资料还没有收到取证记录，请先上传记录。"),
    "ladder_visits": _l("「联系不上」需要至少两次上门，分在不同的日子和时段。"),
    "ladder_calls": _l("「联系不上」需要至少打过三次电话。"),
    "ladder_relative": _l("「联系不上」需要问过亲属或联系人。"),
    "ladder_neighbour": _l("「联系不上」需要问过邻居或楼长。"),
    "ladder_note": _l("「联系不上」需要留过字条。"),
    "phone_unreadable": _l("这条更正里没有读得出的电话号码。"),
    "bad_cursor": _l("同步的位置不认识，请重新获取名单。"),
}
