"""Written English as it is spoken: times, dates, money, units, abbreviations, symbols and numbers become words.

The word lists come with the voice (`normalize.json`); the rules are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from modelruntime.engines.hibari import number_words as words

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_BIG = r"hundred|thousand|million|billion|trillion"
_ORDINAL = re.compile(r"(?<![\w.])(\d+)(?:st|nd|rd|th)\b", re.I)
_TIME = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\b\.?(?=\W|$))?", re.I)
_HOUR = re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b\.?(?!\w)", re.I)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_US_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_FRACTION = re.compile(r"(?<![\w./])(\d{1,2})/(\d{1,2})(?![\w./])")
_PHONE = re.compile(r"(?<![\w.-])(?:\d{3}-)?\d{3}-\d{4}(?![\w-])")
_RANGE = re.compile(r"(?<![\w.-])(\d{1,4})\s?[-–]\s?(\d{1,4})(?![\w-])")
_YEAR = re.compile(r"(?<![\w.,$£€¥-])(1[1-9]\d\d|20\d\d)(s?)(?![\w%]|[.,]\d)")
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}")
_PLAIN = re.compile(rf"(?<![\w.])-?{_NUMBER}|\d+(?:\.\d+)?")
_FRACTION_NAMES = {2: "half", 3: "third", 4: "quarter"}
_SIGNS = {"%": " percent", "&": " and ", "@": " at ", "+": " plus "}
_CENTS = {"$": ("cent", "cents"), "€": ("cent", "cents"), "£": ("penny", "pence")}

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


class NormalText:
    """Call it with a text; the tables are those of `normalize.json`."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self._money: dict[str, list[str]] = tables["currency"]
        self._units: dict[str, list[str]] = tables["units"]
        self._symbols: dict[str, str] = {**tables["symbols"], **_SIGNS}
        self._months: list[str] = list(tables["months"].values())
        self._rules = self._make_rules(tables)

    def __call__(self, text: str) -> str:
        """The text in words; sentence punctuation stays."""
        text = re.sub(r"\s+", " ", text.replace("’", "'").replace("―", "—")).strip()
        for pattern, say in self._rules:
            text = pattern.sub(say, text)
        for symbol, said in self._symbols.items():
            text = text.replace(symbol, f" {said} ")
        return re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"\s+", " ", text)).strip()

    def _make_rules(self, tables: dict[str, Any]) -> list[Rule]:
        months = _any([*self._months, *(name.title() for name in tables["months"]), "Sept"])
        titles, short = tables["titles"], tables["abbreviations"]
        symbols = _any(self._money)
        return [
            (_TIME, _say_time),
            (_HOUR, lambda m: f"{words.number(m[1])} {m[2].upper()}M"),
            (_ISO_DATE, lambda m: self._date(m, int(m[2]), int(m[3]), int(m[1]))),
            (_US_DATE, lambda m: self._date(m, int(m[1]), int(m[2]), int(m[3]))),
            (
                re.compile(rf"({symbols})\s?({_NUMBER})(?:\s?({_BIG}|[kmb]\b))?", re.I),
                lambda m: self._amount(m[1], m[2], m[3]),
            ),
            (re.compile(rf"(?<![\w.])({_NUMBER})\s?¢"), lambda m: self._counted(m[1], self._money["¢"])),
            (re.compile(rf"(?<![\w.])(-?{_NUMBER})\s?°\s?([CF])?\b"), self._degrees),
            (
                re.compile(rf"(?<![\w.])(-?{_NUMBER})\s?({_any(self._units)})(?!\w)"),
                lambda m: self._counted(m[1], self._units[m[2]]),
            ),
            (
                re.compile(rf"\b({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:%])"),
                lambda m: f"{self._full_month(m[1])} {words.ordinal(int(m[2]))}",
            ),
            (
                re.compile(rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({months})\b"),
                lambda m: f"the {words.ordinal(int(m[1]))} of {self._full_month(m[2])}",
            ),
            (re.compile(rf"\b({_any(titles)})\.? (?=[A-Z])"), lambda m: f"{_spoken_title(titles[m[1]])} "),
            (re.compile(rf"(?<![\w.])({_any(short)})(?!\w)"), lambda m: _full(m, short)),
            (re.compile(r"\bNo\. ?(?=\d)|(?<![\w&])#(?=\d)"), lambda m: "number "),
            (
                re.compile(rf"\b({_any(tables['roman_cardinal'])}) ([IVXLC]+)\b(?!['.]\w)"),
                lambda m: f"{m[1]} {words.cardinal(_roman(m[2]))}",
            ),
            (
                re.compile(rf"\b({_any(tables['roman_ordinal'])}) ([IVXLC]+)\b(?!['.]\w)"),
                lambda m: f"{m[1]} the {words.ordinal(_roman(m[2]))}",
            ),
            (_PHONE, lambda m: ", ".join(words.digits(part) for part in m[0].split("-"))),
            (_FRACTION, _say_fraction),
            (_RANGE, lambda m: f"{m[1]} to {m[2]}"),
            (_ORDINAL, lambda m: words.ordinal(int(m[1]))),
            (_VERSION, lambda m: " point ".join(words.number(part) for part in m[0].split("."))),
            (_YEAR, lambda m: _plural_year(words.year(int(m[1]))) if m[2] else words.year(int(m[1]))),
            (_PLAIN, lambda m: f" {words.number(m[0])} "),
        ]

    def _full_month(self, written: str) -> str:
        return next(month for month in self._months if month[:3] == written[:3])

    def _date(self, match: re.Match[str], month: int, day: int, year: int) -> str:
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return match[0]
        return f"{self._months[month - 1]} {words.ordinal(day)}, {words.year(year)}"

    def _amount(self, symbol: str, amount: str, big: str | None) -> str:
        names = self._money[next(name for name in self._money if name.lower() == symbol.lower())]
        if big:
            return f"{words.number(amount)} {_BIG_LETTERS.get(big.lower(), big)} {names[1]}"
        whole, _, cents = amount.partition(".")
        if symbol in _CENTS and len(cents) == 2 and int(cents):
            small = f"{words.number(str(int(cents)))} {_CENTS[symbol][int(cents) != 1]}"
            return small if whole == "0" else f"{self._counted(whole, names)} and {small}"
        return self._counted(whole if not cents.strip("0") else amount, names)

    def _counted(self, amount: str, names: list[str]) -> str:
        return f"{words.number(amount)} {names[amount not in ('1', '-1')]}"

    def _degrees(self, match: re.Match[str]) -> str:
        scale = {"C": " Celsius", "F": " Fahrenheit", None: ""}[match[2]]
        return self._counted(match[1], ["degree", "degrees"]) + scale


_BIG_LETTERS = {"k": "thousand", "m": "million", "b": "billion"}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def _any(names: Any) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _full(match: re.Match[str], short: dict[str, str]) -> str:
    """The long form; a dot that also ended the text stays."""
    ends = match.end() == len(match.string) and match[1].endswith(".")
    return _spoken_title(short[match[1]]) + ("." if ends else "")


def _spoken_title(title: str) -> str:
    return {"Mr": "Mister", "Mrs": "Missus", "Dr": "Doctor"}.get(title, title)


def _say_time(match: re.Match[str]) -> str:
    hour, minute, second, half = match[1], match[2], match[3], match[4]
    if int(hour) > 24 or int(minute) > 59:
        return match[0]
    parts = [words.number(str(int(hour)))]
    if int(minute):
        parts.append(f"{'oh ' if int(minute) < 10 else ''}{words.cardinal(int(minute))}")
    elif not half:
        parts.append("o'clock" if 0 < int(hour) <= 12 else "hundred")
    if second:
        parts.append(f"and {words.cardinal(int(second))} seconds")
    return " ".join(parts) + (f" {half.upper()}M" if half else "")


def _say_fraction(match: re.Match[str]) -> str:
    part, whole = int(match[1]), int(match[2])
    if not 0 < part < whole <= 20:
        return f"{words.cardinal(part)} slash {words.cardinal(whole)}"
    name = _FRACTION_NAMES.get(whole) or words.ordinal(whole)
    plural = "halves" if name == "half" else f"{name}s"
    return f"{words.cardinal(part)} {name if part == 1 else plural}"


def _plural_year(said: str) -> str:
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
