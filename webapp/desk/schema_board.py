"""Tells whoever keeps the server, on the page "today", that the database's schema was changed."""

from flask_babel import lazy_gettext as _l

from webapp.access.rules import Actor, Permission
from webapp.database.schema.comparison import differences
from webapp.desk import today
from webapp.extensions import db

MOST_SHOWN = 20
KINDS = {
    "relation": _l("表或视图"), "table": _l("表"), "view": _l("视图"), "index": _l("索引"),
    "trigger": _l("触发器"), "constraint": _l("约束"), "rule": _l("规则"),
    "policy": _l("行级策略"), "function": _l("函数"), "operator": _l("运算符"),
    "type": _l("类型"), "event trigger": _l("事件触发器"), "setting": _l("连接设置"),
}  # fmt: skip


@today.board(5, Permission.MANAGE_ACCOUNTS)
def for_administrators(_actor: Actor) -> today.Board:
    """Return the notice for administrators; it shows nothing where nothing differs."""
    return _board()


@today.board(5, Permission.AUDIT)
def for_auditors(_actor: Actor) -> today.Board:
    """Return the notice for auditors."""
    return _board()


def _board() -> today.Board:
    found = differences(db.session.connection())
    facts = {"differences": found[:MOST_SHOWN], "count": len(found), "kinds": KINDS}
    return today.Board("schema-board.html", facts)
