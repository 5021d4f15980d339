"""News of the roster for the features above it (design §1: upwards only by signal)."""

from blinker import Namespace

_news = Namespace()

# Sent within the transaction, with `person_ids: list[UUID]`, when an import changed people or
# was undone.
people_changed = _news.signal("people-changed")

# Sent within the transaction, with `old: str` and `new: str`, when an area was moved: paths that
# begin with the old one must begin with the new one.
area_moved = _news.signal("area-moved")
