"""Which passwords are too easy to guess (NIST SP 800-63B §3.1.1.2): a list and patterns.

Nothing is said about capitals, digits or signs: such rules make people write `Abc12345!`.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

SHORTEST, LONGEST = 10, 200
# An attacker who may try a hundred a day on an account reaches this after three thousand years.
GUESSES_NEEDED = 10**8
# The estimator takes time with the square of the length; what comes later only makes it stronger.
LOOKED_AT = 64

# What people here build passwords of, in the letters that they type; English lists lack these.
_HABITS = """
520 1314 5201314 888 666 168 woaini woai aini wo ni nihao mima anquan shebao renshe yanglao
renzheng zoufang anzai laoren shequ gongzuo zhongguo wozhongguo shandong zibo jinan zhangdian
zichuan boshan linzi zhoucun huantai gaoqing yiyuan gaoxin wenchang jiedao banshichu woshishui
shishui woshi baobao baobei laopo laogong mama baba erzi nver haizi qinaide tianshi kuaile
xingfu pingan jiankang facai gongxi xinnian zhufu caonima shabi sb wangji wangjile buzhidao
zhidao jiushi haha hehe xixi mingtian jintian tiantian xiaoming admin yisheng yishi 1sheng1shi
yishengyishi abc qwe asd zxc qaz wsx edc rfv tgb password iloveyou welcome
"""
HABITS = tuple(_HABITS.split())
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
# A mobile number or an identity number, with at most a few signs around it.
_NUMBER = re.compile(r"1[3-9]\d{9}|\d{17}[\dx]|\d{15}")
_AROUND_NUMBER = 4


def weakness_of(password: str, *, known: Iterable[str] = ()) -> str | None:
    """Return the code of what makes a password unfit, None for a fit one.

    `known` are words that belong to the account: its user name, its holder's name, its places.
    """
    if len(password) < SHORTEST:
        return "password_too_short"
    if len(password) > LONGEST:
        return "password_too_long"
    plain = unicodedata.normalize("NFKC", password).translate(_DIGITS)
    if _is_number(plain) or _guesses(plain, known) < GUESSES_NEEDED:
        return "password_guessable"
    return None


def _is_number(password: str) -> bool:
    """Say whether it is somebody's number, also with spaces or dashes in it."""
    close = re.sub(r"[\s._-]", "", password.lower())
    found = _NUMBER.search(close)
    return found is not None and len(close) - len(found[0]) <= _AROUND_NUMBER


def _guesses(password: str, known: Iterable[str]) -> float:
    """Estimate after how many guesses it is found, as typed and as its pinyin reads.

    The libraries are loaded here, because only this needs them (0.2 s, once).
    """
    from zxcvbn import zxcvbn

    words = [*_spellings(known), *HABITS]
    typed = {password[:LOOKED_AT], _pinyin(password)[:LOOKED_AT]}
    found = [zxcvbn(one, user_inputs=words) for one in typed if one]
    return min(float(_of_parts(one["sequence"])) for one in found)


def _of_parts(parts: list[dict[str, Any]]) -> int:
    """Return how many orders and choices of the parts there are.

    The estimator's own total adds ten thousand for every part but one, as if nobody put together
    three favourite words; here everybody does.
    """
    return math.factorial(len(parts)) * math.prod(int(part["guesses"]) for part in parts)


def _spellings(words: Iterable[str]) -> list[str]:
    """Return each word, its pinyin and the beginnings of that, its initials and its syllables."""
    from pypinyin import lazy_pinyin

    found: dict[str, None] = {}
    for word in words:
        syllables = lazy_pinyin(word)
        initials = "".join(one[0] for one in syllables if one)
        beginnings = ["".join(syllables[:n]) for n in range(len(syllables), 1, -1)]
        for spelt in (word, *beginnings, initials, *syllables):
            if len(spelt) > 1:
                found[spelt.lower()] = None
    return list(found)


def _pinyin(password: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(password))
