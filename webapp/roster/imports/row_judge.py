"""Judges usable rows against the people whom the roster holds, and against the area of duty."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from webapp.areas.rules import path_lies_in
from webapp.roster.cells.numbers import mask as mask_number
from webapp.roster.cells.numbers import upgrade_legacy
from webapp.roster.cells.phones import mask as mask_phone
from webapp.roster.imports.comparison import (
    Contact,
    Known,
    compare,
    joined_contacts,
    joined_notes,
)
from webapp.roster.imports.known_people import KnownPeople
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.repeats import same_street
from webapp.roster.reading.treatments import Treatment
from webapp.sealing import Sealer

_HIDDEN = "******"
UNUSED = frozenset({Treatment.SKIP, Treatment.HOLD, Treatment.REJECT})


@dataclass(slots=True)
class Verdict:
    """Whom the row is about, if the roster holds him or her, and what it changes."""

    known: Known | None
    changes: list[str]
    phones: list[bytes] = field(default_factory=list)

    def details(self, reading: RowReading) -> list[list[str]]:
        """The changes: field, what stands there, what comes; areas by path, benefits by kind."""
        if self.known is None:
            return []
        known = self.known
        words = {
            "name": (known.name, reading.name), "address": (known.address, reading.address),
            "area": (known.area_path, reading.area_path),
            "note": (known.note, joined_notes(reading.remark, known.note)),
            "contact": (_shown(known.contacts),
                        _shown(joined_contacts(reading.contact, known.contacts))),
            "employer": (known.employers.get(reading.kind, ""), reading.employer),
            "phone": ("、".join(known.shown_phones), "、".join(self._phones(reading, known))),
            "benefit": (" ".join(known.benefits), " ".join([*known.benefits, reading.kind])),
        } | self._facts(reading, known)  # fmt: skip
        return [[name, *words[name]] for name in self.changes if name in words]

    @staticmethod
    def _facts(reading: RowReading, known: Known) -> dict[str, tuple[str, str]]:
        """Changes of facts in codes; of the number that was known of a dead worker only its index
        is kept, so that nothing of it can be shown."""
        kind, was_dead = reading.kind, known.deceased.get(reading.kind)
        return {
            "position": (_joined(known.position), _joined(reading.position)),
            "sex": (known.sex or "", reading.sex or ""),
            "birth": (_day(known.birth_on), _day(reading.birth_on)),
            "document": (known.doc_type, reading.doc_type),
            "status": (known.benefits.get(kind, ""), reading.status),
            "deceased": (_HIDDEN if was_dead else "", mask_number(reading.deceased_number)),
        }

    def mark(self, reading: RowReading, sealer: Sealer, *parts: object) -> bytes:
        """Return a keyed hash of whom the row is about, what stands there and what comes.

        Telephone numbers count whole, although `details` show their ends only.
        """
        known = self.known
        told = [
            *parts, str(known.id) if known else "", self.details(reading),
            [index.hex() for index in (known.phones if known else ())],
            [index.hex() for index in self.phones],
            known.contacts if known else [], reading.contact,
            known.deceased.get(reading.kind, b"").hex() if known else "",
            reading.deceased_number,
            [[each.code, each.facts] for each in reading.findings],
        ]  # fmt: skip
        return sealer.index(json.dumps(told, ensure_ascii=False, default=str))

    def _phones(self, reading: RowReading, known: Known) -> list[str]:
        """The row's numbers and, behind them, older ones, which may still ring."""
        own = [mask_phone(number) for number in reading.phones]
        older = zip(known.phones, known.shown_phones, strict=True)
        return own + [shown for index, shown in older if index not in self.phones]


def _joined(position: tuple[float, float, str] | None) -> str:
    return ", ".join(map(str, position or ()))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _shown(contacts: list[Contact]) -> str:
    """Contacts as lists show them, of telephone numbers the end."""
    shown = [" ".join(filter(None, (name, relation, mask_phone(phone) if phone else "")))
             for name, relation, phone in contacts]  # fmt: skip
    return "、".join(shown)


@dataclass(frozen=True, slots=True)
class RowJudge:
    """`duty` is the path of the area that the importing account answers for, "/" for the city."""

    sealer: Sealer
    duty: str = "/"
    duty_area_id: int | None = None

    def judge(self, readings: list[RowReading], known: KnownPeople) -> list[Verdict]:
        """A verdict for each reading; findings are added to the readings."""
        for reading in readings:
            self._within_duty(reading)
        indexes = [self.sealer.index(reading.number) for reading in readings]
        found = known.by_number(indexes)
        verdicts = []
        for reading, index in zip(readings, indexes, strict=True):
            person = found.get(index)
            changes: list[str] = []
            phones: list[bytes] = []
            if person is not None:
                self._person_within_duty(reading, person)
                phones = [self.sealer.index(number) for number in reading.phones]
                dead = reading.deceased_number
                deceased = self.sealer.index(dead) if dead else None
                changes = compare(reading, person, phones, deceased)
            verdicts.append(Verdict(person, changes, phones))
        if not known.is_empty:
            newcomers = [r for r, v in zip(readings, verdicts, strict=True) if v.known is None]
            self._against_namesakes(newcomers, known)
            self._against_legacy(newcomers, known)
        return verdicts

    def _within_duty(self, reading: RowReading) -> None:
        if path_lies_in(reading.area_path, self.duty):
            return
        if path_lies_in(self.duty, reading.area_path):
            reading.note("area_unclear")
            reading.area_id, reading.area_path = self.duty_area_id, self.duty
        else:
            reading.note("area_not_yours")

    def _person_within_duty(self, reading: RowReading, person: Known) -> None:
        if not self.answers_for(person.area_path):
            reading.note("person_elsewhere")

    def answers_for(self, area_path: str) -> bool:
        """Whether a pensioner there is this account's; who lies nowhere yet is anybody's."""
        return path_lies_in(area_path, self.duty) or area_path == "/"

    def _against_namesakes(self, newcomers: list[RowReading], known: KnownPeople) -> None:
        pairs = {(r.name, r.birth_on) for r in newcomers if r.birth_on is not None}
        namesakes: dict[tuple[str, date | None], list[Any]] = {}
        for row in known.namesakes(pairs):
            namesakes.setdefault((row.name, row.birth_on), []).append(row)
        for reading in newcomers if namesakes else ():
            key = (reading.name, reading.birth_on)
            for row in namesakes.get(key, ()):
                if same_street(reading.area_path, row.area_path) or reading.address == row.address:
                    reading.note("possible_duplicate")

    def _against_legacy(self, newcomers: list[RowReading], known: KnownPeople) -> None:
        """One person under fifteen digits here and eighteen there is never merged by us."""
        others: dict[bytes, list[RowReading]] = {}
        for reading in newcomers:
            if reading.doc_type == "resident_15":
                other = upgrade_legacy(reading.number)
            elif known.has_legacy and reading.number[6:8] == "19" and len(reading.number) == 18:
                other = reading.number[:6] + reading.number[8:17]
            else:
                continue
            others.setdefault(self.sealer.index(other), []).append(reading)
        for index in known.by_number(others):
            for reading in others[index]:
                reading.note("id_legacy_known")
