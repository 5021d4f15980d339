"""Gives a pensioner another name: the law knows changes of names, and no import takes one over."""

from webapp import calendar, clock
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster.cells.names import read_name
from webapp.roster.imports.comparison import joined_notes
from webapp.roster.imports.under_undo import refuse_people
from webapp.roster.models import Person
from webapp.roster.signals import people_changed
from webapp.sealing import sealer

LONGEST_REASON = 500
# What is found in a name that is still one.
_HARMLESS = frozenset({"name_spaces", "name_separator", "name_full_width", "name_traditional"})


def rename(*, actor: Actor, person: Person, name: str, reason: str) -> None:
    """Change a person's name; the old one and the reason stand among the remarks.

    Raises:
        Refusal: not_found (404) outside the actor's duty; name_unfit for what is no name,
            name_same, rename_reason without a reason or with more than 500 characters;
            people_being_undone (409).
    """
    if not actor.covers(person.area_path):
        raise Refusal("not_found", 404)
    db.session.refresh(person, with_for_update={"key_share": True, "of": Person})
    told, why = read_name(name), " ".join(reason.split())
    if not told.name or told.note or not _HARMLESS.issuperset(told.codes):
        raise Refusal("name_unfit")
    if told.name == person.name:
        raise Refusal("name_same")
    if not 0 < len(why) <= LONGEST_REASON:
        raise Refusal("rename_reason")
    states.name_act(EntryType.PERSON_RENAMED, account_id=str(actor.account_id))
    # Remarks are Chinese in every language, since offices import them again.
    words = f"更名（{calendar.today().isoformat()}）：{person.name}改为{told.name}，{why}"
    before = sealer().unseal(person.note_sealed) if person.note_sealed else ""
    person.note_sealed = sealer().seal(joined_notes(words.replace("；", "，"), before))
    person.name, person.updated_at = told.name, clock.now()
    people_changed.send(rename, person_ids=[person.id])
    refuse_people([person.id])
