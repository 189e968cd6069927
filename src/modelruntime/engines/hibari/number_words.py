"""English words for numbers."""

from __future__ import annotations

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
LARGEST = 10 ** (3 * len(_SCALES)) - 1


def cardinal(number: int) -> str:
    """`1234` → "one thousand two hundred thirty four"; beyond quintillions digit by digit."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number > LARGEST:
        return digits(str(number))
    groups: list[str] = []
    for scale in _SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.append(f"{_hundreds(group)} {scale}".rstrip())
    return " ".join(reversed(groups)) or _SMALL[0]


def ordinal(number: int) -> str:
    """`23` → "twenty third"."""
    head, _, last = cardinal(number).rpartition(" ")
    word = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head} {word}".lstrip()


def year(number: int) -> str:
    """`1905` → "nineteen oh five"; `2005` → "two thousand five"."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(text: str) -> str:
    """Each digit by itself."""
    return " ".join(_SMALL[int(digit)] for digit in text if digit.isdecimal())


def number(text: str) -> str:
    """Any written number: `1,234`, `-3.50`, `007`."""
    sign, text = ("minus ", text[1:]) if text.startswith("-") else ("", text)
    whole, point, fraction = text.replace(",", "").partition(".")
    said = digits(whole) if len(whole) > 1 and whole.startswith("0") else cardinal(int(whole or 0))
    return f"{sign}{said} point {digits(fraction)}" if point and fraction else sign + said


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [_SMALL[hundreds], "hundred"] if hundreds else []
    if rest >= 20:
        words += [_TENS[rest // 10], *([_SMALL[rest % 10]] if rest % 10 else [])]
    elif rest:
        words.append(_SMALL[rest])
    return " ".join(words)
