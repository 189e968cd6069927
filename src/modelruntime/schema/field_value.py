"""One filled field: from what was given to what the credentials hold.

Each function returns the value, or the `(code, sentence tail)` of what is wrong with it. Sentences name the rule and never
the value: people paste keys into the wrong field.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.entities.secret import Secret
from modelruntime.schema.conditions import comparable
from modelruntime.schema.form import FormField

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
URL = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\[\]\\]+)(:[0-9]{1,5})?([/?#]\S*)?", re.IGNORECASE)


class Fault(NamedTuple):
    """What is wrong with a value: a code, and the rest of a sentence that begins with the field's name."""

    code: str
    tail: str


def read_value(field: FormField, given: object) -> Any | Fault:
    """The value that the credentials hold for a non-empty `given`, or a `Fault`.

    `text-input`, `select` and `radio` give `str`, `secret-input` a `Secret` without surrounding white space,
    `switch` a `bool`, `number-input` an `int` or `float`.
    """
    return _READERS[field.type](field, given)


def _read_text(field: FormField, given: object) -> str | Fault:
    text = _text(field, given)
    return text if isinstance(text, Fault) else _check_text(field, text) or text


def _read_secret(field: FormField, given: object) -> Secret | Fault:
    text = _text(field, given.reveal() if isinstance(given, Secret) else given)
    if isinstance(text, Fault):
        return text
    text = text.strip()
    if not text.strip("*"):
        return Fault("masked", "holds only asterisks, which is a mask and no secret: enter the secret itself")
    return _check_text(field, text) or Secret(text)


def _read_choice(field: FormField, given: object) -> str | Fault:
    if not isinstance(given, str | bool | int | float):
        return Fault("type", "must be one of its options, given as text")
    text = comparable(given)
    if field.options and all(option.value != text for option in field.options):
        return Fault("option", f"must be one of: {', '.join(option.value for option in field.options)}")
    return text


def _read_switch(field: FormField, given: object) -> bool | Fault:
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    return word == "true" if word in ("true", "false") else Fault("switch", "must be true or false")


def _read_number(field: FormField, given: object) -> int | float | Fault:
    fault = Fault("number", "must be a number, such as 4096 or 0.5")
    if isinstance(given, bool):
        return fault
    if isinstance(given, str):
        text = given.strip()
        if not NUMBER.fullmatch(text):
            return fault
        given = int(text) if text.lstrip("+-").isdecimal() else float(text)
    if not isinstance(given, int | float) or not math.isfinite(given):
        return fault
    return int(given) if isinstance(given, float) and given.is_integer() and abs(given) < 2**53 else given


def _text(field: FormField, given: object) -> str | Fault:
    """The given value as text: a number as its digits, an object as its JSON where the field holds JSON."""
    if isinstance(given, str):
        return given
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return comparable(given)
    if field.format == "json" and isinstance(given, dict | list):
        return msgspec.json.encode(given).decode()
    return Fault("type", "must be text")


def _check_text(field: FormField, text: str) -> Fault | None:
    if 0 < field.max_length < len(text):
        return Fault("too_long", f"must not be longer than {field.max_length} characters; it has {len(text)}")
    if field.pattern is not None and not _compiled(field.pattern, field.variable).fullmatch(text):
        return Fault("pattern", f"must match the pattern {field.pattern}")
    check = _FORMATS.get(field.format or "")
    return check(text) if check else None


@lru_cache(maxsize=512)
def _compiled(pattern: str, variable: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as cause:
        raise DeclarationInvalid(f"the pattern of form field {variable!r} is no regular expression: {cause}") from cause


def _check_url(text: str) -> Fault | None:
    if URL.fullmatch(text.strip()):
        return None
    return Fault("format", "must be a web address that begins with http:// or https:// and holds no user name or password")


def _check_json(text: str) -> Fault | None:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return Fault("format", "must be JSON")
    return None


def _check_number(text: str) -> Fault | None:
    return None if NUMBER.fullmatch(text.strip()) else Fault("format", "must be a number, such as 4096 or 0.5")


_FORMATS: dict[str, Callable[[str], Fault | None]] = {"url": _check_url, "json": _check_json, "number": _check_number}
_READERS: dict[str, Callable[[FormField, object], Any]] = {
    "text-input": _read_text,
    "secret-input": _read_secret,
    "select": _read_choice,
    "radio": _read_choice,
    "switch": _read_switch,
    "number-input": _read_number,
}
