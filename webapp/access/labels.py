"""The words that pages show for roles."""

from flask_babel import lazy_gettext as _l

from webapp.access.rules import Role

ROLE_WORDS = {
    Role.WORKER: _l("社区工作人员"),
    Role.VOLUNTEER: _l("志愿者"),
    Role.OFFICE_MANAGER: _l("认证机构负责人"),
    Role.AGENCY_HANDLER: _l("经办机构经办"),
    Role.AGENCY_CHECKER: _l("经办机构复核"),
    Role.AGENCY_APPROVER: _l("经办机构审批"),
    Role.CITY: _l("市中心"),
    Role.AUDITOR: _l("审计"),
    Role.ADMINISTRATOR: _l("系统管理员"),
}


def role_words(role: str) -> str:
    """Return a role's name in the user's language."""
    return str(ROLE_WORDS[Role(role)])
