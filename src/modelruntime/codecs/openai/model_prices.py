"""What a row of a model list says a model costs, where it says so unmistakably.

One form is read: `pricing` with `prompt` and `completion`, texts that hold US dollars for a single token
(https://openrouter.ai/docs/agent-sdk/typescript/models/publicpricing, 2026-11-29; vendors that relay others write the same). Other
vendors' numbers count a million tokens, a thousand or cents without saying which: those stay unknown.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from modelruntime.codecs.json_value import as_text, is_object
from modelruntime.schema.price import Price

_MILLION = Decimal(1_000_000)
_DEAREST = Decimal("0.01")
"""Dollars for one token. What is dearer was not written for one token."""
_CACHED = ("input_cache_read", "input_cache_write")
"""0 says here that there is no such thing, not that it is free."""


def pricing(row: dict[str, Any]) -> Price | None:
    """The price per million tokens; None where the row tells none in this form."""
    told = row.get("pricing")
    if not is_object(told):
        return None
    fresh, output = _amount(told, "prompt"), _amount(told, "completion")
    if fresh is None or output is None:
        return None
    read, write = (_amount(told, name) or None for name in _CACHED)
    return Price(input=fresh, output=output, cache_read=read, cache_write=write)


def _amount(told: dict[str, Any], name: str) -> Decimal | None:
    try:
        amount = Decimal(as_text(told.get(name)) or "")
    except InvalidOperation:
        return None
    if not (amount.is_finite() and 0 <= amount <= _DEAREST):  # -1 is written for what has no one price
        return None
    return Decimal(format((amount * _MILLION).normalize(), "f"))
