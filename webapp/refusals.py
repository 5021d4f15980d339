"""The exception by which rules and services say no, with a stable code."""


class Refusal(Exception):  # noqa: N818 - it is a decision, not an error of the program.
    """A request that the rules do not allow; nothing of it is written.

    `code` is stable and documented, `status` is the HTTP status that fits, and `facts` are
    plain values that the sentence shown to the user may name.
    """

    def __init__(self, code: str, status: int = 422, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.facts = facts


class Kept(Refusal):
    """What was sent is refused as it stands, and written down all the same.

    The caller commits first and tells the sender afterwards, who need not send it again: the
    answer says `kept`. A plain refusal leaves nothing behind, and the caller rolls back.
    """

    def __init__(self, code: str, status: int = 422, **facts: object) -> None:
        super().__init__(code, status, kept=True, **facts)
