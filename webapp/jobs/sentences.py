"""What the refusals about jobs say to a person."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "job_not_found": _l("没有找到这项后台任务。"),
    "job_not_dead": _l("这项后台任务没有停下，不需要重试。"),
}
