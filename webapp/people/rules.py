"""What kinds of devices there are."""

from enum import StrEnum


class DeviceKind(StrEnum):
    """What a key signs from: a worker's phone, a browser of an office, a relative's one link."""

    PHONE = "phone"
    DESK = "desk"
    LINK = "link"
