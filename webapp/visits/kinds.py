"""What kinds of occasions there are; pure."""

from enum import StrEnum


class OccasionKind(StrEnum):
    """What one file may show several people of: a day for a group, or one signed sheet."""

    GROUP_DAY = "group_day"
    SHEET = "sheet"
