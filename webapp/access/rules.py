"""Roles, permissions and the one table that grants them (role matrix: domain §6)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from webapp.refusals import Refusal


class Role(StrEnum):
    """What an account is; every account has exactly one role and one area of duty."""

    WORKER = "worker"
    VOLUNTEER = "volunteer"
    OFFICE_MANAGER = "office_manager"
    AGENCY_HANDLER = "agency_handler"
    AGENCY_CHECKER = "agency_checker"
    AGENCY_APPROVER = "agency_approver"
    CITY = "city"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One kind of thing that a route lets its caller do."""

    USE_PHONE = "use_phone"
    CERTIFY_AT_DESK = "certify_at_desk"
    SEE_DESK = "see_desk"
    SEE_ROSTER = "see_roster"
    IMPORT_ROSTER = "import_roster"
    EXPORT_ROSTER = "export_roster"
    SEE_FULL_NUMBER = "see_full_number"
    SEE_VISITS = "see_visits"
    DISPATCH_VISITS = "dispatch_visits"
    REVIEW_RESULTS = "review_results"
    DECIDE_CONTACTS = "decide_contacts"
    SEE_ARCHIVE = "see_archive"
    SEE_MEDIA = "see_media"
    DOWNLOAD_ORIGINALS = "download_originals"
    SEE_JOURNAL = "see_journal"
    AUDIT = "audit"
    APPROVE_ERASURE = "approve_erasure"
    MANAGE_ACCOUNTS = "manage_accounts"
    CONFIRM_PHONES = "confirm_phones"
    MANAGE_AREAS = "manage_areas"
    SEE_JOBS = "see_jobs"
    RETRY_JOBS = "retry_jobs"


_FIELD = frozenset({Role.WORKER, Role.VOLUNTEER})
_OFFICE = frozenset({Role.OFFICE_MANAGER})
_AGENCY = frozenset({Role.AGENCY_HANDLER, Role.AGENCY_CHECKER, Role.AGENCY_APPROVER})
_READERS = frozenset({Role.CITY, Role.AUDITOR})

# The administrator is in no row that shows case data (domain §6).
GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.USE_PHONE: _FIELD | _OFFICE,
    Permission.CERTIFY_AT_DESK: _OFFICE,
    Permission.SEE_DESK: frozenset(Role) - _FIELD,
    Permission.SEE_ROSTER: _OFFICE | _AGENCY | _READERS,
    Permission.IMPORT_ROSTER: _OFFICE | {Role.AGENCY_HANDLER, Role.CITY},
    Permission.EXPORT_ROSTER: _OFFICE | {Role.AGENCY_HANDLER, Role.CITY},
    Permission.SEE_FULL_NUMBER: _OFFICE | _AGENCY | {Role.AUDITOR},
    Permission.SEE_VISITS: _OFFICE | _AGENCY | _READERS,
    Permission.DISPATCH_VISITS: _OFFICE | {Role.AGENCY_HANDLER},
    Permission.REVIEW_RESULTS: _OFFICE | {Role.AGENCY_CHECKER},
    Permission.DECIDE_CONTACTS: _OFFICE | {Role.AGENCY_HANDLER},
    Permission.SEE_ARCHIVE: _OFFICE | _AGENCY | _READERS,
    Permission.SEE_MEDIA: _OFFICE | _AGENCY | {Role.AUDITOR},
    Permission.DOWNLOAD_ORIGINALS: _OFFICE | _AGENCY | {Role.AUDITOR},
    Permission.SEE_JOURNAL: _AGENCY | _READERS,
    # Two of these together, for a deletion that the law demands (PIPL, articles 47 and 50).
    Permission.APPROVE_ERASURE: frozenset({Role.AGENCY_CHECKER, Role.AGENCY_APPROVER, Role.CITY}),
    Permission.AUDIT: frozenset({Role.AUDITOR}),
    Permission.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    # Never the administrator, who could have enrolled the phone in its holder's name.
    Permission.CONFIRM_PHONES: _OFFICE,
    Permission.MANAGE_AREAS: frozenset({Role.ADMINISTRATOR, Role.CITY}),
    Permission.SEE_JOBS: frozenset(Role) - _FIELD,
    Permission.RETRY_JOBS: frozenset({Role.ADMINISTRATOR}),
}


# The city's own path "/1/" has two strokes; "/" is where those lie whose area nobody knows.
_CITY_DEPTH = 2
# A path under which nothing lies; it is deep, for a short one stands for the whole city.
NO_DUTY = "/0/0/0/"


def is_whole_city(area_path: str) -> bool:
    """Say whether a path means the whole city: "/" or the city's own path "/1/"."""
    return area_path.count("/") <= _CITY_DEPTH


def duty_path(area_id: int | None, said: str, path_of_area: str | None) -> str:
    """Return the path of an account's duty: none at all when it is not that of the area.

    Without an area the duty is the whole city. An area that is gone, or a path that is another's,
    must never widen what an account sees.
    """
    expected = "/" if area_id is None else path_of_area
    return said if said == expected else NO_DUTY


class HolderKind(StrEnum):
    """To what a sender's key belongs."""

    ACCOUNT = "account"
    LINK = "link"


@dataclass(frozen=True)
class Holder:
    """To whom a device's key belongs: an account, or one invitation of a relative (a link)."""

    kind: HolderKind
    id: UUID

    @classmethod
    def account(cls, account_id: UUID) -> "Holder":
        """Return the holder that an account is."""
        return cls(HolderKind.ACCOUNT, account_id)

    def to_json(self) -> dict[str, str]:
        """Return the form in which a capture record names its holder (version 2)."""
        return {self.kind.value: str(self.id)}


@dataclass(frozen=True)
class Actor:
    """Who makes the present request, and where their duty lies."""

    holder: Holder
    role: Role
    name: str
    area_path: str
    device_kid: str | None = None
    # Signed in with a password that somebody else set: it has to be changed before any work.
    is_password_due: bool = False

    @property
    def account_id(self) -> UUID:
        """The account that acts.

        Raises:
            Refusal: `not_allowed` (403) for a link, which may do nothing that needs an account.
        """
        if self.holder.kind is not HolderKind.ACCOUNT:
            raise Refusal("not_allowed", 403)
        return self.holder.id

    def may(self, permission: Permission) -> bool:
        """Say whether the actor's role is granted `permission`."""
        return self.role in GRANTS[permission]

    def covers(self, area_path: str) -> bool:
        """Say whether a case in the area `area_path` lies in the actor's area of duty.

        The whole city covers those too whose area nobody knows yet, whose path is "/".
        """
        if self.role is Role.ADMINISTRATOR:
            return False
        return self.answers_for_city or area_path.startswith(self.area_path)

    @property
    def answers_for_city(self) -> bool:
        """Whether the actor's duty is the whole city: "/" or the city's own path "/1/"."""
        return is_whole_city(self.area_path)
