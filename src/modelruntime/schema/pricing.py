"""What a call costs: usage × price, exactly (law 6).

Tokens: an amount is quantity × price × `unit`. The tier whose `above` is the highest one below the input total counts.
Input tokens divide into cache reads, cache writes, audio, images and the rest; output tokens into reasoning, audio and the
rest. A kind without a price of its own costs what its side costs; where vendors usually charge those kinds differently
(cache, audio) the cost is then marked `estimated`.

Everything else (`per` names characters, minutes, searches, requests): the one quantity × price, first by `input`, then by
`output`; the word in `per` says how many make one, and `unit` is not read.

A side without a price counts nothing where usage reports nothing for it either (embeddings have no output). Otherwise what
is unknown is None, never 0. A price of 0 is free whatever the quantity.

Amounts are exact: sums and products never round, whatever the thread's decimal context. Only seconds priced by the minute
or hour divide, to 50 digits.
"""

from __future__ import annotations

from decimal import Context, Decimal

import msgspec

from modelruntime.entities.cost import Cost, UnitPrice
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.schema.price import Price, PriceTier
from modelruntime.schema.price_override import override_price
from modelruntime.schema.price_unit import PriceUnit, parse_per

_EXACT = Context(prec=1000)
_multiply, _add = _EXACT.multiply, _EXACT.add
_divide = Context(prec=50).divide
_ZERO = Decimal(0)


def cost_of(price: Price | None, usage: Usage) -> Cost | None:
    """The cost of a call; None when the price is unknown. Its parts are None where a price or a quantity is."""
    if price is None:
        return None
    rates = _prepared.get(id(price)) or _rates_of(price)
    if rates is None:
        return None
    return _plain_cost(price, rates.plain, usage) or _itemised_cost(price, rates, usage)


def _plain_cost(price: Price, tier: _Tier | None, usage: Usage) -> Cost | None:
    """What `_itemised_cost` says of most calls: so many tokens at one price, so many at another. None for all others."""
    if tier is None or tier.input is None or tier.output is None:
        return None
    into, out = usage.input, usage.output
    asked, given = into.total, out.total
    if asked is None or given is None or asked < 0 or given < 0:
        return None
    if into.cache_read or into.cache_write or into.cache_write_1h or into.audio or into.image or out.reasoning or out.audio:
        return None
    read, written = Decimal(asked), Decimal(given)
    for_read, for_written = _multiply(read, tier.input.single), _multiply(written, tier.output.single)
    rows = (
        UnitPrice("input", read, tier.input.price, price.per, for_read),
        UnitPrice("output", written, tier.output.price, price.per, for_written),
    )
    input_, output = _add(_ZERO, for_read), _add(_ZERO, for_written)
    return Cost(input_, output, _add(input_, output), price.currency, rows, usage.estimated)


def _itemised_cost(price: Price, rates: _Rates, usage: Usage) -> Cost:
    """Kind by kind."""
    bill = _Bill(price.per)
    if rates.unit.kind == "tokens":
        tier = _tier_of(rates, usage.input)
        _bill_input(bill, tier, usage.input)
        _bill_output(bill, tier, usage.output)
    else:
        _bill_units(bill, rates, usage)
    if price.request is not None:
        bill.add("request", 1, _Rate(price.request, price.request), "request")
    return Cost(bill.input, bill.output, bill.total(), price.currency, tuple(bill.rows), usage.estimated or bill.estimated)


class _Rate(msgspec.Struct, frozen=True):
    """A price as declared, and what one single token, character, … costs: `single` ÷ `divisor`."""

    price: Decimal
    single: Decimal
    divisor: int = 1


class _Tier(msgspec.Struct, frozen=True, kw_only=True):
    above: int
    input: _Rate | None
    output: _Rate | None
    cache_read: _Rate | None
    cache_write: _Rate | None
    cache_write_1h: _Rate | None
    reasoning: _Rate | None
    audio_input: _Rate | None
    audio_output: _Rate | None
    image_input: _Rate | None


_Special = tuple[tuple[str, int | None, _Rate | None, bool], ...]
"""Kinds with their quantity, their price if they have one, and whether vendors usually charge them differently."""


class _Rates(msgspec.Struct, frozen=True):
    """A price prepared for the hot path. `tiers` begin with the highest and end with the base price."""

    source: Price
    unit: PriceUnit
    tiers: tuple[_Tier, ...]
    plain: _Tier | None
    """The base price, where tokens have no other one, nor a call."""


class _Bill:
    """The rows and sums of one call."""

    __slots__ = ("_per", "estimated", "flat", "input", "output", "rows")

    def __init__(self, per: str) -> None:
        self._per = per
        self.rows: list[UnitPrice] = []
        self.input: Decimal | None = None
        self.output: Decimal | None = None
        self.flat = _ZERO
        self.estimated = False

    def add(self, kind: str, quantity: Decimal | int, rate: _Rate, per: str | None = None) -> Decimal:
        """Write a row and give its amount."""
        number = Decimal(quantity)
        amount = _multiply(number, rate.single)
        if rate.divisor != 1:
            amount = _divide(amount, rate.divisor)
        self.rows.append(UnitPrice(kind, number, rate.price, per or self._per, amount))
        if per is not None:
            self.flat = _add(self.flat, amount)
        return amount

    def total(self) -> Decimal | None:
        """The sum; None as soon as a part is unknown."""
        if self.input is None or self.output is None:
            return None
        total = _add(self.input, self.output)
        return _add(total, self.flat) if self.flat else total


_prepared: dict[int, _Rates] = {}
_PREPARED_AT_MOST = 4096


def _rates_of(price: Price) -> _Rates | None:
    """Prepared once per price, found by its identity; the entry keeps the price alive, so an id is never reused."""
    found = _prepared.get(id(price))
    if found is None:
        unit = parse_per(price.per)
        if unit is None or not _says_anything(price):
            return None
        if len(_prepared) >= _PREPARED_AT_MOST:
            _prepared.clear()
        ordered = sorted(price.tiers, key=lambda tier: -tier.above)
        tiers = (*(_prepare(price, tier, unit) for tier in ordered), _prepare(price, None, unit))
        plain = unit.kind == "tokens" and len(tiers) == 1 and price.request is None
        found = _prepared[id(price)] = _Rates(price, unit, tiers, tiers[0] if plain else None)
    return found


_AMOUNTS = (
    *("input", "output", "cache_read", "cache_write", "cache_write_1h"),
    *("reasoning", "audio_input", "audio_output", "image_input"),
)


def _says_anything(price: Price) -> bool:
    return bool(price.tiers) or price.request is not None or any(getattr(price, name) is not None for name in _AMOUNTS)


def _prepare(price: Price, tier: PriceTier | None, unit: PriceUnit) -> _Tier:
    single = price.unit if unit.kind == "tokens" else unit.factor
    rates: dict[str, _Rate | None] = {}
    for name in _AMOUNTS:
        amount: Decimal | None = getattr(tier, name, None)
        if amount is None:
            amount = getattr(price, name)
        rates[name] = None if amount is None else _Rate(amount, _multiply(amount, single), unit.divisor)
    return _Tier(above=-1 if tier is None else tier.above, **rates)


def _tier_of(rates: _Rates, usage: InputUsage) -> _Tier | None:
    """The tier that counts; None when there are tiers and the input total is unknown."""
    tiers = rates.tiers
    if len(tiers) == 1:
        return tiers[0]
    total = _input_total(usage)
    return None if total is None else next(tier for tier in tiers if total > tier.above)


def _input_total(usage: InputUsage) -> int | None:
    total = usage.total
    if total is None and usage.fresh is not None:
        total = usage.fresh + (usage.cache_read or 0) + (usage.cache_write or 0)
    return None if total is None or total < 0 else total


def _bill_input(bill: _Bill, tier: _Tier | None, usage: InputUsage) -> None:
    total = _input_total(usage)
    base = None if tier is None else tier.input
    if tier is None or base is None:
        bill.input = _ZERO if tier is not None and not total else None
    elif total is None:
        bill.input = None if base.price else _ZERO
    else:
        bill.input = _bill_side(bill, "input", total, base, _special_input(tier, usage))


def _special_input(tier: _Tier, usage: InputUsage) -> _Special:
    """The kinds of input that may have a price of their own; none of them in most calls."""
    if not (usage.cache_read or usage.cache_write or usage.cache_write_1h or usage.audio or usage.image):
        return ()
    hour, write = usage.cache_write_1h or 0, usage.cache_write
    if hour and tier.cache_write_1h is not None:
        write = (write or hour) - hour
    return (
        ("cache_read", usage.cache_read, tier.cache_read, True),
        ("cache_write_1h", hour, tier.cache_write_1h, True),
        ("cache_write", write, tier.cache_write, True),
        ("audio_input", usage.audio, tier.audio_input, True),
        ("image_input", usage.image, tier.image_input, False),
    )


def _bill_output(bill: _Bill, tier: _Tier | None, usage: OutputUsage) -> None:
    total = usage.total
    if total is None and usage.text is not None:
        total = usage.text + (usage.reasoning or 0) + (usage.audio or 0)
    base = None if tier is None else tier.output
    if tier is None or base is None:
        bill.output = _ZERO if tier is not None and not total else None
    elif total is None or total < 0:
        bill.output = None if base.price else _ZERO
    else:
        special: _Special = ()
        if usage.reasoning or usage.audio:
            special = (
                ("reasoning", usage.reasoning, tier.reasoning, False),
                ("audio_output", usage.audio, tier.audio_output, True),
            )
        bill.output = _bill_side(bill, "output", total, base, special)


def _bill_side(bill: _Bill, kind: str, total: int, base: _Rate, special: _Special) -> Decimal:
    """Bill the kinds that have a price of their own, then the rest at the side's price.

    Kinds may overlap in what vendors report (cached audio); no token is billed twice: each kind takes from what is left.
    """
    rest, amount = total, _ZERO
    for name, quantity, rate, usually_differs in special:
        if not quantity or quantity < 0:
            continue
        if rate is None:
            bill.estimated = bill.estimated or (usually_differs and bool(base.price))
            continue
        if quantity > rest:
            quantity, bill.estimated = rest, True
        rest -= quantity
        amount = _add(amount, bill.add(name, quantity, rate))
    return _add(amount, bill.add(kind, rest, base)) if rest or not amount else amount


def _bill_units(bill: _Bill, rates: _Rates, usage: Usage) -> None:
    tier, unit = rates.tiers[-1], rates.unit
    quantity = _quantity(unit.kind, usage)
    sides = {"input": tier.input, "output": tier.output}
    amounts: dict[str, Decimal | None] = {}
    for side, rate in sides.items():
        if rate is None or not rate.price:
            amounts[side] = _ZERO
        else:
            amounts[side] = None if quantity is None else bill.add(unit.kind, quantity, rate)
    bill.input, bill.output = amounts["input"], amounts["output"]


def _quantity(kind: str, usage: Usage) -> Decimal | int | None:
    if kind == "request":
        return 1
    value: float | int | None = getattr(usage, kind)
    if value is None or not 0 <= value < float("inf"):
        return None
    return value if isinstance(value, int) else Decimal(repr(value))


__all__ = ["cost_of", "override_price"]
