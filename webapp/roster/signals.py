"""News of the roster for the features above it (upwards only by signal: design §1)."""

from blinker import Namespace

_news = Namespace()

# Sent within the transaction, with `person_ids: list[UUID]`, when an import changed people or
# was undone.
people_changed = _news.signal("people-changed")
