"""News of the visits for the rooms above (design §1: upwards only by signal).

All are sent within the transaction of the act that they tell of. Whoever listens flushes and never
commits; what a listener raises undoes the whole act, and a `Refusal` is what the caller is told.
The order of locks holds for listeners too (`results.lock_visit`): unless a signal says otherwise it
is sent while its visits are locked and before the change counter and the journal are.
"""

from blinker import Namespace

_news = Namespace()

# Sent with `paths: dict[UUID, str]`, when visits lie in another area.
visits_moved = _news.signal("visits-moved")

# Sent with `old: str` and `new: str`, after visits followed a moved area.
visits_followed = _news.signal("visits-followed")

# Sent with `result: Result`, which is accepted by now. The results beside it and the visit move
# right after, so that whoever listens sees what the decision was made on.
result_accepted = _news.signal("result-accepted")

# Sent with `result: Result`, whose acceptance is taken back; it, the results beside it and the
# visit are again what they were when `result_accepted` was sent.
result_taken_back = _news.signal("result-taken-back")

# Sent with `result: Result`, which reports that somebody died, is in custody or settled abroad, or
# that a dependant is none any more; nobody has reviewed it yet, and it may be one of several. The
# counter and the journal are locked by then: whoever listens takes no lock that comes before them.
loss_reported = _news.signal("loss-reported")

# Sent with `visits: list[Visit]`, cancelled together, of which phones are told right after.
visit_cancelled = _news.signal("visit-cancelled")
