"""Passwords that people here choose and strangers try first are refused; others are not."""

import pytest

from webapp.people.passwords import LONGEST, weakness_of

KNOWN = ["wangqiulan", "王秋兰", "淄博市", "张店区", "科苑街道", "沁园社区"]

GUESSABLE = [
    "1234567890", "0123456789", "12345678910", "1111111111", "8888888888", "88888888888",
    "qwertyuiop", "1qaz2wsx3edc", "zaq12wsxcde3", "asdfghjkl;", "1q2w3e4r5t", "qazwsxedcrfv",
    "1234qwerasdf", "147258369147", "aaaaaaaaaa", "abcabcabcabc", "abcdefghij", "zxcvbnm123",
    "woaini1314", "woaini1314520", "5201314520", "1314woaini", "laopowoaini", "woaizhongguo",
    "woaizibo1314", "woshishui123", "caonima123456", "nihao123456", "anquanmima123",
    "mima123456", "Woaini1314", "WOAINI5201314", "woaini1314a", "a123456789", "123456789a",
    "password123", "P@ssw0rd123", "iloveyou520", "Admin12345", "Anzai2026!", "shebao2026!",
    "zibo123456", "zibo888888", "zhangdian2024", "shandongzibo", "qinyuan123456", "keyuan2026!",
    "wangqiulan", "wangqiulan1", "wangqiulan2026", "wql19800101", "wangqiulan123",
    "王秋兰王秋兰王秋兰",
    "19800101123456", "1980010119800101", "13812345678", "a13812345678", "138-1234-5678",
    "370399195003050011", "37039919500305001X", "一二三四五六七八九十", "我爱我家我爱我家我爱我家",
    "ｗｏａｉｎｉ１３１４", "１２３４５６７８９０",
]  # fmt: skip

FIT = [
    "tianqi-baicai-wazi", "红灯笼挂在老槐树下面", "kqmv-92hx-sdwe-pc7d", "x9k2m4q7w1",
    "correct horse battery", "another good password", "三轮车 白菜 钥匙 窗台", "bi7#Lq0z!mT",
    "guozhuang-shucaidapeng-7",
]  # fmt: skip


@pytest.mark.parametrize("password", GUESSABLE)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert weakness_of(password, known=KNOWN) is not None


@pytest.mark.parametrize("password", FIT)
def test_no_composition_is_asked_for(password: str) -> None:
    assert weakness_of(password, known=KNOWN) is None


def test_length_has_two_ends() -> None:
    assert weakness_of("kq7-m2xz9") == "password_too_short"
    assert weakness_of("kq7 m2xz9 " * 21) == "password_too_long"
    assert weakness_of(("tianqi baicai wazi kuang deng " * 7)[:LONGEST]) is None


def test_only_the_account_s_own_words_count_against_it() -> None:
    assert weakness_of("wangqiulan2026", known=KNOWN) == "password_guessable"
    assert weakness_of("zhaoyunshengdeng", known=KNOWN) is None
