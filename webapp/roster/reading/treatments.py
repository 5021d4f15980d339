"""The treatments that a row of a roster can get, and the findings that lead to them."""

from dataclasses import dataclass, field
from enum import StrEnum

Fact = str | int | float | None


class Treatment(StrEnum):
    """What happens to a row; the order of seriousness is that of `SERIOUSNESS`."""

    CLEAN = "CLEAN"
    SKIP = "SKIP"
    FIX = "FIX"
    WARN = "WARN"
    HOLD = "HOLD"
    REJECT = "REJECT"


SERIOUSNESS = {treatment: rank for rank, treatment in enumerate(Treatment)}

_FIX = (
    "id_lowercase_x", "id_full_width", "id_spaces", "name_spaces", "name_separator",
    "name_full_width", "phones_split", "phone_float", "phone_format", "date_serial",
    "date_format", "date_none_word", "street_alias", "community_alias", "district_alias",
    "area_zone", "area_from_address", "area_from_sheet", "area_from_section", "area_from_title",
    "code_mapped", "note_kept",
)  # fmt: skip
_WARN = (
    "id_lookalike_x", "id_fifteen_digits", "id_other_document", "sex_differs", "birth_differs",
    "possible_duplicate", "name_note", "name_placeholder", "name_traditional",
    "name_variant", "phone_area_code", "phone_dummy", "phone_shared", "phone_unreadable",
    "date_two_digit_year", "date_unreadable", "certified_off_season", "community_unknown",
    "community_ambiguous", "address_other_place",
    "street_unknown", "district_unknown", "same_as_above", "address_outside_city",
    "hidden_row", "coordinates_unclear", "coordinates_outside_city",
    "category_missing", "area_unclear", "row_struck", "cell_struck", "words_struck",
    "cells_beyond_header", "second_address", "words_too_long", "cell_comment",
)  # fmt: skip
_HOLD = (
    "id_float", "id_zeroed_tail", "id_letter_for_digit", "id_seventeen_digits", "id_length",
    "id_malformed", "id_check_digit", "id_missing", "id_two_names", "id_repeated_differs",
    "id_of_deceased", "id_legacy_known", "person_stopped", "name_missing", "name_death_note",
    "names_two",
    "certified_after_death", "status_lost", "area_not_yours", "person_elsewhere",
    "street_other_district", "cell_error", "code_unknown", "remark_lost",
    "number_unread", "words_of_nobody", "above_header", "header_unclear",
)  # fmt: skip
# Held only because somebody else answers for the person: no fault of the row.
OUTSIDE_DUTY = frozenset({"area_not_yours", "person_elsewhere"})
_REJECT = (
    "id_birth_impossible", "id_birth_future", "id_birth_too_old", "certified_in_future",
)  # fmt: skip
_SKIP = ("row_repeated", "row_blank", "header_repeated", "title_repeated", "footer", "section_row")

# What is worth saying although the row is as it should be.
_CLEAN = ("second_benefit",)

TREATMENT_OF: dict[str, Treatment] = {
    **dict.fromkeys(_CLEAN, Treatment.CLEAN),
    **dict.fromkeys(_FIX, Treatment.FIX),
    **dict.fromkeys(_WARN, Treatment.WARN),
    **dict.fromkeys(_HOLD, Treatment.HOLD),
    **dict.fromkeys(_REJECT, Treatment.REJECT),
    **dict.fromkeys(_SKIP, Treatment.SKIP),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found in a row: a stable code, and facts for its sentence."""

    code: str
    facts: dict[str, Fact] = field(default_factory=dict)

    @property
    def treatment(self) -> Treatment:
        """The treatment that this finding alone would give the row."""
        return TREATMENT_OF[self.code]


def is_outside_duty(findings: list[Finding] | tuple[Finding, ...]) -> bool:
    """Whether a row is held for nothing but that its person lies outside the duty."""
    held = {each.code for each in findings if each.treatment is Treatment.HOLD}
    return bool(held) and held <= OUTSIDE_DUTY and most_serious(findings) is Treatment.HOLD


def most_serious(findings: list[Finding] | tuple[Finding, ...]) -> Treatment:
    """The row's treatment: REJECT > HOLD > WARN > FIX > SKIP > CLEAN (design §5)."""
    worst = Treatment.CLEAN
    for finding in findings:
        treatment = TREATMENT_OF[finding.code]
        if SERIOUSNESS[treatment] > SERIOUSNESS[worst]:
            worst = treatment
    return worst
