"""Names on the next page what was just decided, so that a slip of the finger is seen at once."""

from dataclasses import dataclass
from uuid import UUID

from flask import get_flashed_messages
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.evidence.models import Review
from webapp.evidence.review.forms import DECIDED
from webapp.evidence.review.review import Decision
from webapp.extensions import db
from webapp.roster.models import Person
from webapp.visits.models import Result

SAID = {
    Decision.ACCEPT: _l("已通过。"),
    Decision.PROPOSE: _l("已记下您同意通过，要等第二人审核。"),
    Decision.RETURN: _l("已退回，走访人员会看到您的话。"),
    Decision.ASK_AGAIN: _l("已要求再访一次。"),
}


@dataclass(frozen=True)
class Note:
    """A decision of a moment ago: about whom, what, and whether it can be taken back."""

    review: Review
    person: Person
    words: str
    is_acceptance: bool


def just_decided() -> list[Note]:
    """Return what this browser decided on the page before; the person is read, not remembered."""
    ids = [UUID(str(id_)) for id_ in get_flashed_messages(category_filter=[DECIDED])]
    if not ids:
        return []
    query = select(Review).where(Review.id.in_(ids))
    found = db.session.scalars(query.options(joinedload(Review.result).joinedload(Result.person)))
    return [_note(review) for review in found]


def _note(review: Review) -> Note:
    decision = Decision(review.decision)
    is_acceptance = decision in {Decision.ACCEPT, Decision.PROPOSE}
    return Note(review, review.result.person, str(SAID[decision]), is_acceptance)
