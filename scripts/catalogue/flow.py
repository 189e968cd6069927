"""YAML in flow style on one line, with aliases for what stands among the anchors."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(
    r"[A-Za-z_\u4e00-\u9fff](?:[\w./@+() \u4e00-\u9fff\u3000-\u303f\uff00-\uffef-]|:(?=[\w./-]))*"
    r"|\d{4}-\d\d(-\d\d)?|1[Mk] [a-z]+"
)
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


class Alias(str):
    """The name of an anchor."""

    __slots__ = ()


def flow(value: Any) -> str:
    """The value as YAML. Text is quoted where a plain scalar could be read as anything else."""
    if isinstance(value, Alias):
        return f"*{value}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, int | float):
        return str(value)
    if value is None:
        return "null"
    text = str(value)
    safe = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.endswith((" ", ":"))
    return text if safe else json.dumps(text, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key == "<<" else flow(key)
