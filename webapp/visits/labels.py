"""The words that pages show for the codes of visits, results and attempts."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from webapp.visits.rules import Action, Met, Outcome, ResultState, VisitStatus

STATUS_WORDS = {
    VisitStatus.PLANNED: _l("待派发"),
    VisitStatus.ASSIGNED: _l("已派发"),
    VisitStatus.REPORTED: _l("待审核"),
    VisitStatus.RETURNED: _l("已退回"),
    VisitStatus.ACCEPTED: _l("已通过"),
    VisitStatus.CANCELLED: _l("已取消"),
}
# tone and icon of a status, as macros.html's `state` takes them.
STATUS_LOOKS = {
    VisitStatus.PLANNED: ("plain", "clock"),
    VisitStatus.ASSIGNED: ("plain", "phone"),
    VisitStatus.REPORTED: ("wait", "review"),
    VisitStatus.RETURNED: ("bad", "returned"),
    VisitStatus.ACCEPTED: ("good", "done"),
    VisitStatus.CANCELLED: ("plain", "close"),
}
OUTCOME_WORDS = {
    Outcome.ELIGIBLE: _l("具备资格"),
    Outcome.DECEASED: _l("已去世"),
    Outcome.IMPRISONED: _l("服刑"),
    Outcome.MISSING: _l("失踪"),
    Outcome.EMIGRATED: _l("定居境外"),
    Outcome.DEPENDANT_LOST: _l("供养资格丧失"),
    Outcome.MOVED_AWAY: _l("迁往异地"),
    Outcome.IN_CARE: _l("住院或在养老院"),
    Outcome.UNREACHABLE: _l("联系不上"),
    Outcome.REFUSED: _l("拒绝核实"),
    Outcome.IDENTITY_DOUBT: _l("身份存疑"),
}
RESULT_WORDS = {
    ResultState.SUBMITTED: _l("待审核"),
    ResultState.CONFLICT: _l("与另一结果并存，待审核"),
    ResultState.AWAITING_SECOND: _l("等第二人审核"),
    ResultState.ACCEPTED: _l("已通过"),
    ResultState.RETURNED: _l("已退回"),
    ResultState.SUPERSEDED: _l("留存备查"),
}
RESULT_LOOKS = {
    ResultState.SUBMITTED: ("wait", "clock"),
    ResultState.CONFLICT: ("wait", "warning"),
    ResultState.AWAITING_SECOND: ("wait", "review"),
    ResultState.ACCEPTED: ("good", "done"),
    ResultState.RETURNED: ("bad", "returned"),
    ResultState.SUPERSEDED: ("plain", "archive"),
}
MET_WORDS = {
    Met.PERSON: _l("见到本人"),
    Met.RELATIVE_ONLY: _l("只见到亲属"),
    Met.NOBODY_HOME: _l("家中无人"),
    Met.DOOR_NOT_OPENED: _l("没有开门"),
    Met.WRONG_ADDRESS: _l("地址不对"),
    Met.ADDRESS_DEMOLISHED: _l("房屋已拆迁或改建"),
    Met.MOVED_ADDRESS_KNOWN: _l("已搬走，知道新址"),
    Met.MOVED_ADDRESS_UNKNOWN: _l("已搬走，不知新址"),
    Met.IN_HOSPITAL: _l("住院"),
    Met.CARE_HOME: _l("在养老院"),
    Met.TRAVELLING_WITH_CHILDREN: _l("随子女外出"),
    Met.ABROAD: _l("在境外"),
    Met.DECEASED: _l("已去世"),
    Met.REFUSED: _l("拒绝"),
    Met.UNSAFE: _l("不安全（狗、争执等）"),
    Met.ASLEEP_OR_ILL: _l("睡着或生病，改日再来"),
    Met.PHONE_OFF: _l("电话关机或无人接"),
    Met.NUMBER_VOID: _l("空号"),
    Met.NUMBER_BELONGS_TO_OTHER: _l("号码是别人的"),
    Met.CALL_ANSWERED_BY_RELATIVE: _l("亲属接的电话"),
}
ACTION_WORDS = {
    Action.RESCHEDULED: _l("另约时间"),
    Action.ASKED_NEIGHBOUR: _l("问了邻居或楼长"),
    Action.ASKED_RELATIVE: _l("问了亲属"),
    Action.ASKED_FORMER_EMPLOYER: _l("问了原单位"),
    Action.ASKED_POLICE: _l("问了派出所"),
    Action.LEFT_NOTE: _l("留了字条"),
    Action.TOLD_AGENCY: _l("告知了经办机构"),
    Action.HANDED_TO_COLLEAGUE: _l("转给同事"),
}
FIELD_WORDS = {"address": _l("地址"), "phone": _l("电话"), "contact": _l("联系人")}
BENEFIT_WORDS = {
    "normal": _l("正常发放"),
    "suspended": _l("已暂停"),
    "stopped": _l("已停发"),
}
KIND_WORDS = {"retiree": _l("退休（退职）"), "dependant": _l("供养直系亲属")}
SEX_WORDS = {"F": _l("女"), "M": _l("男")}
_ALL: dict[str, dict[str, LazyString]] = {
    "status": {key.value: words for key, words in STATUS_WORDS.items()},
    "outcome": {key.value: words for key, words in OUTCOME_WORDS.items()},
    "result": {key.value: words for key, words in RESULT_WORDS.items()},
    "met": {key.value: words for key, words in MET_WORDS.items()},
    "action": {key.value: words for key, words in ACTION_WORDS.items()},
    "field": FIELD_WORDS,
    "benefit": BENEFIT_WORDS,
    "kind": KIND_WORDS,
    "sex": SEX_WORDS,
}


def words_for(family: str, code: str | None) -> str:
    """Return the words for a code of `family`; an unknown code stands for itself."""
    if not code:
        return ""
    return str(_ALL[family].get(code, code))


def look_of(family: str, code: str) -> tuple[str, str]:
    """Return the tone and icon of a visit's (`status`) or a result's (`result`) state."""
    if family == "status":
        return STATUS_LOOKS[VisitStatus(code)]
    return RESULT_LOOKS[ResultState(code)]


def choices(family: str) -> list[tuple[str, LazyString]]:
    """Return the codes of `family` with their words, for a form or for chips."""
    return list(_ALL[family].items())


def dispatched(n: int, left: int) -> str:
    """Say how many visits were made, and how many people were left out."""
    if not left:
        return str(ngettext("已派出 %(n)s 次走访。", "已派出 %(n)s 次走访。", n, n=n))
    return str(ngettext(
        "已派出 %(n)s 次走访；另有 %(left)s 人已有走访，或已核实去世、服刑、出境，没有派发。",
        "已派出 %(n)s 次走访；另有 %(left)s 人已有走访，或已核实去世、服刑、出境，没有派发。",
        n, n=n, left=left,
    ))  # fmt: skip


def handed(n: int) -> str:
    """Say how many visits were given to another worker."""
    return str(ngettext(
        "已交给新的走访人员 %(n)s 次走访；原手机里未上传的资料仍会保留。",
        "已交给新的走访人员 %(n)s 次走访；原手机里未上传的资料仍会保留。", n, n=n,
    ))  # fmt: skip


def cancelled(n: int) -> str:
    """Say how many visits were cancelled."""
    return str(ngettext(
        "已取消 %(n)s 次走访，走访人员下次联网时会看到。",
        "已取消 %(n)s 次走访，走访人员下次联网时会看到。", n, n=n,
    ))  # fmt: skip


def rescheduled(n: int) -> str:
    """Say how many visits have other days."""
    return str(ngettext(
        "已更改 %(n)s 次走访的日期，走访人员下次联网时会看到。",
        "已更改 %(n)s 次走访的日期，走访人员下次联网时会看到。", n, n=n,
    ))  # fmt: skip
