"""Prices: exact text, per million tokens (or characters of speech)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from itertools import pairwise
from typing import Any

from scripts.catalogue.origin import Row

_NAMES = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "reasoning": "reasoning",
    "input_audio": "audio_input",
    "output_audio": "audio_output",
}
_TIERED = ("input", "output", "cache_read", "cache_write")
_MILLION = Decimal(1_000_000)
_DIGITS = Context(prec=12)
_ABSURD = Decimal(5_000)
"""No model costs that many dollars (or yuan) a million tokens: such a number is a slip of units."""


def amount(value: Any) -> str:
    """A price as people write it: no exponent, no zeros at the end, nor the noise of a binary fraction behind the 12th digit."""
    text = format(_DIGITS.create_decimal(str(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def listed_price(kind: str, row: Row) -> dict[str, Any] | None:
    """models.dev's price, in USD per million tokens. Speech is billed by what a reply does not count: unknown."""
    cost = row.get("cost")
    if not cost or kind in ("tts", "speech2text"):
        return None
    if kind in ("text-embedding", "rerank"):
        return {"currency": "USD", "per": "1M tokens", "input": amount(cost["input"])}
    if any(Decimal(str(cost.get(key) or 0)) < 0 for key in _NAMES):
        return None
    found: dict[str, Any] = {"currency": "USD", "per": "1M tokens"}
    found |= {name: amount(cost[key]) for key, name in _NAMES.items() if cost.get(key) is not None}
    if found.get("reasoning") == found.get("output"):
        found.pop("reasoning", None)
    tiers = [
        {"above": tier["tier"]["size"], **{key: amount(tier[key]) for key in _TIERED if tier.get(key) is not None}}
        for tier in cost.get("tiers") or ()
    ]
    return {**found, "tiers": tiers} if tiers else found


def plugin_price(kind: str, row: Row) -> dict[str, Any] | None:
    """The plugin's price; a unit of 0 on a price that is not 0, and speech to text, are unknown."""
    stated = row["pricing"]
    if not stated or kind == "speech2text":
        return None
    amounts = {
        name: Decimal(str(stated[key]))
        for key, name in (("input", "input"), ("output", "output"), ("cached", "cache_read"))
        if stated.get(key) is not None
    }
    unit = Decimal(str(stated.get("unit") or "0.000001"))
    if not amounts or (unit == 0 and any(amounts.values())):
        return None
    factor = (1 / unit if unit > 1 else unit) * _MILLION
    if max(amounts.values()) * factor > _ABSURD:
        return None
    currency = "CNY" if stated["currency"] == "RMB" else stated["currency"]
    found: dict[str, Any] = {"currency": currency, "per": "1M characters" if kind == "tts" else "1M tokens"}
    found |= {name: amount(value * factor) for name, value in amounts.items()}
    if kind in ("text-embedding", "rerank", "tts", "moderation"):
        found.pop("output", None)
    tiers = _tiers_up_to(stated.get("tiered_pricing") or [], factor)
    return {**found, "tiers": tiers} if tiers else found


def with_cache_prices(price: dict[str, Any], times: Mapping[Any, Decimal]) -> dict[str, Any]:
    """The price with what the vendor's own multiples of its input price say of the cache."""
    if "input" not in price or not times:
        return price
    told = {name: amount(Decimal(price["input"]) * factor) for name, factor in times.items()}
    stated = {name: value for name, value in price.items() if name != "tiers"}
    priced = {**stated, **{name: value for name, value in told.items() if name not in stated}}
    tiers = [with_cache_prices(tier, times) for tier in price.get("tiers", ())]
    return {**priced, "tiers": tiers} if tiers else priced


def _tiers_up_to(rows: list[Row], factor: Decimal) -> list[dict[str, Any]]:
    """The plugins say up to how many tokens a row holds; we say above how many."""
    ordered = sorted(rows, key=lambda row: (row.get("max_tokens") is None, row.get("max_tokens") or 0))
    return [
        {
            "above": below["max_tokens"],
            **{key: amount(Decimal(str(row[key])) * factor) for key in _TIERED if row.get(key) is not None},
        }
        for below, row in pairwise(ordered)
    ]
