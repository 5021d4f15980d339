"""The words that pages show for captures: challenges, intervals, states and flags."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from webapp.desk.language import metres
from webapp.evidence.flags.flags import Raised
from webapp.evidence.sentences import FLAG_SENTENCES

ACTION_WORDS = {
    "hold_code": _l("举起写有这个号码的纸"),
    "say_number": _l("念出这个号码"),
    "turn_head": _l("念号码并转一下头"),
    "raise_fingers": _l("念号码并伸出手指"),
}
KIND_WORDS = {
    "photo": _l("照片"),
    "video": _l("视频"),
    "signature": _l("签名"),
    "document": _l("证明材料"),
    "audio": _l("录音"),
}
STATE_WORDS = {
    "committed": _l("文件还在路上"),
    "received": _l("文件已收齐"),
    "quarantined": _l("文件有问题，已另行保管"),
    "expected": _l("还在手机里"),
}
DECISION_WORDS = {
    "accept": _l("通过"),
    "return": _l("退回"),
    "ask_again": _l("要求再访"),
    "propose": _l("同意通过，等第二人审核"),
}
NEARNESS_WORDS = {
    "near": _l("在登记住址附近"),
    "far": _l("离登记住址较远"),
    "inconclusive": _l("位置不能判断"),
}
# What phones and decoders say in a flag's facts.
FACT_WORDS = {
    "denied": _l("没有授权"),
    "unavailable": _l("取不到"),
    "timeout": _l("等得太久"),
    "visit_result": _l("走访结果"),
    "zip": _l("压缩包"),
    "rar": _l("压缩包"),
    "7z": _l("压缩包"),
    "tar": _l("压缩包"),
    "iso": _l("光盘映像"),
    "pdf": _l("PDF 文件"),
    "html": _l("网页"),
    "script": _l("程序代码"),
    "javascript": _l("自动运行的脚本"),
    "launch": _l("启动程序的命令"),
    "attachment": _l("附件"),
    "form": _l("会自动提交的表单"),
    "unreadable": _l("加密、读不出的内容"),
    "clock.wall": _l("手机时间"),
    "decided_at": _l("填报时间"),
    "attempts": _l("走访记录"),
    "clock": _l("时钟"),
    "position_error": _l("定位"),
    "position": _l("定位"),
    "media": _l("文件说明"),
    "challenge": _l("现场号码"),
    "ticket": _l("取证凭证"),
    "app_build": _l("应用版本"),
    "flags": _l("手机备注"),
}
# What the phone notes in a record, as a reviewer reads it.
NOTE_WORDS = {
    "picker": _l("文件是选取的"),
    "no_ticket": _l("没有取证凭证"),
    "challenge_skipped": _l("没有出示现场号码"),
    "no_position": _l("没有定位"),
    "position_coarse": _l("定位不准"),
    "position_old": _l("定位是较早的"),
    "looks_blank": _l("画面几乎没有内容"),
    "looks_dark": _l("画面很暗"),
    "no_sound": _l("录像没有声音"),
    "recording_recovered": _l("录像中断过，由存下的片段接成"),
    "position_odd": _l("定位的时间或误差不合理，已略去"),
}
# Ready phrases for a return; the worker reads them on the phone.
PHRASES = (
    _l("照片看不清面部，请重新拍摄。"),
    _l("画面里看不到、听不到现场号码，请按提示再拍一次。"),
    _l("不能确认是本人，请核对证件后重拍。"),
    _l("视频太短或没有声音，请重录。"),
    _l("结果与佐证资料不符，请说明情况。"),
)
_ALL: Mapping[str, Mapping[str, Any]] = {
    "action": ACTION_WORDS, "kind": KIND_WORDS, "state": STATE_WORDS,
    "decision": DECISION_WORDS, "nearness": NEARNESS_WORDS,
}  # fmt: skip


def evidence_words(family: str, code: str | None) -> str:
    """Return the words for a code of `family`; an unknown code stands for itself."""
    return str(_ALL[family].get(code or "", code or ""))


def flag_words(flag: Raised) -> tuple[str, str]:
    """Return what a flag saw and what may innocently have caused it."""
    seen, cause = FLAG_SENTENCES.get(flag.code, (flag.code, ""))
    known = NOTE_WORDS if flag.code == "phone_note" else FACT_WORDS
    facts = {name: _measured(name, _said(known, value)) for name, value in flag.facts.items()}
    try:
        return str(seen) % facts, str(cause)
    except (KeyError, TypeError, ValueError):
        return str(seen), str(cause)


def _said(known: Mapping[str, Any], value: Any) -> Any:
    """Return a fact as people say it; codes that stand together are joined by a plus."""
    if not isinstance(value, str):
        return value
    words = dict.fromkeys(str(known.get(code, code)) for code in value.split("+"))
    return str(_("、")).join(words)


SECONDS_IN: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3600}


def _measured(name: str, value: Any) -> Any:
    """Return a length or a span as people say it: 3 分钟 and 1.2 公里, not 180 and 1200."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    if name in SECONDS_IN:
        return span_words(value * SECONDS_IN[name])
    return metres(value) if name.endswith("_m") else value


def flag_choices() -> list[tuple[str, str]]:
    """Return every flag's code with a short name, for the archive's filter."""
    return [(code, short_flag(code)) for code in FLAG_SENTENCES]


def short_flag(code: str) -> str:
    """Return a flag in few words."""
    return str(SHORT_FLAGS.get(code, code))


def span_words(seconds: float) -> str:
    """Return a length of time as people say it."""
    if seconds < 90:
        n = round(seconds)
        return str(ngettext("%(n)s 秒", "%(n)s 秒", n, n=n))
    if seconds < 5400:
        n = round(seconds / 60)
        return str(ngettext("%(n)s 分钟", "%(n)s 分钟", n, n=n))
    if seconds < 172_800:
        n = round(seconds / 3600)
        return str(ngettext("%(n)s 小时", "%(n)s 小时", n, n=n))
    n = round(seconds / 86_400)
    return str(ngettext("%(n)s 天", "%(n)s 天", n, n=n))


SHORT_FLAGS = {
    "location_missing": _l("没有定位"),
    "location_inconclusive": _l("定位不准"),
    "location_far": _l("离住址远"),
    "location_stale": _l("定位过时"),
    "position_frozen": _l("定位不动"),
    "accuracies_equal": _l("误差相同"),
    "fix_bare": _l("定位数据少"),
    "coordinates_rounded": _l("坐标取整"),
    "exactly_registered": _l("与登记点重合"),
    "coordinates_repeated": _l("坐标重复"),
    "too_fast": _l("移动过快"),
    "position_time_off": _l("定位时间不符"),
    "clock_jumped": _l("时钟跳动"),
    "clock_off": _l("时钟不准"),
    "clock_before_ticket": _l("早于凭证"),
    "clock_after_commit": _l("晚于收到"),
    "late_commit": _l("迟到多日"),
    "night": _l("夜间"),
    "short_visit": _l("停留过短"),
    "busy_hour": _l("一小时多户"),
    "worker_related": _l("有亲属关系"),
    "dead_signal": _l("疑似死亡信息"),
    "date_before_seen": _l("与核实在世矛盾"),
    "date_before_birth": _l("早于出生年份"),
    "ladder_calls": _l("电话没有打够"),
    "centenarian": _l("百岁以上"),
    "eligible_after_unreachable": _l("刚报过联系不上"),
    "result_after_checkout": _l("离开后拍摄"),
    "picker": _l("从相册选取"),
    "same_media": _l("同一文件重复"),
    "near_picture": _l("画面相近"),
    "picture_blank": _l("画面空白"),
    "trailing_bytes": _l("附带数据"),
    "file_cut": _l("文件没有结尾"),
    "second_file": _l("夹带别的文件"),
    "active_document": _l("文件会自动运行"),
    "no_picture_track": _l("录像没有画面"),
    "edit_list": _l("录像剪过"),
    "values_unreadable": _l("记录里有读不懂的值"),
    "undecodable": _l("无法解码"),
    "too_large_to_show": _l("太大，没有预览"),
    "extra_tracks": _l("多余轨道"),
    "size_differs": _l("尺寸不符"),
    "metadata_differs": _l("文件信息不符"),
    "media_overdue": _l("文件迟迟不到"),
    "seq_gap": _l("序号有缺"),
    "ticket_missing": _l("没有凭证"),
    "ticket_presented": _l("凭证重新出示"),
    "challenge_missing": _l("没有现场号码"),
    "challenge_differs": _l("现场号码不符"),
    "revoked_device": _l("停用的手机"),
    "new_device": _l("新登记的手机"),
    "given_password": _l("用别人设的密码登记"),
    "account_off": _l("号已停用"),
    "weaker_proof": _l("证明力较弱"),
    "phone_note": _l("手机注明"),
}
