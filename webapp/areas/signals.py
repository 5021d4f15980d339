"""News of the areas for the rooms above (upwards only by signal: design §1)."""

from blinker import Namespace

_news = Namespace()

# Sent within the transaction, with `old: str` and `new: str`, when an area was moved: paths that
# begin with the old one must begin with the new one.
area_moved = _news.signal("area-moved")

# Sent within the transaction, with `area_id: int`, when an area has got another name.
area_renamed = _news.signal("area-renamed")

# Sent before an area is moved; who hears it raises a Refusal to keep the tree as it is.
area_about_to_move = _news.signal("area-about-to-move")
