"""Who calls, as Flask-Login keeps it: a caller is an actor with the token that proved it."""

from flask_login import UserMixin

from webapp.access.rules import Actor


class Caller(UserMixin):  # type: ignore[misc]
    """Somebody signed in at the desk, or a phone with its token.

    The id is the session's own token and not the account's, so that one session can be ended from
    outside while the others of the account go on.
    """

    def __init__(self, *, actor: Actor, token: str, is_session: bool) -> None:
        self.actor = actor
        self.token = token
        self.is_session = is_session

    def get_id(self) -> str:
        """Return the token under which the session's row is found again."""
        return self.token
