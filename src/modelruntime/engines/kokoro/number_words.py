"""Chinese words for numbers."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
LONGEST = 16
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RULES: tuple[tuple[str, str], ...] = (
    (r"(\d{4})-(\d{1,2})-(\d{1,2})", r"\1年\2月\3日"),
    (r"(\d{1,2})[:：](\d{2})[:：](\d{2})", r"\1点\2分\3秒"),
    (r"(\d{1,2})[:：]00(?!\d)", r"\1点"),
    (r"(\d{1,2})[:：](\d{2})(?!\d)", r"\1点\2分"),
    (rf"[¥￥]\s?({_NUMBER})", r"\1元"),
    (rf"\$\s?({_NUMBER})", r"\1美元"),
    (rf"€\s?({_NUMBER})", r"\1欧元"),
    (rf"({_NUMBER})\s?%", r"百分之\1"),
    (rf"({_NUMBER})\s?°C", r"\1摄氏度"),
    (rf"({_NUMBER})\s?km(?![A-Za-z])", r"\1公里"),
    (rf"({_NUMBER})\s?kg(?![A-Za-z])", r"\1公斤"),
    (rf"({_NUMBER})\s?[-~～]\s?(?=\d)", r"\1到"),
    (r"(?<![\d.])-(?=\d)", "负"),
)


def speak_numbers(text: str) -> str:
    """The text with its dates, times, amounts and numbers in Chinese words; a year and a long number digit by digit."""
    for pattern, said in _RULES:
        text = re.sub(pattern, said, text)
    text = re.sub(r"(?<!\d)(\d{4})(?=年)", lambda match: _each(match[1]), text)
    return re.sub(_NUMBER, lambda match: number(match[0]), text)


def number(text: str) -> str:
    """`1,250` → 一千二百五十; `3.14` → 三点一四; digit by digit with a leading zero or from seven digits without commas."""
    whole, _, fraction = text.replace(",", "").partition(".")
    code = (whole.startswith("0") and len(whole) > 1) or (len(whole) >= 7 and "," not in text) or len(whole) > LONGEST
    said = _each(whole) if code else _cardinal(whole)
    return f"{said}点{_each(fraction)}" if fraction else said


def _each(digits: str) -> str:
    return "".join(DIGITS[int(digit)] for digit in digits)


def _cardinal(digits: str) -> str:
    groups = [digits[max(0, end - 4) : end] for end in range(len(digits), 0, -4)][::-1]
    said = ""
    for at, group in enumerate(groups):
        words = _group(int(group))
        if not words:
            continue
        gap = said and (int(group) < 1000 or not int(groups[at - 1]))
        said += ("零" if gap else "") + words + _GROUPS[len(groups) - 1 - at]
    if said.startswith("一十"):
        said = said[1:]
    return said or DIGITS[0]


def _group(value: int) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + ("两" if digit == 2 and place == 3 else DIGITS[digit]) + _UNITS[place]
            gap = False
        else:
            gap = True
    return said
