"""Prices: the original's four keys, its two oddities, and our own form."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.price import Price, PriceTier

if TYPE_CHECKING:
    from modelruntime.schema.loading.section import Section

UNITS: dict[str, Decimal] = {
    "1M tokens": Decimal("0.000001"),
    "1k tokens": Decimal("0.001"),
    "1M characters": Decimal("0.000001"),
    "1k characters": Decimal("0.001"),
    "hour": Decimal(1),
    "minute": Decimal(1),
    "second": Decimal(1),
    "1k searches": Decimal("0.001"),
    "search": Decimal(1),
    "request": Decimal(1),
}
"""What a price may be `per` → the `unit` that multiplies a quantity counted in the named thing (hours for `hour`)."""

_COUNTED_AS = {"RMB": "CNY"}
_AMOUNTS = ("input", "output", "cache_read", "cache_write", "cache_write_1h")
_MORE_AMOUNTS = ("reasoning", "audio_input", "audio_output", "image_input", "request")


def read_price(model: Section, kind: ModelType) -> Price | None:
    """The `pricing` of a model, None where the price is unknown.

    Currencies are kept as words, except that RMB, a name of the same money, becomes CNY. A `unit` of 0 (seen on free
    models, and as a slip) would make every price 0: the price is then unknown unless it states 0 itself. A `unit` above
    1 is taken as its inverse. `tiered_pricing` (each row up to `max_tokens`) and `cached` become `tiers` and `cache_read`.
    """
    section = model.section("pricing")
    if section is None:
        return None
    before = section.log.error_count
    amounts = {key: section.decimal(key) for key in (*_AMOUNTS, *_MORE_AMOUNTS)}
    cached = section.decimal("cached")
    if amounts["cache_read"] is None:
        amounts["cache_read"] = cached
    tiers = _tiers(section) or _tiers_up_to(section)
    currency = section.text("currency")
    if not currency:
        section.warn(None, "currency-missing", "the price names no currency; taken as USD")
        currency = "USD"
    source = section.text("source")
    measure = _per(section) if section.given("per") else _unit(section, kind, free=not any(amounts.values()))
    section.finish()
    if measure is None or section.log.error_count > before:
        return None
    per, unit = measure
    currency = _COUNTED_AS.get(currency.upper(), currency.upper())
    return Price(currency=currency, per=per, unit=unit, tiers=tiers, source=source, **amounts)


def _per(section: Section) -> tuple[str, Decimal] | None:
    word = section.text("per") or ""
    if section.given("unit"):
        section.warn("unit", "price-unit-twice", "'per' already says what the price counts; 'unit' is ignored")
    if word not in UNITS:
        section.fail("per", "unknown-price-unit", f"a price cannot be per {word!r}; it is per {', '.join(UNITS)}")
        return None
    return word, UNITS[word]


def _unit(section: Section, kind: ModelType, *, free: bool) -> tuple[str, Decimal] | None:
    """What a Dify price counts: tokens, or the characters of a text that is spoken."""
    noun = "characters" if kind is ModelType.TTS else "tokens"
    unit = section.decimal("unit")
    if unit is None:
        if not section.given("unit"):
            section.warn(None, "price-unit-missing", "the price has no unit; taken as a price of one million")
        return f"1M {noun}", UNITS["1M tokens"]
    if unit == 0:
        meaning = "it is free" if free else "the price is unknown"
        section.warn("unit", "price-unit-zero", f"a unit of 0 makes every price 0; {meaning}")
        return (f"1M {noun}", UNITS["1M tokens"]) if free else None
    if unit > 1:
        section.warn("unit", "price-unit-inverted", f"the unit {unit} is taken as 1/{unit}")
        unit = (1 / unit).normalize()
    elif unit == 1:
        section.warn("unit", "price-unit-one", f"a unit of 1 means a price of one of the {noun}")
    return _named(unit, noun), unit


def _named(unit: Decimal, noun: str) -> str:
    count = 1 / unit
    for size, word in ((1_000_000, "M"), (1_000, "k")):
        if count >= size and count % size == 0:
            return f"{int(count / size)}{word} {noun}"
    return f"{count.normalize():f} {noun}"


def _tiers(section: Section) -> tuple[PriceTier, ...]:
    """Our form: each tier holds for inputs of more than `above` tokens."""
    found: list[PriceTier] = []
    for item in section.sections("tiers", named_by=("above",)):
        above = item.integer("above")
        amounts = {key: item.decimal(key) for key in _AMOUNTS}
        item.finish()
        if above is None or above < 0:
            item.fail("above", "tier-without-bound", "a tier needs 'above', a number of tokens")
            continue
        found.append(PriceTier(above=above, **amounts))
    return tuple(sorted(found, key=lambda tier: tier.above))


def _tiers_up_to(section: Section) -> tuple[PriceTier, ...]:
    """The rows of `tiered_pricing`, each up to `max_tokens`. The first row is what the price itself states."""
    rows: list[tuple[int | None, PriceTier]] = []
    for item in section.sections("tiered_pricing", named_by=("max_tokens",)):
        limit = item.integer("max_tokens")
        rows.append((limit, PriceTier(above=0, **{key: item.decimal(key) for key in _AMOUNTS})))
        item.finish()
    rows.sort(key=lambda row: (row[0] is None, row[0] or 0))
    found: list[PriceTier] = []
    for (limit, _), (_, tier) in pairwise(rows):
        if limit is None:
            section.fail("tiered_pricing", "tier-without-bound", "only the last tier may lack max_tokens")
            break
        found.append(replace(tier, above=limit))
    if rows and section.decimal("input") not in (None, rows[0][1].input):
        section.warn("tiered_pricing", "tier-contradicts-price", "the first tier differs from the price; the price counts")
    return tuple(found)
