"""A remark that only points to the one above it ("同上", "〃") says what that one says; pure."""

from webapp.roster.cells.cleaning import means_same_as_above


def pointed_to(remark: str, above: str) -> str | None:
    """The remark with the words that it points to; None if it points to nothing.

    Both are made of parts, each perhaps behind the name of its column: "死亡：同上" points to what
    stands above under the same name.
    """
    parts = _parts(remark)
    if not any(means_same_as_above(words) for _label, words in parts):
        return None
    said: list[str] = []
    for label, words in parts:
        meant = [words]
        if means_same_as_above(words):
            meant = [told for name, told in _parts(above) if name == label]
        said += [f"{label}：{each}" if label else each for each in meant]
    return "；".join(said)


def _parts(remark: str) -> list[tuple[str, str]]:
    found = []
    for part in remark.split("；") if remark else ():
        label, mark, words = part.partition("：")
        found.append((label, words) if mark else ("", part))
    return found
