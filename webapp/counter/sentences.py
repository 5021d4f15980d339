"""What the counter says when it refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "walk_in_open_visit": _l("这个人还有没办完的走访，或已核实不再派发；请先办完或取消它。"),
}
