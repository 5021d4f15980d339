"""How far a phone has read, as the one text that it gives back."""

from dataclasses import dataclass

from webapp.packs.changes import Reached
from webapp.refusals import Refusal

# Of the middle part so many characters print the code lists; what follows names the view.
PRINT, MOST = 12, 16


@dataclass(frozen=True)
class Cursor:
    """How far a phone has read: the last change number, the code lists that it holds, of which
    history the number is (a restored database has another one, see `changes.begin_history`),
    and with whose eyes it was read, "" where nothing was withheld (see `projections`).
    """

    change_no: int = 0
    codes: str = ""
    history: int | None = None
    view: str = ""

    def __str__(self) -> str:
        return f"{self.change_no}.{self.codes}{self.view}.{self.history or 0}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read a cursor that an earlier pack gave; "" starts from nothing.

        Raises:
            Refusal: `bad_cursor`.
        """
        if not text:
            return cls()
        number, printed, history = (*text.split("."), "", "")[:3]
        is_well_formed = all(
            part.isascii() and part.isdigit() and len(part) <= 18
            for part in (number, history or "0")
        )
        if not is_well_formed or len(printed) > MOST or text.count(".") > 2:
            raise Refusal("bad_cursor")
        known = int(history) if history else None
        return cls(int(number), printed[:PRINT], known, printed[PRINT:])

    def where(self, own: Reached, view: str) -> "Cursor":
        """Return the cursor, or one from the start when it counts the changes of another history.

        A number that was never given out betrays a database that was set back unrecorded. Who
        reads with other eyes than before (another role, or a role that is told less) begins anew
        as well, so that nothing stays on the phone that its holder is told no longer.
        """
        is_own = self.history == own.history and self.change_no <= own.change_no
        number = self.change_no if is_own and self.view == view else 0
        return Cursor(number, self.codes, own.history, view)
