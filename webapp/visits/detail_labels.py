"""The words for the details of a result: what was asked, and the answers that are codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from webapp.visits.detail_names import OTHER_NAMES
from webapp.visits.rules import Outcome

DETAIL_WORDS = {
    "date": _l("日期"), "place": _l("地点"), "source": _l("消息来源"), "informant": _l("知情人"),
    "informant_relation": _l("知情人与本人的关系"), "informant_phone": _l("知情人电话"),
    "since": _l("从何时起"), "last_seen": _l("最后见到"), "from": _l("从何时起"),
    "to": _l("到何时止"), "country": _l("国家或地区"), "reason": _l("原因"),
    "address": _l("新地址"), "phone": _l("电话"), "institution": _l("机构"),
    "institution_phone": _l("机构电话"), "room": _l("房间"), "words": _l("原话"),
    "differs": _l("不符之处"), "witness": _l("在场人"), "document": _l("证件"),
    "relation": _l("关系"), "contact": _l("联系人"), "identity_document": _l("核对的证件"),
    "identity_last4": _l("证件后四位"),
}  # fmt: skip
# The answers that the phone offers as a choice, by what was asked.
ANSWER_WORDS = {
    "identity_document": {
        "id_card": _l("身份证"), "social_card": _l("社保卡"),
        "household_register": _l("户口簿"), "none_seen": _l("没看到证件"),
    },
    "source": {
        "death_certificate": _l("死亡证明"), "cremation_certificate": _l("火化证"),
        "register_cancelled": _l("户口已注销"), "family_says": _l("家属告知"),
        "neighbour_says": _l("邻居或楼长告知"), "gravestone": _l("墓碑"),
    },
    "reason": {
        "of_age": _l("已满 18 岁或不再上学"), "employed": _l("已就业或参军"),
        "remarried": _l("已再婚"), "adopted": _l("已被收养"),
    },
}  # fmt: skip

_PLACES = {name: place for place, name in enumerate(DETAIL_WORDS)}
_LAST = len(_PLACES)


def details_said(outcome: str, details: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Give what was asked and what was answered, in words and in the order of the questions.

    What another client said under its own name, and the server took over under ours, comes once.
    """
    others = {name for names in OTHER_NAMES.get(Outcome(outcome), {}).values() for name in names}
    ours = [value for name, value in details.items() if name in DETAIL_WORDS]
    for name, value in sorted(details.items(), key=lambda pair: _PLACES.get(pair[0], _LAST)):
        is_repeated = name in others and name not in DETAIL_WORDS and value in ours
        if value and not is_repeated:
            answers = ANSWER_WORDS.get(name, {})
            said = answers.get(value) if isinstance(value, str) else None
            yield str(DETAIL_WORDS.get(name, name)), said or value
