"""What people type in their own words: taken as typed, or refused whole, but never cut short."""

from webapp.refusals import Refusal

LONGEST = 2000


def read_words(text: str, *, most: int = LONGEST) -> str:
    """Return typed words, as `plain_words` gives them.

    Raises:
        Refusal: `words_too_long` for more than `most` characters; its facts name both lengths.
    """
    words = plain_words(text)
    if len(words) > most:
        raise Refusal("words_too_long", most=most, length=len(words))
    return words


def plain_words(text: str) -> str:
    """Return words without the spaces around them, and with each new line as one character.

    A browser sends a new line as two (HTML, "constructing the entry list"); people typed one.
    """
    return text.replace("\r\n", "\n").strip()
