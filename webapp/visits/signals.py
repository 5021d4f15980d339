"""News of the visits for the rooms above (design §1: upwards only by signal)."""

from blinker import Namespace

_news = Namespace()

# Sent within the transaction, with `paths: dict[UUID, str]`, when visits lie in another area, while
# they are locked and before the change counter is (the order of locks: `results.lock_visit`).
visits_moved = _news.signal("visits-moved")

# Sent within the transaction, with `old: str` and `new: str`, after visits followed a moved area.
visits_followed = _news.signal("visits-followed")
