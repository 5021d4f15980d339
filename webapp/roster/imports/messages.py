"""The words for findings and treatments, in the language of the request or the command line."""

from collections.abc import Iterable

from flask_babel import gettext as _

from webapp.roster.imports.import_rules import LeftOut
from webapp.roster.notes import mask_numbers
from webapp.roster.reading.treatments import Finding, Treatment, most_serious
from webapp.roster.sentences import FIELDS, FINDINGS

# So much of a note tells what it is about; the row and the person show all of it.
LONGEST_NOTE = 80


def message_of(findings: Iterable[Finding]) -> str:
    """One line that says everything that was found in a row, the most serious first."""
    ordered = sorted(findings, key=lambda finding: -_rank(finding))
    return str(_("；")).join(dict.fromkeys(sentence_of(finding) for finding in ordered))


def sentence_of(finding: Finding) -> str:
    """The sentence of one finding; of a long note the beginning, of long numbers the end."""
    facts = {"note": "", "other_row": "?", "field": "", "what": "", **finding.facts}
    note = mask_numbers(str(facts["note"]))
    facts["note"] = f"{note[:LONGEST_NOTE]}……" if len(note) > LONGEST_NOTE else note
    facts["field"] = field_words(str(facts["field"]))
    return str(FINDINGS[finding.code]) % facts


def field_words(name: str) -> str:
    """What a field, or each of several with commas between them, is called on the screen."""
    return "、".join(str(FIELDS.get(each, each)) for each in name.split(","))


def treatment_words(treatment: str) -> str:
    """What a treatment is called on the screen."""
    words = {
        Treatment.CLEAN: _("正常"), Treatment.FIX: _("已整理"), Treatment.WARN: _("请核对"),
        Treatment.HOLD: _("待处理"), Treatment.REJECT: _("退回"), Treatment.SKIP: _("略过"),
    }  # fmt: skip
    return str(words[Treatment(treatment)])


def difference_words(name: str) -> str:
    """What a figure of the difference is called on the screen."""
    words = {
        "created": _("新增人员"), "changed": _("有变动的人员"), "unchanged": _("没有变动的人员"),
        "name": _("姓名"), "address": _("住址变动"), "area": _("区划变动"),
        "phone": _("电话变动"), "benefit": _("新增待遇"), "position": _("坐标变动"),
        "note": _("备注变动"), "contact": _("联系人变动"), "employer": _("原单位变动"),
        "status": _("系统所报待遇状态变动"), "deceased": _("死亡职工号码变动"),
        "sex": _("性别变动"), "birth": _("出生日期变动"), "document": _("证件类型变动"),
    }  # fmt: skip
    return str(words.get(name, name))


def left_out_words(reason: str) -> str:
    """Why nothing of a sheet was read."""
    words = {
        LeftOut.HIDDEN: _("隐藏的工作表"), LeftOut.NOT_CHOSEN: _("没有选它"),
        LeftOut.NO_HEADER: _("空表，或没有找到表头"),
    }  # fmt: skip
    return str(words[LeftOut(reason)])


def _rank(finding: Finding) -> int:
    return list(Treatment).index(most_serious([finding]))
